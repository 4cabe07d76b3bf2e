"""Studies: a grid of trainings, each judged alike, in one table and a few figures."""

from .figures import figures as figures
from .grid import study as study
from .plan import load_plan as load_plan
from .summary import Row as Row
from .summary import Summary as Summary
from .summary import read_summary as read_summary
from .table import short_rows as study_rows

__all__ = ["Row", "Summary", "figures", "load_plan", "read_summary", "study", "study_rows"]
