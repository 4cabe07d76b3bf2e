"""Noise that belongs to an event, not to a batch, shard, worker or machine."""

from .source import Source as Source
from .source import normal as normal
from .source import prepare as prepare
from .source import source as source

__all__ = ["Source", "normal", "prepare", "source"]
