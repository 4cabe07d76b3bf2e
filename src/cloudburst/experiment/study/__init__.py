"""Studies: a grid of trainings, each judged alike, in one table and a few figures."""

from .grid import study as study
from .plan import load_plan as load_plan
from .summary import Summary as Summary
from .summary import read_summary as read_summary
from .table import short_rows as study_rows
from .write import write_results as write_results

__all__ = ["Summary", "load_plan", "read_summary", "study", "study_rows", "write_results"]
