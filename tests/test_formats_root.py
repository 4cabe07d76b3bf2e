"""Trees of ROOT files, written and read by uproot."""

import contextlib
import dataclasses
import sys

import numpy as np
import pytest
import uproot
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst import storage
from cloudburst.detectors import CALOGAN
from cloudburst.errors import DataError, ExistsError, FileError, FormatError, MissingExtraError
from cloudburst.events import Events
from cloudburst.experiment import Reading, convert
from cloudburst.formats import (
    FORMATS,
    RootFormat,
    iterate_events,
    load_events,
    read_events,
    read_header,
    recognise,
)
from strategies import assert_same, events


def write_tree(file, name, columns):
    """A tree as anyone may write it."""
    tree = file.mktree(name, {key: np.dtype((a.dtype, a.shape[1:])) for key, a in columns.items()})
    tree.extend(columns)


LAYOUTS = ("root", "root-cells", "root-calogan")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_events_come_back_whole(layout, geant4, tmp_path):
    path = tmp_path / "showers.root"
    FORMATS[layout].write_parts(path, [geant4[:120], geant4[120:]])
    assert recognise(path) is FORMATS["root"]
    found, provenance = read_events(path)
    assert_same(found, geant4)
    assert provenance["file"] == "showers.root"
    assert read_header(path)[:2] == (CALOGAN, 300)


def test_parts_are_those_of_all_events(geant4, tmp_path):
    path = tmp_path / "showers.root"
    RootFormat().write(path, geant4)
    for index in (slice(5), slice(290, 999), slice(3, 90, 7), slice(9, 2, -3), slice(7, 7)):
        assert_same(load_events(path, index), geant4[index])
    assert_same(Events.concatenate(list(iterate_events(path, 77))), geant4)


def test_branches_are_what_others_expect(geant4, tmp_path):
    arrays, cells, calogan = (tmp_path / f"{name}.root" for name in LAYOUTS)
    for path, name in zip((arrays, cells, calogan), LAYOUTS, strict=True):
        FORMATS[name].write(path, geant4)
    with uproot.open(arrays) as file:
        tree = file["events"]
        assert tree.keys() == ["energy", "layer_0", "layer_1", "layer_2", "overflow"]
        assert tree["layer_0"].typename == "float[3][96]"
    with uproot.open(cells) as file:
        assert len(file["events"].keys()) == 1 + 507
        assert np.array_equal(
            file["events"]["cell_299"].array(library="np"), geant4.readouts["layer_1"][:, 0, 11]
        )
    with uproot.open(calogan) as file:
        tree = file["fancy_tree"]
        assert np.array_equal(tree["TotalEnergy"].array(library="np"), geant4.conditions[:, 0])
        assert np.array_equal(
            tree["cell_506"].array(library="np"), geant4.readouts["overflow"][:, 2]
        )


def test_calogans_own_trees_are_read(geant4, tmp_path):
    """As its simulation writes them: doubles, and nothing of ours."""
    path = tmp_path / "generated.root"
    flat = geant4.flat().astype(np.float64)
    columns = {f"cell_{i}": flat[:, i] for i in range(507)}
    with uproot.recreate(path) as file:
        energy = {"TotalEnergy": geant4.conditions[:, 0].astype(np.float64)}
        write_tree(file, "fancy_tree", columns | energy)
    assert_same(read_events(path)[0], geant4)


def test_trees_without_a_detector_take_that_of_another_file(geant4, tmp_path, sample_path):
    path = tmp_path / "mine.root"
    with uproot.recreate(path) as file:
        cells = {r.name: geant4.readouts[r.name] for r in CALOGAN.readouts}
        write_tree(file, "mine", {"energy": geant4.conditions[:, 0]} | cells)
    with pytest.raises(FormatError, match="does not say its detector; give it with"):
        read_events(path)
    assert convert(path, tmp_path / "ours.h5", reading=Reading(detector=sample_path)) == 300
    assert_same(read_events(tmp_path / "ours.h5")[0], geant4)


@settings(max_examples=15)
@given(events(most=4))
def test_any_events_are_written_and_read_or_refused(tmp_path_factory, sample):
    path = tmp_path_factory.getbasetemp() / "any.root"
    for name in LAYOUTS[:2]:
        try:
            FORMATS[name].write(path, sample, overwrite=True)
        except DataError:
            continue
        assert_same(load_events(path), sample)


