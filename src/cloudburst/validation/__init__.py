"""Comparing a candidate sample with a reference sample."""

from .challenge import challenge_metrics as challenge_metrics
from .content import ClassifierRow as ClassifierRow
from .content import HistoryEntry as HistoryEntry
from .content import ReportContent as ReportContent
from .content import SpeedRow as SpeedRow
from .merit import figure_of_merit as figure_of_merit
from .metrics import Marginal as Marginal
from .metrics import Metric as Metric
from .metrics import standard_metrics as standard_metrics
from .report import Check as Check
from .report import Report as Report
from .report import validate as validate
from .trends import Trend as Trend
from .trends import response_resolution as response_resolution
from .trends import trend as trend

__all__ = [
    "Check",
    "ClassifierRow",
    "HistoryEntry",
    "Marginal",
    "Metric",
    "Report",
    "ReportContent",
    "SpeedRow",
    "Trend",
    "challenge_metrics",
    "figure_of_merit",
    "response_resolution",
    "standard_metrics",
    "trend",
    "validate",
]
