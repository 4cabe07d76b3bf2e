"""From a surrogate to a file of events, and what a file or a run is."""

import dataclasses

import numpy as np
import pytest

import components
from cloudburst import storage
from cloudburst.errors import (
    ConditionError,
    DataError,
    ExistsError,
    FileError,
    FormatError,
    ShapeError,
)
from cloudburst.events import Events
from cloudburst.experiment import convert, info
from cloudburst.experiment.sample import Request, draw_conditions, sample, sample_journey
from cloudburst.formats import read_events
from cloudburst.surrogate import Surrogate
from components import GENERATORS, TOY

CODEC = components.toy_codec()


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate(CODEC, GENERATORS["LatentGenerator"](CODEC), {"made": "up"})


@pytest.fixture
def folder(surrogate, tmp_path):
    surrogate.save(tmp_path / "s")
    return tmp_path / "s"


def test_a_sample_is_written_batch_by_batch(surrogate, tmp_path):
    conditions = TOY.draw_conditions(300, np.random.default_rng(0))
    told = []
    sample(surrogate, tmp_path / "a.h5", conditions, 7, batch=100, report=told.append)
    sample(surrogate, tmp_path / "b.h5", conditions, 7, batch=64)
    assert told == [100, 200, 300]
    events = storage.read(tmp_path / "a.h5")
    assert events.flat().tobytes() == surrogate.sample(conditions, 7).flat().tobytes()
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    provenance = storage.read_header(tmp_path / "a.h5").provenance
    assert provenance["seed"] == 7
    assert provenance["surrogate"] == {"made": "up"}


def test_nothing_is_left_of_a_sample_that_failed(surrogate, tmp_path):
    conditions = TOY.draw_conditions(300, np.random.default_rng(0))
    conditions[250, 0] = -2.0
    with pytest.raises(ConditionError, match="energy = -2 GeV"):
        sample(surrogate, tmp_path / "a.h5", conditions, 7)
    # past the check, the logarithm of a negative energy is no number
    with pytest.raises(DataError, match="not finite"):
        sample(surrogate, tmp_path / "a.h5", conditions, 7, 100, extrapolate=True)
    assert list(tmp_path.iterdir()) == []
    conditions[250, 0] = 2.0
    sample(surrogate, tmp_path / "a.h5", conditions, 7)
    with pytest.raises(ExistsError, match="already exists"):
        sample(surrogate, tmp_path / "a.h5", conditions, 8)
    assert storage.read_header(tmp_path / "a.h5").provenance["seed"] == 7


def test_conditions_are_drawn_by_the_seed_and_fixed_where_asked():
    drawn = draw_conditions(TOY, 500, 3, {"x": 1.5})
    assert drawn.tobytes() == draw_conditions(TOY, 500, 3, {"x": 1.5}).tobytes()
    assert (drawn[:, 1] == 1.5).all()
    assert set(drawn[:, 2]) == {0.0, 1.0}
    assert 1 <= drawn[:, 0].min() < 5
    assert 95 < drawn[:, 0].max() <= 100
    named = draw_conditions(TOY, 5, 3, {"particle": "pi+"})
    assert (named[:, 2] == 1).all()
    with pytest.raises(ConditionError, match="no category 'pi'; did you mean 'pi\\+'"):
        draw_conditions(TOY, 5, 3, {"particle": "pi"})
    with pytest.raises(ConditionError, match="energy needs a number from 1 to 100, got 'high'"):
        draw_conditions(TOY, 5, 3, {"energy": "high"})
    with pytest.raises(ConditionError, match="did you mean 'energy'"):
        draw_conditions(TOY, 5, 3, {"enregy": 5.0})
    with pytest.raises(ConditionError, match="at least one event, got 0"):
        draw_conditions(TOY, 0, 3, {})


def in_other_units(events):
    """The same events, of a detector with energies in MeV and its conditions in another order."""
    energy, x, particle = TOY.conditions
    mev = dataclasses.replace(energy, unit="MeV", low=1e3, high=1e5)
    detector = dataclasses.replace(TOY, conditions=(x, particle, mev))
    conditions = events.conditions[:, [1, 2, 0]] * np.array([1, 1, 1e3], np.float32)
    return Events(detector, conditions, events.readouts)


