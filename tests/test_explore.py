"""Exploring a file of events: what is told of it, of its troubles, and the recipe at the end."""

import dataclasses
import json
import re

import h5py
import numpy as np
import pytest

from cloudburst import storage
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import DataError, ExistsError, FileError
from cloudburst.events import Events
from cloudburst.experiment import explore, load_recipe
from cloudburst.experiment.codecs import Trial, try_codec
from cloudburst.experiment.proposal import choose, features, propose, trials
from cloudburst.formats import CaloGANFormat
from cloudburst.validation.explore import CodecRow, cuts, propose_threshold, survey, take_in
from cloudburst.validation.explore.survey import outliers

PAD = Detector(
    "pads",
    (Condition("angle", "deg", -10, 10), Condition("row", "", 0, 1, ("a", "b"))),
    (Readout("pads", (Axis.regular("pad", 4, 0, 4), Axis.regular("time", 5, 0, 5)), "ADC"),),
)


def pads(n=200, seed=0):
    rng = np.random.default_rng(seed)
    cells = rng.gamma(1.0, 50, (n, 4, 5)) * (rng.random((n, 4, 5)) < 0.4)
    return Events(PAD, PAD.draw_conditions(n, rng), {"pads": cells.astype(np.float32)})


def changed(events, name, place, value):
    cells = {key: array.copy() for key, array in events.readouts.items()}
    cells[name][place] = value
    return Events(events.detector, events.conditions, cells)


@pytest.fixture
def troubled(tmp_path, geant4):
    """Real showers with one of each kind of trouble."""
    events = Events.concatenate([geant4, geant4[:2]])
    events = changed(events, "layer_1", (7, 3, 4), np.nan)
    events = changed(events, "layer_0", (8, 1, 50), -1.0)
    conditions = events.conditions.copy()
    conditions[9], conditions[10] = 500.0, np.inf
    events = Events(events.detector, conditions, events.readouts)
    for readout in events.detector.readouts:
        events = changed(events, readout.name, 11, 0.0)
    path = tmp_path / "troubled.h5"
    with h5py.File(path, "w") as file:
        file["energy"] = events.conditions
        for name, array in events.readouts.items():
            file.create_dataset(name, data=array, chunks=(20, *array.shape[1:]))
    return path


def test_troubles_are_named_and_the_rest_comes(troubled, geant4):
    intake = take_in(troubled)
    found = {p.what: (p.events, p.first, p.lost) for p in intake.problems}
    assert found == {
        "layer_1 is not finite": (1, (7,), True),
        "layer_0 is negative": (1, (8,), True),
        "energy is outside 1..100 GeV": (1, (9,), True),
        "energy is not finite": (1, (10,), True),
        "no signal in any cell": (1, (11,), False),
        "the same as an earlier event, to the last bit": (2, (300, 301), False),
    }
    assert (intake.total, intake.sound) == (302, 298)
    assert not set(intake.numbers) & {7, 8, 9, 10}
    assert np.array_equal(intake.events.conditions[12], geant4.conditions[16])


def test_damaged_parts_are_stepped_over(troubled):
    with h5py.File(troubled) as file:
        chunk = file["layer_2"].id.get_chunk_info(3)
    with h5py.File(troubled, "r+") as file:
        del file["layer_2"]
        file.create_dataset(
            "layer_2", (302, 12, 6), "f4", chunks=(20, 12, 6), compression="gzip", fletcher32=True,
            data=np.ones((302, 12, 6)),
        )  # fmt: skip
        chunk = file["layer_2"].id.get_chunk_info(3)
    with troubled.open("r+b") as file:
        file.seek(chunk.byte_offset + 4)
        file.write(b"broken")
    intake = take_in(troubled)
    lost = {p.what: p.events for p in intake.problems}
    count = lost["cannot be read: the file is damaged there"]
    # the chunk of events 60 to 79, and what shares a block of sixteen with it
    assert 20 <= count <= 52
    assert intake.sound == 302 - count - 4


