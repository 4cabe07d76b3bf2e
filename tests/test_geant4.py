"""The Geant4 simulator, with the real Geant4, where its tables are."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

from cloudburst.detectors import CALORIMETERS, load_calorimeter
from cloudburst.detectors.description import calorimeter_to_dict
from cloudburst.errors import ConditionError, LostProcessError, SimulationError
from cloudburst.simulators.geant4 import Geant4
from cloudburst.testing import check_simulator

TESTS = Path(__file__).parent
EXAMPLE = TESTS.parent / "examples" / "calorimeter" / "steel.toml"
VARIABLES = ("GEANT4_DATA_DIR", "G4LEDATA", "G4ENSDFSTATEDATA", "G4LEVELGAMMADATA")

# importing the bindings would ask for tables
if importlib.util.find_spec("geant4_pybind") is None:
    pytest.skip("the extra geant4 is not installed", allow_module_level=True)


@pytest.fixture(scope="module")
def tables():
    """The folder of Geant4's tables."""
    folder = TESTS.parents[1] / "shared" / "data" / "g4ledata"
    if not folder.is_dir():
        pytest.skip(f"no tables of Geant4 at {folder}")
    return str(folder)


@pytest.fixture(scope="module")
def calogan(tables):
    """Positrons in the CaloGAN calorimeter."""
    return Geant4("calogan", data=tables)


@pytest.fixture(scope="module")
def showers(calogan):
    """200 showers of 1 GeV."""
    return calogan(np.full((200, 1), 1.0), seed=5)


def test_it_keeps_the_laws(tables):
    fast = calorimeter_to_dict(CALORIMETERS["calogan"])
    fast["conditions"][0] |= {"low": 0.05, "high": 0.5}
    check_simulator(Geant4(fast, data=tables), n=6)


def test_energy_is_conserved(showers):
    total = showers.flat().sum(axis=1, dtype=float)
    # annihilation adds two electron masses; what leaks out or is left below threshold is lost
    assert (total < 1000 + 1.03).all()
    # Geant4's own showers: 0.9967 of 2 GeV
    assert total.mean() == pytest.approx(996.5, abs=2)
    sections = [showers.readouts[f"layer_{i}"].sum(axis=(1, 2)) for i in range(3)]
    shares = np.stack(sections, axis=1).mean(axis=0) / 1000
    assert shares == pytest.approx([0.54, 0.456, 0.0005], abs=0.03)


def test_showers_are_symmetric(showers):
    for name, axis in (("layer_0", 2), ("layer_1", 1), ("layer_1", 2)):
        rows = showers.readouts[name].sum(axis=3 - axis, dtype=float)
        rows /= rows.sum(axis=1, keepdims=True)
        lean = rows @ np.sign(np.arange(rows.shape[1]) - (rows.shape[1] - 1) / 2)
        assert abs(lean.mean()) < 5 * lean.std() / np.sqrt(len(lean)), name


def test_an_event_depends_on_nothing_but_its_number(calogan, showers):
    some = calogan(np.full((20, 1), 1.0), seed=5, first=150)
    assert some.flat().tobytes() == showers[150:170].flat().tobytes()


def awkward():
    """All counts; uneven and swapped axes, a gap between sections, a hole about the axis."""
    data = tomllib.loads(EXAMPLE.read_text()) | {"counts_absorber": True}
    front, rear, _ = data["readouts"]
    y = {"name": "y", "unit": "mm", "edges": [-90, -10.123, 1 / 3, 50, 61]}
    front["axes"] = [y, {"name": "x", "unit": "cm", "edges": [-3, 1 / 7, 9]}]
    rear["depth"] = [60, 261.5]
    rear["axes"][1]["edges"] = [3, 10, 50]
    return data


