"""Published file layouts, and the one way to open a file of any layout."""

from .base import Format as Format
from .calogan import CaloGANFormat as CaloGANFormat
from .files import FORMATS as FORMATS
from .files import read_events as read_events
from .files import recognise as recognise

__all__ = ["FORMATS", "CaloGANFormat", "Format", "read_events", "recognise"]
