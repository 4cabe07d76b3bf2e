"""Training: one loop for all objectives, with exact resume."""

from .checkpoint import load_state as load_state
from .checkpoint import save_state as save_state
from .config import PlayerConfig as PlayerConfig
from .config import Schedule as Schedule
from .config import TrainConfig as TrainConfig
from .processes import ALONE as ALONE
from .processes import Processes as Processes
from .processes import joined_processes as joined_processes
from .trainer import Progress as Progress
from .trainer import Score as Score
from .trainer import Trainer as Trainer

__all__ = [
    "ALONE",
    "PlayerConfig",
    "Processes",
    "Progress",
    "Schedule",
    "Score",
    "TrainConfig",
    "Trainer",
    "joined_processes",
    "load_state",
    "save_state",
]