@pytest.mark.parametrize(
    "source",
    ["calogan", "lhcb_ecal", "calochallenge2", str(EXAMPLE), awkward()],
    ids=["calogan", "lhcb_ecal", "calochallenge2", "steel", "awkward"],
)
def test_volumes_are_cells(source, tables, tmp_path):
    calorimeter = load_calorimeter(source)
    rng = np.random.default_rng(3)
    # half of the points near the axis, none outside
    spread = np.repeat([[calorimeter.half_width], [calorimeter.half_width / 20]], 400, axis=0)
    points = rng.uniform(-1, 1, (800, 3)) * spread
    points[:, 2] = rng.uniform(0, calorimeter.depth, len(points))
    slabs = np.searchsorted(calorimeter.edges, points[:, 2], side="right") - 1
    cells = np.where(calorimeter.counted[slabs], calorimeter.cells(*points.T), -1)
    lengths = np.array([slab.material.radiation_length for slab in calorimeter.slabs])[slabs]
    found = points_in_geant4(calorimeter, points, tables, tmp_path)
    assert found[:, 0].astype(int).tolist() == cells.tolist()
    assert found[:, 1] == pytest.approx(lengths, rel=3e-4)
    assert len(np.unique(cells)) > 30


def points_in_geant4(calorimeter, points, tables, folder):
    """The cells and radiation lengths that Geant4 has at points."""
    description = folder / "calorimeter.json"
    description.write_text(json.dumps(calorimeter_to_dict(calorimeter)))
    result = subprocess.run(
        [sys.executable, TESTS / "geant4_points.py", description],
        input=points.tobytes(),
        capture_output=True,
        env=os.environ | dict.fromkeys(VARIABLES, tables),
    )
    assert result.returncode == 0, result.stderr[-2000:]
    return np.frombuffer(result.stdout).reshape(-1, 2)


def test_position_and_angle(tables):
    angles = CALORIMETERS["calogan_angles"].detector
    row = {"energy": 1.0, "x0": 40.0, "y0": -40.0, "theta": 0.3, "phi": np.pi / 2}
    conditions = np.array([[row[c.name] for c in angles.conditions]] * 40)
    events = Geant4("calogan_angles", data=tables)(conditions, seed=1)
    rows = events.readouts["layer_1"].sum(axis=0, dtype=float)
    centers = angles.readout("layer_1").axes[0].centers
    x, y = centers @ rows.sum(axis=1) / rows.sum(), centers @ rows.sum(axis=0) / rows.sum()
    assert x == pytest.approx(40, abs=8)
    # the mean depth in the second section is about 130 mm
    assert y == pytest.approx(-40 + 130 * np.tan(0.3), abs=8)


def test_only_active_slabs_count(tables):
    events = Geant4("lhcb_ecal", data=tables)(np.array([[0.0, 0.0, 2.0, 0.0, 0.0]] * 30), seed=1)
    assert events.flat().sum(axis=1).mean() / 2000 == pytest.approx(0.1734, abs=0.004)


def test_a_calorimeter_of_ones_own_with_thresholds(tables):
    simulator = Geant4(str(EXAMPLE), data=tables)
    events = simulator(np.array([[2.0, 0.0, 0.0], [2.0, 10.0, 0.3]]), seed=1)
    for layer in simulator.detector.readouts[:-1]:
        signals = events.readouts[layer.name]
        assert ((signals == 0) | (signals >= np.float32(layer.threshold))).all()
    assert (events.flat().sum(axis=1) > 20).all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"energy": 0.0}, "energy = 0 GeV is outside the range 1..100 GeV"),
        ({"theta": 1.6}, "theta = 1.6 rad is outside the range 0..0.349066 rad"),
        ({"x0": 51.0}, "x0 = 51 mm is outside the range -50..50 mm"),
    ],
)
def test_impossible_conditions_are_refused(row, message, tables):
    angles = CALORIMETERS["calogan_angles"].detector
    row = {"energy": 1.0, "x0": 0.0, "y0": 0.0, "theta": 0.1, "phi": 0.0} | row
    with pytest.raises(ConditionError, match=message):
        Geant4("calogan_angles", data=tables)([[row[c.name] for c in angles.conditions]])


