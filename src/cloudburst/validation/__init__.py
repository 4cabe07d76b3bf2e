"""Comparing a candidate sample with a reference sample."""

from .report import Check as Check
from .report import Report as Report

__all__ = ["Check", "Report"]
