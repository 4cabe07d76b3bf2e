"""Quantities computed from each event, one family a file."""

from .base import Observable as Observable

__all__ = ["Observable"]
