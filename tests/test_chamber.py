"""Descriptions of chambers and towers: shipped, from files, and refused in one line."""

import json

import pytest
import tomli_w

from cloudburst.detectors import (
    CALOGAN,
    JET_TOWERS,
    MPD_CHAMBER,
    MPD_TPC,
    Chamber,
    Towers,
    load_chamber,
    load_towers,
)
from cloudburst.errors import ConditionError, DataError, FileError, FormatError

BOTH = [(load_chamber, MPD_CHAMBER, "chamber"), (load_towers, JET_TOWERS, "towers")]


def without_none(data):
    """What TOML can hold."""
    if isinstance(data, dict):
        return {k: without_none(v) for k, v in data.items() if v is not None}
    return [without_none(v) for v in data] if isinstance(data, list | tuple) else data


def test_shipped_ones_are_found_by_name():
    assert load_chamber("mpd_tpc") is MPD_CHAMBER
    assert load_towers("jet_image") is JET_TOWERS


@pytest.mark.parametrize(("load", "shipped", "kind"), BOTH)
def test_files_and_plain_data_describe_the_same(tmp_path, load, shipped, kind):
    path = tmp_path / "own.toml"
    path.write_text(tomli_w.dumps(without_none(shipped.to_dict())))
    assert load(path) == shipped
    assert load(str(path)) == shipped
    assert load(json.loads(json.dumps(shipped.to_dict()))) == shipped


@pytest.mark.parametrize(("load", "shipped", "kind"), BOTH)
def test_files_that_describe_nothing(tmp_path, load, shipped, kind):
    with pytest.raises(FileError, match=f"no such file or shipped {kind}; did you mean"):
        load(f"{shipped.detector.name[:-1]}")
    (tmp_path / "bad.toml").write_text("pad_width = ")
    with pytest.raises(FormatError, match=r"bad\.toml: not a TOML file"):
        load(tmp_path / "bad.toml")
    (tmp_path / "part.toml").write_text("polya = 1.5")
    with pytest.raises(DataError, match=r"part\.toml: not the description"):
        load(tmp_path / "part.toml")
    with pytest.raises(FileError, match="no such file"):
        load(tmp_path)


def test_geometry_of_the_pads():
    assert MPD_CHAMBER.pad_heights == (12.0,) * 27 + (18.0,) * 26
    assert MPD_CHAMBER.pad_width == 5
    assert len(MPD_TPC.conditions[4].categories) == 53
    assert MPD_TPC.readouts[0].shape == (8, 16)
    # some 310 time bins of 100 ns reach from the pads to the membrane, 1.7 m away
    reach = MPD_CHAMBER.gas.velocity * MPD_CHAMBER.time_bin
    assert 1700 / reach == pytest.approx(310, rel=0.01)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pad_width": 0}, "pad_width must be above zero"),
        ({"polya": -1}, "polya must be zero or above zero"),
        ({"shaping": float("inf")}, "shaping must be above zero"),
        ({"pad_heights": [12.0]}, "with 1 categories, one for each of pad_heights"),
        ({"pad_heights": [-1.0] * 53}, "a height above zero for each row"),
        ({"detector": CALOGAN.to_dict()}, "one readout with the axes pad and time"),
        ({"detector": 5}, "not the description"),
        ({"colour": 5}, "not the description of a chamber"),
        ({"gas": {"velocity": 1.0}}, "not the description of a chamber"),
    ],
)
def test_chambers_that_make_no_sense(changes, message):
    with pytest.raises(DataError, match=message):
        Chamber.from_dict(MPD_CHAMBER.to_dict() | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"velocity": 0}, "velocity must be above zero"),
        ({"transverse": -0.1}, "transverse must be zero or above zero"),
        ({"cluster_sizes": [0.9, 0.2]}, "cluster_sizes needs probabilities"),
        ({"cluster_sizes": []}, "cluster_sizes needs probabilities"),
        ({"largest": 5}, "no more of them than the largest size, 5"),
    ],
)
def test_gases_that_make_no_sense(changes, message):
    data = MPD_CHAMBER.to_dict()
    with pytest.raises(DataError, match=message):
        Chamber.from_dict(data | {"gas": data["gas"] | changes})


def test_a_chamber_needs_its_conditions():
    detector = MPD_TPC.to_dict()
    detector["conditions"] = detector["conditions"][:-1]
    with pytest.raises(ConditionError, match="no condition 'pt'"):
        Chamber.from_dict(MPD_CHAMBER.to_dict() | {"detector": detector})


def test_towers_know_their_image():
    assert JET_TOWERS.image.shape == (25, 25)
    assert JET_TOWERS.eta_size == pytest.approx(0.1)
    with pytest.raises(DataError, match="not the description of towers"):
        Towers.from_dict({})
