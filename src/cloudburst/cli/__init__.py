"""The command line: one verb for each journey."""

from .main import main as main

__all__ = ["main"]