def test_names_that_root_cannot_hold_are_refused(geant4, tmp_path):
    for name in ("a b", "layer_0", "a.b"):
        first = dataclasses.replace(CALOGAN.conditions[0], name=name)
        detector = dataclasses.replace(CALOGAN, conditions=(first,))
        with pytest.raises(DataError, match="distinct names of letters, digits and '_'"):
            RootFormat().write(tmp_path / "x.root", dataclasses.replace(geant4, detector=detector))
    with pytest.raises(DataError, match="CaloGAN's tree cannot hold events of 'calogan'"):
        FORMATS["root-calogan"].write(tmp_path / "x.root", geant4.select(["layer_0"]))
    assert list(tmp_path.iterdir()) == []


def test_outputs_are_whole_or_not_at_all(geant4, tmp_path):
    path = tmp_path / "x.root"
    bad = {name: array.copy() for name, array in geant4.readouts.items()}
    bad["layer_1"][7, 0, 0] = np.nan
    with pytest.raises(DataError, match="the first in event 307"):
        RootFormat().write_parts(path, [geant4, Events(CALOGAN, geant4.conditions, bad)])
    assert list(tmp_path.iterdir()) == []
    RootFormat().write(path, geant4)
    with pytest.raises(ExistsError):
        RootFormat().write(path, geant4)


def test_other_files_are_named(geant4, tmp_path):
    path = tmp_path / "x.root"
    with uproot.recreate(path) as file:
        write_tree(file, "a", {"x": np.ones(3)})
        write_tree(file, "b", {"x": np.ones(3)})
    with pytest.raises(FormatError, match="needs one tree, has a, b"):
        read_events(path)
    with uproot.recreate(path) as file:
        names = ("TotalEnergy", "cell_0", "cell_506")
        write_tree(file, "fancy_tree", dict.fromkeys(names, np.ones(3)))
    with pytest.raises(FormatError, match="has no branch 'cell_1'"):
        read_events(path)


def test_damaged_descriptions_are_named(geant4, tmp_path):
    good, path = tmp_path / "good.root", tmp_path / "x.root"
    RootFormat().write(good, geant4)
    with uproot.recreate(path) as file:
        file["cloudburst_detector"] = "{}"
        write_tree(file, "events", {"x": np.ones(3)})
    with pytest.raises(FormatError, match="its detector is damaged"):
        read_events(path)
    wrong = {"energy": np.ones(3)} | {r.name: np.ones((3, 2)) for r in CALOGAN.readouts}
    with uproot.recreate(path) as file, uproot.open(good) as other:
        file["cloudburst_detector"] = str(other["cloudburst_detector"])
        write_tree(file, "events", wrong)
    with pytest.raises(FormatError, match=r"branch 'layer_0' holds .*needs numbers of shape"):
        read_events(path)
    with pytest.raises(FileError, match="no such file"):
        RootFormat().read_header(tmp_path / "none.root")


@settings(max_examples=30)
@given(st.data())
def test_damaged_files_are_named_or_still_right(tmp_path_factory, geant4, data):
    path = tmp_path_factory.getbasetemp() / "damaged.root"
    RootFormat().write(path, geant4[:50], overwrite=True)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(4, len(content) - 1))]
    else:
        place = data.draw(st.integers(4, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with contextlib.suppress(FileError):
        load_events(path)


def test_a_missing_extra_is_asked_for(geant4, tmp_path, monkeypatch):
    path = tmp_path / "x.root"
    RootFormat().write(path, geant4)
    monkeypatch.setitem(sys.modules, "uproot", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'cloudburst\[root\]'"):
        read_events(path)


def test_there_and_back_by_the_command(cloudburst, sample_path, tmp_path):
    cloudburst.done("convert", sample_path, "a.root", "--to", "root")
    cloudburst.done("convert", "a.root", "b.h5")
    assert_same(read_events(tmp_path / "b.h5")[0], storage.read(sample_path))
    assert "events in the 'root' layout" in cloudburst.done("info", "a.root")
