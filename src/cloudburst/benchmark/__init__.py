"""How long an event takes, what it costs, and what this machine could do at best."""

from ..machine import machine as machine
from .figure import draw as draw
from .protocol import Job as Job
from .protocol import job_times as job_times
from .resources import Resources as Resources
from .resources import watch as watch
from .roofline import Roofline as Roofline
from .roofline import Work as Work
from .roofline import peaks as peaks
from .roofline import work_of as work_of
from .table import BATCHES as BATCHES
from .table import Contender as Contender
from .table import Row as Row
from .table import compare as compare
from .timing import Timing as Timing
from .timing import measure as measure
from .timing import speed_table as speed_table

__all__ = [
    "BATCHES",
    "Contender",
    "Job",
    "Resources",
    "Roofline",
    "Row",
    "Timing",
    "Work",
    "compare",
    "draw",
    "job_times",
    "machine",
    "measure",
    "peaks",
    "speed_table",
    "watch",
    "work_of",
]
