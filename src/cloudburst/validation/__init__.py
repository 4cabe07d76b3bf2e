"""Comparing a candidate sample with a reference sample."""

from .challenge import challenge_metrics as challenge_metrics
from .content import ReportContent as ReportContent
from .interpolation import Interpolation as Interpolation
from .interpolation import interpolate as interpolate
from .merit import figure_of_choice as figure_of_choice
from .merit import figure_of_merit as figure_of_merit
from .metrics import Marginal as Marginal
from .metrics import Metric as Metric
from .metrics import standard_metrics as standard_metrics
from .pairs import matched_pairs as matched_pairs
from .report import Check as Check
from .report import Report as Report
from .report import validate as validate
from .rows import ClassifierRow as ClassifierRow
from .rows import Contender as Contender
from .rows import Giveaway as Giveaway
from .rows import HistoryEntry as HistoryEntry
from .rows import SpeedRow as SpeedRow
from .similar import similar_events as similar_events
from .trend_chi2 import TrendChi2 as TrendChi2
from .trend_chi2 import trend_chi2 as trend_chi2
from .trends import Trend as Trend
from .trends import response_resolution as response_resolution
from .trends import trend as trend

__all__ = [
    "Check",
    "ClassifierRow",
    "Contender",
    "Giveaway",
    "HistoryEntry",
    "Marginal",
    "Metric",
    "Report",
    "ReportContent",
    "SpeedRow",
    "Trend",
    "TrendChi2",
    "challenge_metrics",
    "figure_of_choice",
    "figure_of_merit",
    "matched_pairs",
    "response_resolution",
    "standard_metrics",
    "trend",
    "trend_chi2",
    "validate",
    "Interpolation",
    "interpolate",
    "similar_events",
]
