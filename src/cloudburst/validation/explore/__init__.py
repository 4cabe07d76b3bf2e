"""What a file of events holds, before anything is trained on it."""

from .content import CodecRow as CodecRow
from .content import ExploreContent as ExploreContent
from .html import exploration_data as exploration_data
from .html import write_exploration as write_exploration
from .intake import Intake as Intake
from .intake import Problem as Problem
from .intake import take_in as take_in
from .survey import Survey as Survey
from .survey import survey as survey
from .thresholds import Cut as Cut
from .thresholds import cuts as cuts
from .thresholds import propose_threshold as propose_threshold

__all__ = [
    "CodecRow",
    "Cut",
    "ExploreContent",
    "Intake",
    "Problem",
    "Survey",
    "cuts",
    "exploration_data",
    "propose_threshold",
    "survey",
    "take_in",
    "write_exploration",
]
