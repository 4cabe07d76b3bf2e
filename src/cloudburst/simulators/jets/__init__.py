"""Images of jets."""

from .simulator import Jets as Jets

__all__ = ["Jets"]
