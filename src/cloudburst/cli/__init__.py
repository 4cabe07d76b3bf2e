"""The command line: one verb for each journey."""

from .app import main as main

__all__ = ["main"]