def test_nothing_sound_is_an_error(tmp_path, geant4):
    path = tmp_path / "bad.h5"
    CaloGANFormat().write(path, geant4[:5])
    with h5py.File(path, "r+") as file:
        file["layer_0"][...] = np.nan
    with pytest.raises(DataError, match=r"bad\.h5: no sound event among 5: layer_0 is not fin"):
        take_in(path)
    with pytest.raises(FileError, match="no such file"):
        take_in(tmp_path / "none.h5")


def test_events_are_kept_evenly(sample_path):
    intake = take_in(sample_path, most=100)
    assert intake.numbers.tolist() == list(range(0, 1000, 10))
    assert intake.sound == intake.total == 1000


def test_costs_of_thresholds_worked_by_hand():
    cells = np.zeros((2, 4, 5), np.float32)
    cells[0, 0, :4] = [1, 2, 3, 14]
    cells[1, 0, 0] = 2
    events = Events(PAD, np.zeros((2, 2), np.float32), {"pads": cells})
    (cut,) = cuts(events, [2.5])
    assert cut.hits == pytest.approx(3 / 5)
    assert cut.signal == pytest.approx((3 / 20 + 1) / 2)
    assert cut.worst == 1
    (equal,) = cuts(events, [2.0])
    assert equal.hits == pytest.approx(1 / 5)


def test_thresholds_are_proposed_where_they_cost_nothing(geant4):
    level = propose_threshold(geant4)
    (cost,) = cuts(geant4, [level])
    assert 1e-3 < level < 0.2
    assert cost.signal <= 1e-5
    # a digitiser's smallest signal is its threshold; one that is declared stays
    cut = np.where(pads().readouts["pads"] < 5, 0, pads().readouts["pads"]).astype(np.float32)
    digitised = Events(PAD, pads().conditions, {"pads": cut})
    assert propose_threshold(digitised) == pytest.approx(5, rel=0.05)
    own = dataclasses.replace(PAD.readouts[0], threshold=3.0)
    declared = Events(dataclasses.replace(PAD, readouts=(own,)), pads().conditions, {"pads": cut})
    assert propose_threshold(declared) == 3.0
    empty = Events(PAD, pads().conditions, {"pads": np.zeros_like(cut)})
    assert propose_threshold(empty) == 0.0


def test_surveys_count_dead_rare_and_constant_cells():
    events = pads(1500)
    cells = events.readouts["pads"].copy()
    cells[:, 0, 0] = 0
    cells[:, 0, 1] = 7
    cells[:, 0, 2] = 0
    cells[0, 0, 2] = 3
    found = survey(Events(PAD, events.conditions, {"pads": cells}))
    (row,) = found.readouts
    assert (row.dead, row.constant, row.rare, row.cells) == (1, 1, 1, 20)
    assert row.share == 1
    angle, kind = found.conditions
    assert angle.covered == kind.covered == 1
    assert kind.distinct == 2


def test_correlations_have_their_sign(geant4):
    found = survey(geant4)
    by_name = dict(zip(found.names, found.correlations[:, 0], strict=True))
    assert by_name["share of layer_0"] < -0.3 < 0.3 < by_name["share of layer_1"]
    assert by_name["occupancy"] > 0.8


def test_outliers_are_unlike_their_neighbours(geant4):
    doubled = changed(geant4, "layer_1", 42, 3 * geant4.readouts["layer_1"][42])
    found = outliers(doubled)
    assert found[0].event == 42
    assert len({o.event for o in found}) == len(found)
    assert 42 not in {o.event for o in outliers(geant4)}
    assert outliers(geant4[:10]) == ()


def test_codecs_that_lose_something_are_seen(geant4):
    cells = geant4.select(["layer_0", "layer_1", "layer_2"])
    told = features(cells.detector)
    good = try_codec(trials(cells, 0.05)[1], cells, 0.05, told)
    assert good.worst < 1e-4
    assert good.changed == 0
    assert good.total < 1e-5
    coarse = {"class": "cloudburst.transforms:Logit", "high": 1e9, "alpha": 1e-3}
    bad = try_codec(Trial("bad", "", [coarse]), cells, 0.05, told)
    assert bad.changed > 0.01 or bad.worst > 0.1
    assert bad.auc.value > good.auc.value + 0.2
    assert choose([good, dataclasses.replace(bad, departure=0.0)])[0] == good.name
    assert "no codec is faithful" in choose([bad])[1]