def test_a_direction_that_misses_is_refused(tables):
    data = calorimeter_to_dict(CALORIMETERS["calogan_angles"])
    data["conditions"][3]["high"] = 3.0
    with pytest.raises(ConditionError, match="its angle to \\+z must be below 90 degrees"):
        Geant4(data, data=tables)([[1.0, 0.0, 0.0, 1.6, 0.0]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"physics": "FTFP_BERRT"}, "did you mean 'FTFP_BERT'"),
        ({"particle": "pi+"}, "for pi\\+ choose physics FTFP_BERT"),
        ({"cut": 0.0}, "must be above 0 mm"),
        ({"physics": "FTFP_BERT"}, "G4PARTICLEXS4.2 is not in data = .* \\(no gamma/inel1\\)"),
        ({"data": "nowhere"}, "G4EMLOW8.8 is not in data = nowhere \\(no such folder\\)"),
    ],
)
def test_what_cannot_start_is_refused_at_once(options, message, tables):
    began = time.monotonic()
    with pytest.raises(SimulationError, match=message):
        Geant4("calogan", **{"data": tables} | options)
    assert time.monotonic() - began < 1


def test_an_abort_inside_geant4_is_an_error_and_the_next_run_goes_on(tables, tmp_path):
    broken = tmp_path / "tables"
    broken.mkdir()
    for path in Path(tables).iterdir():
        (broken / path.name).symlink_to(path)
    lost = broken / "epics2017"
    lost.unlink()
    for path in (Path(tables) / "epics2017").rglob("*.dat"):
        copy = lost / path.relative_to(Path(tables) / "epics2017")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.symlink_to(path)
    hidden = lost / "phot" / "pe-high-82.dat"
    hidden.unlink()
    simulator = Geant4("calogan", data=str(broken))
    with pytest.raises(SimulationError, match=r"could not start: .*SIGABRT") as error:
        simulator([[1.0]])
    assert "pe-high-82.dat> is not opened" in str(error.value)
    hidden.symlink_to(Path(tables) / "epics2017" / "phot" / "pe-high-82.dat")
    assert simulator([[1.0]]).flat().sum() > 900


def test_hadrons_take_their_own_physics_and_tables(tables, tmp_path, monkeypatch):
    file = tmp_path / "gamma" / "inel1"
    file.parent.mkdir()
    file.touch()
    for variable in VARIABLES[1:]:
        monkeypatch.setenv(variable, tables)
    monkeypatch.setenv("G4PARTICLEXSDATA", str(tmp_path))
    simulator = Geant4("calogan", physics="FTFP_BERT", particle="pi+")
    # the tables are found by their variables; that they are empty only Geant4 can know
    with pytest.raises(SimulationError, match=r"Data file <.*inel1> is not retrieved"):
        simulator([[2.0]])


def test_a_killed_process_is_an_error_and_the_next_run_goes_on(calogan, showers):
    conditions = np.full((20, 1), 1.0)
    process = calogan._engine._process
    killer = threading.Timer(0.1, process.kill)
    killer.start()
    with pytest.raises(LostProcessError, match=r"its process was killed by SIGKILL"):
        calogan(np.full((200, 1), 1.0), seed=6)
    assert calogan(conditions, seed=5).flat().tobytes() == showers[:20].flat().tobytes()


def test_what_was_interrupted_does_not_come_back(calogan, showers):
    engine = calogan._started()
    shot = {"particle": "e+", "energy": 50.0, "position": [0.1, 0.1, -1], "direction": [0, 0, 1]}
    answers = engine.make([shot | {"seeds": [1, 2]}] * 3)
    next(answers)
    answers.close()
    assert not engine.alive
    assert calogan([[1.0]], seed=5).flat().tobytes() == showers[:1].flat().tobytes()


def test_the_cost_is_that_of_its_process(calogan, showers):
    began, before = time.process_time(), calogan.processor_time()
    calogan(np.full((20, 1), 1.0), seed=1)
    used = calogan.processor_time() - before
    assert used > 3 * (time.process_time() - began)
    assert 0.05 < used < 20
