"""Track segments in a time projection chamber."""

from .simulator import Drift as Drift

__all__ = ["Drift"]
