"""Many events in shards, on many processes: idempotent, resumable, with checksums."""

from .engine import produce as produce
from .job import Job as Job
from .local import LocalExecutor as LocalExecutor
from .makers import SimulatorMaker as SimulatorMaker
from .manifest import Manifest as Manifest
from .merge import merge as merge
from .merge import verify as verify
from .simulation import Simulation as Simulation

__all__ = [
    "Job",
    "LocalExecutor",
    "Manifest",
    "Simulation",
    "SimulatorMaker",
    "merge",
    "produce",
    "verify",
]
