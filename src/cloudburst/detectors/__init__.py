"""Described detectors, one a file."""

from .calogan import CALOGAN as CALOGAN

__all__ = ["CALOGAN"]