def test_conditions_of_a_file_come_in_the_detectors_order_and_units(folder, tmp_path):
    events = components.showers(n=5)
    storage.write(tmp_path / "test.h5", in_other_units(events), {})
    request = Request(None, {}, tmp_path / "test.h5")
    assert sample_journey(folder, tmp_path / "a.h5", request) == 5
    np.testing.assert_allclose(
        storage.read(tmp_path / "a.h5").conditions, events.conditions, rtol=1e-6
    )
    sample_journey(folder, tmp_path / "b.h5", request._replace(events=12))
    many = storage.read(tmp_path / "b.h5").conditions
    np.testing.assert_allclose(many, np.resize(events.conditions, (12, 3)), rtol=1e-6)


def test_conditions_of_a_file_that_has_others(folder, tmp_path):
    energy, x, _ = TOY.conditions
    events = components.showers(n=5)
    for conditions, error, reason in (
        ((energy, x), ConditionError, "have no particle"),
        ((dataclasses.replace(energy, unit="mm"), *TOY.conditions[1:]), DataError, "convert 'mm'"),
    ):
        detector = dataclasses.replace(TOY, conditions=conditions)
        part = events.conditions[:, : len(conditions)]
        path = tmp_path / f"{len(conditions)}.h5"
        storage.write(path, Events(detector, part, events.readouts), {})
        with pytest.raises(error, match=reason):
            sample_journey(folder, tmp_path / "out.h5", Request(None, {}, path))
    assert not (tmp_path / "out.h5").exists()


def test_published_layouts_are_converted_there_and_back(shared_data, sample_path, tmp_path):
    assert convert(sample_path, tmp_path / "published.h5", to="calogan") == 1000
    assert convert(tmp_path / "published.h5", tmp_path / "ours.h5") == 1000
    before, after = storage.read(sample_path), storage.read(tmp_path / "ours.h5")
    assert before.detector == after.detector
    assert before.conditions.tobytes() == after.conditions.tobytes()
    assert before.flat().tobytes() == after.flat().tobytes()
    source = shared_data("calogan_eplus.h5")
    assert convert(source, tmp_path / "geant4.h5") == 7250
    assert storage.read(tmp_path / "geant4.h5").flat().tobytes() == (
        read_events(source)[0].flat().tobytes()
    )


def test_what_cannot_be_converted(sample_path, tmp_path):
    path = tmp_path / "out.h5"
    with pytest.raises(FormatError, match="unknown layout 'calogen'; did you mean 'calogan'"):
        convert(sample_path, path, to="calogen")
    with pytest.raises(FileError, match=r"nowhere.h5"):
        convert(tmp_path / "nowhere.h5", path)
    storage.write(tmp_path / "toy.h5", components.showers(n=3), {})
    with pytest.raises((DataError, ShapeError)):
        convert(tmp_path / "toy.h5", path, to="calogan")
    assert not path.exists()
    path.write_text("mine")
    with pytest.raises(ExistsError, match="already exists"):
        convert(sample_path, path)
    assert path.read_text() == "mine"


def test_info_of_events_and_surrogates(folder, sample_path, tmp_path):
    events = info(sample_path)
    assert (events["kind"], events["events"], events["cells"]) == ("events", 1000, 507)
    assert events["conditions"] == ["energy 1..100 GeV"]
    convert(sample_path, tmp_path / "published.h5", to="calogan")
    assert info(tmp_path / "published.h5")["kind"] == "events in the 'calogan' layout"
    made = info(folder)
    assert (made["kind"], made["generator"]) == ("surrogate", "LatentGenerator")
    assert made["weights"] == sum(w.numel() for w in Surrogate.load(folder).generator.parameters())
    assert made["readouts"]["front"] == "3 x 4 (x, y) in MeV"


def test_info_of_what_is_neither(tmp_path):
    with pytest.raises(FileError, match=r"nowhere"):
        info(tmp_path / "nowhere")
    with pytest.raises(FileError, match="neither a run"):
        info(tmp_path)
    (tmp_path / "text").write_text("text")
    with pytest.raises(FormatError, match="not an HDF5 file"):
        info(tmp_path / "text")
