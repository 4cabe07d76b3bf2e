"""Published file layouts, and the one way to open a file of any layout."""

from .base import Format as Format
from .calochallenge import CaloChallengeFormat as CaloChallengeFormat
from .calogan import CaloGANFormat as CaloGANFormat
from .columns import ColumnsFormat as ColumnsFormat
from .files import FORMATS as FORMATS
from .files import iterate_events as iterate_events
from .files import load_events as load_events
from .files import read_events as read_events
from .files import read_header as read_header
from .files import recognise as recognise
from .lhcb_npz import LHCbNpzFormat as LHCbNpzFormat
from .mpd_digits import MPD_DIGITS as MPD_DIGITS
from .mpd_digits import MPD_DIGITS_TABLE as MPD_DIGITS_TABLE
from .mpd_digits import DigitsFormat as DigitsFormat
from .root import RootFormat as RootFormat

__all__ = [
    "MPD_DIGITS",
    "MPD_DIGITS_TABLE",
    "DigitsFormat",
    "FORMATS",
    "CaloChallengeFormat",
    "CaloGANFormat",
    "ColumnsFormat",
    "Format",
    "LHCbNpzFormat",
    "RootFormat",
    "iterate_events",
    "load_events",
    "read_events",
    "read_header",
    "recognise",
]