def test_layer_fractions_are_preferred(geant4):
    def row(name, departure, worst=1e-6):
        return CodecRow(
            name, "", 3, worst, worst, 1e-7, 0.0, departure, None, None, 0, np.zeros(3)
        )

    assert choose([row("log1p", 0.1), row("layer fractions", 0.5)])[0] == "layer fractions"
    assert choose([row("log1p", 0.1), row("layer fractions", 0.5, 0.5)])[0] == "log1p"


def test_proposals_see_symmetries(geant4):
    cells = geant4.select(["layer_0", "layer_1", "layer_2"])
    trial = trials(cells, 0.05)[-1]
    assert propose(cells, "x.h5", trial, "", 0.05).recipe.data.mirror == {"x": [], "y": []}
    tilted = {k: a * np.linspace(0.5, 1.5, a.shape[2], dtype=np.float32)
              for k, a in cells.readouts.items()}  # fmt: skip
    leaning = Events(cells.detector, cells.conditions, tilted)
    assert propose(leaning, "x.h5", trial, "", 0.05).recipe.data.mirror == {"x": []}


def test_the_command_ends_with_a_recipe_that_trains(cloudburst, troubled, tmp_path, geant4):
    clean = tmp_path / "clean.h5"
    CaloGANFormat().write(clean, geant4)
    said = cloudburst.done("explore", clean, "--report", "out")
    assert "300 events of 'calogan' with 507 cells in 4 readouts" in said
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "explore.html", "explore.json", "figures", "recipe.toml",
    }  # fmt: skip
    recipe = load_recipe(tmp_path / "out" / "recipe.toml")
    assert recipe.data.readouts == ["layer_0", "layer_1", "layer_2"]
    numbers = json.loads((tmp_path / "out" / "explore.json").read_text())
    assert numbers["sound"] == 300
    assert {row["name"] for row in numbers["codecs"]} >= {"log1p", "standardised log", "Box-Cox"}
    few = ["training.steps=20", "training.validate_every=10", "training.log_every=10"]
    words = [word for key in few for word in ("--set", key)]
    assert "trained 20 steps" in cloudburst.done("train", "out/recipe.toml", "run", *words)
    assert "already exists" in cloudburst.refused("explore", clean, "--report", "out")


@pytest.mark.slow
def test_troubles_stand_in_the_report(troubled, tmp_path):
    explored = explore(troubled, tmp_path / "out")
    assert any("1 event left out: layer_1 is not finite (event 7)" in w for w in explored.warnings)
    assert any("training refuses" in w for w in explored.warnings)
    page = (tmp_path / "out" / "explore.html").read_text()
    assert "layer_1 is not finite" in page
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)
    with pytest.raises(ExistsError):
        explore(troubled, tmp_path / "out")
    (tmp_path / "out" / "mine.txt").write_text("")
    with pytest.raises(ExistsError, match="holds more than an exploration"):
        explore(troubled, tmp_path / "out", overwrite=True)


@pytest.mark.parametrize("signal", [1.0, 0.0])
def test_detectors_that_are_no_calorimeters_are_explored(tmp_path, signal):
    events = pads(120)
    cells = {"pads": (events.readouts["pads"] * signal).astype(np.float32)}
    path = tmp_path / "pads.h5"
    storage.write(path, Events(PAD, events.conditions, cells), {})
    explored = explore(path, tmp_path / "out")
    assert explored.recipe == (signal > 0)
    if not signal:
        assert any("No recipe can be proposed: no signal in any" in w for w in explored.warnings)
    else:
        recipe = load_recipe(tmp_path / "out" / "recipe.toml")
        assert recipe.critic is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "calogan_eplus", "calogan_eplus_angles", "calogan_piplus", "lhcb_ecal_electron",
        "mpd_tpc", "calochallenge2_electron",
    ],
)  # fmt: skip
def test_real_files_are_explored(name, shared_data, tmp_path):
    explored = explore(shared_data(f"{name}.h5"), tmp_path / "out", events=400)
    assert explored.recipe
    load_recipe(tmp_path / "out" / "recipe.toml")
