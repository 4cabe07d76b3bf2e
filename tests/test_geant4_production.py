"""Production with Geant4: many processes, one of which dies."""

import importlib.util
from pathlib import Path

import numpy as np
import psutil
import pytest

from cloudburst import storage
from cloudburst.production import Job, LocalExecutor, SimulatorMaker, produce
from cloudburst.simulators.conditions import draw
from cloudburst.simulators.geant4 import Geant4

TABLES = Path(__file__).parents[2] / "shared" / "data" / "g4ledata"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("geant4_pybind") is None, reason="the extra geant4 is missing"
    ),
    pytest.mark.skipif(not TABLES.is_dir(), reason=f"no tables of Geant4 at {TABLES}"),
]


def geant4_processes():
    """The processes that run Geant4 for workers of this one."""
    me = psutil.Process()
    found = []
    for worker in me.children():
        for child in worker.children():
            if "cloudburst.simulators.geant4.child" in child.cmdline():
                found.append(child)
    return found


def test_a_job_outlives_the_death_of_geant4(tmp_path):
    maker = SimulatorMaker("geant4", {"detector": "calogan", "data": str(TABLES)})
    job = Job.of(maker, 60, 4, 20, {"energy": (1.0, 2.0)})
    killed, warnings = [], []

    def told(*_):
        if not killed:
            for process in geant4_processes():
                process.kill()
                killed.append(process.pid)

    produce(job, tmp_path / "job", LocalExecutor(2), {}, told, warnings.append, True)
    assert killed
    assert any("killed by SIGKILL" in text for text in warnings)
    events = [storage.read(path) for path in sorted((tmp_path / "job").glob("*.h5"))]
    made = np.concatenate([part.flat() for part in events])
    conditions = draw(maker.detector, 4, 0, 60, {"energy": (1.0, 2.0)})
    alone = Geant4("calogan", data=str(TABLES))(conditions, seed=4)
    assert made.tobytes() == alone.flat().tobytes()
    told_of = storage.read_header(tmp_path / "job" / "shard-000000.h5").provenance
    assert (told_of["simulator"], told_of["physics"], told_of["seed"]) == ("geant4", "em", 4)
