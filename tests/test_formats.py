"""Published layouts: recognised, read and written without loss."""

import dataclasses
import math

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloudburst import storage
from cloudburst.detector import Condition
from cloudburst.detectors import CALOGAN, CALOGAN_ANGLES
from cloudburst.errors import ConditionError, DataError, ExistsError, FileError, FormatError
from cloudburst.events import Events
from cloudburst.formats import (
    FORMATS,
    CaloGANFormat,
    Format,
    iterate_events,
    read_events,
    read_header,
    recognise,
)
from strategies import assert_same

LAYERS = ["layer_0", "layer_1", "layer_2"]
ARRAYS = ["energy", *LAYERS, "overflow"]


@pytest.fixture
def published(tmp_path, geant4):
    """Real showers in the published layout, written by nothing of ours."""
    path = tmp_path / "published.h5"
    with h5py.File(path, "w") as file:
        for name, array in {"energy": geant4.conditions, **geant4.readouts}.items():
            chunks = (200, *array.shape[1:])
            file.create_dataset(name, data=array, compression="gzip", chunks=chunks)
    return path


def arrays_of(path):
    with h5py.File(path) as file:
        return {name: file[name][:] for name in file}


def calogan(conditions, **changes):
    shapes = {r.name: (len(conditions), *r.shape) for r in CALOGAN.readouts}
    cells = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    return Events(CALOGAN, np.asarray(conditions, np.float32).reshape(-1, 1), cells | changes)


def test_every_layout_has_a_name_and_a_description():
    assert FORMATS
    for name, layout in FORMATS.items():
        assert isinstance(layout, Format)
        assert layout.name == name
        assert layout.description


def test_published_files_are_read(published, geant4):
    assert_same(CaloGANFormat().read(published), geant4)
    found, provenance = read_events(published)
    assert_same(found, geant4)
    assert provenance == {"file": "published.h5", "layout": "calogan"}


def test_real_files_are_read(shared_data):
    for name in ("calogan_eplus.h5", "calogan_gamma.h5", "calogan_piplus.h5"):
        path = shared_data(name)
        found = CaloGANFormat().read(path, slice(100, 400))
        with h5py.File(path) as file:
            assert np.array_equal(found.conditions, file["energy"][100:400])
            for array in LAYERS:
                assert np.array_equal(found.readouts[array], file[array][100:400])


@pytest.mark.parametrize("index", [slice(5), slice(290, 999), slice(3, 90, 7), slice(9, 2, -3)])
def test_slices_are_those_of_all_events(published, geant4, index):
    assert_same(CaloGANFormat().read(published, index), geant4[index])
    assert_same(read_events(published, index)[0], geant4[index])


def test_there_and_back_gives_equal_arrays(tmp_path, published):
    ours, back = tmp_path / "ours.h5", tmp_path / "back.h5"
    storage.write(ours, *read_events(published))
    FORMATS["calogan"].write(back, read_events(ours)[0])
    before, after = arrays_of(published), arrays_of(back)
    assert sorted(before) == sorted(after) == sorted(ARRAYS)
    for name, array in before.items():
        assert np.array_equal(array, after[name])
        assert array.dtype == after[name].dtype
    assert read_events(ours)[1] == {"file": "published.h5", "layout": "calogan"}


cells = st.just(0.0) | st.floats(0, 2.0**100, width=32)


@given(
    energies=npst.arrays(np.float32, st.integers(1, 5), elements=st.floats(1, 100, width=32)),
    name=st.sampled_from([*LAYERS, "overflow"]),
    data=st.data(),
)
def test_any_showers_are_written_and_read(tmp_path_factory, energies, name, data):
    shape = len(energies), *CALOGAN.readout(name).shape
    sample = calogan(energies, **{name: data.draw(npst.arrays(np.float32, shape, elements=cells))})
    path = tmp_path_factory.getbasetemp() / "any-calogan.h5"
    CaloGANFormat().write(path, sample, overwrite=True)
    assert_same(CaloGANFormat().read(path), sample)


@pytest.mark.parametrize("batch", [1, 99, 300, 1000])
def test_batches_put_together_are_the_whole(tmp_path, published, geant4, batch):
    CaloGANFormat().write_parts(tmp_path / "parts.h5", iterate_events(published, batch))
    storage.write(tmp_path / "ours.h5", geant4, {})
    for name in ("parts.h5", "ours.h5"):
        found = list(iterate_events(tmp_path / name, batch))
        assert [len(part) for part in found[:-1]] == [batch] * (len(found) - 1)
        assert_same(Events.concatenate(found), geant4)


def test_headers_tell_what_a_file_holds(tmp_path, published, geant4):
    origin = {"file": "published.h5", "layout": "calogan"}
    assert read_header(published) == storage.Header(CALOGAN, 300, origin)
    storage.write(tmp_path / "ours.h5", geant4, {"seed": 4})
    assert read_header(tmp_path / "ours.h5") == storage.Header(CALOGAN, 300, {"seed": 4})
    CaloGANFormat().write(tmp_path / "cells.h5", geant4.select(LAYERS))
    assert read_header(tmp_path / "cells.h5").detector == CALOGAN.select(LAYERS)


def test_overflow_may_be_absent(tmp_path, geant4):
    path = tmp_path / "cells.h5"
    CaloGANFormat().write(path, geant4.select(LAYERS))
    assert sorted(arrays_of(path)) == sorted(["energy", *LAYERS])
    assert_same(CaloGANFormat().read(path), geant4.select(LAYERS))


def test_attributes_do_not_matter(published, geant4):
    with h5py.File(published, "r+") as file:
        file.attrs["comment"] = "as published"
    assert_same(CaloGANFormat().read(published), geant4)


def test_conditions_are_not_left_out_in_silence(published):
    with h5py.File(published, "r+") as file:
        file["theta"] = file["phi"] = np.zeros(300)
    with pytest.raises(FormatError, match="data set 'x0' is missing"):
        CaloGANFormat().read(published)
    with h5py.File(published, "r+") as file:
        file["x0"] = file["y0"] = file["time"] = np.zeros(300)
    with pytest.raises(FormatError, match="holds time too, which this layout does not"):
        CaloGANFormat().read(published)


def test_angles_are_conditions(tmp_path, shared_data):
    path = shared_data("calogan_eplus_angles.h5")
    found = CaloGANFormat().read(path)
    assert found.detector == CALOGAN_ANGLES
    with h5py.File(path) as file:
        for name in ("x0", "y0", "theta", "phi"):
            assert np.array_equal(found.condition(name), file[name][:])
        assert np.array_equal(found.condition("energy"), file["energy"][:, 0])
    CaloGANFormat().write(tmp_path / "back.h5", found)
    before, after = arrays_of(path), arrays_of(tmp_path / "back.h5")
    assert sorted(before) == sorted(after)
    for name, array in before.items():
        assert np.array_equal(array, after[name])


def test_the_name_of_the_detector_does_not_matter(tmp_path, geant4):
    detector = dataclasses.replace(CALOGAN, name="ours", source="")
    CaloGANFormat().write(tmp_path / "out.h5", Events(detector, *list(vars(geant4).values())[1:]))
    assert_same(CaloGANFormat().read(tmp_path / "out.h5"), geant4)


def test_other_detectors_do_not_fit(tmp_path, geant4):
    wide = dataclasses.replace(CALOGAN, conditions=(Condition("energy", "GeV", 1, 1000),))
    angle = Condition("angle", "deg", 0, 20)
    for conditions in ((angle,), (*CALOGAN.conditions, angle), wide.conditions):
        detector = dataclasses.replace(CALOGAN, conditions=conditions)
        columns = np.ones((300, len(conditions)), np.float32)
        with pytest.raises(DataError, match=r"out\.h5: the CaloGAN layout holds energy"):
            CaloGANFormat().write(tmp_path / "out.h5", Events(detector, columns, geant4.readouts))
    with pytest.raises(DataError, match="not the events of 'calogan' with layer_0, overflow"):
        CaloGANFormat().write(tmp_path / "out.h5", geant4.select(["layer_0", "overflow"]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("energy", [0.5, 100.1, -3])
def test_energies_out_of_range_are_neither_read_nor_written(tmp_path, published, energy):
    with h5py.File(published, "r+") as file:
        file["energy"][[7, 123]] = energy
    message = f"energy = {energy} GeV is outside the range 1..100 GeV of 'calogan'"
    with pytest.raises(ConditionError) as caught:
        CaloGANFormat().read(published)
    assert str(caught.value) == f"{published}: {message} (2 of 300 values)"
    assert len(CaloGANFormat().read(published, slice(8, 100))) == 92
    with pytest.raises(ConditionError) as caught:
        CaloGANFormat().write(tmp_path / "out.h5", calogan([50, energy]))
    assert str(caught.value) == f"{tmp_path / 'out.h5'}: {message} (1 of 2 values)"
    assert not (tmp_path / "out.h5").exists()


def test_senseless_showers_are_not_written(tmp_path):
    layer = np.zeros((3, 3, 96), np.float32)
    layer[1, 2, 95] = math.nan
    with pytest.raises(DataError, match=r"out\.h5: layer_0: 1 values in 1 events are not finite"):
        CaloGANFormat().write(tmp_path / "out.h5", calogan([1, 50, 100], layer_0=layer))
    with pytest.raises(DataError, match=r"out\.h5: no events"):
        CaloGANFormat().write(tmp_path / "out.h5", calogan([]))
    with pytest.raises(DataError, match=r"out\.h5: no events to write"):
        CaloGANFormat().write_parts(tmp_path / "out.h5", [])
    good, parts = calogan([1, 50]), tmp_path / "out.h5"
    with pytest.raises(DataError, match="the first in event 3 at"):
        CaloGANFormat().write_parts(parts, [good, calogan([1, 50, 100], layer_0=layer)])
    with pytest.raises(DataError, match="events of different detectors"):
        CaloGANFormat().write_parts(parts, [good, good.select(LAYERS)])
    assert list(tmp_path.iterdir()) == []


def test_existing_files_are_kept_unless_asked(published):
    before = published.read_bytes()
    with pytest.raises(ExistsError, match=r"published\.h5 already exists"):
        CaloGANFormat().write(published, calogan([50]))
    assert published.read_bytes() == before
    CaloGANFormat().write(published, calogan([50]), overwrite=True)
    assert_same(CaloGANFormat().read(published), calogan([50]))


def test_layouts_are_recognised(tmp_path, published, sample_path):
    assert recognise(published) is FORMATS["calogan"]
    assert recognise(sample_path) is None
    for layout in FORMATS.values():
        assert not layout.recognises(sample_path)
        assert not layout.recognises(tmp_path / "missing.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["images"], file["energies"] = np.zeros((2, 9)), np.zeros((2, 1))
    with pytest.raises(FormatError, match="unknown layout with energies, images; known"):
        recognise(tmp_path / "other.h5")
    h5py.File(tmp_path / "empty.h5", "w").close()
    with pytest.raises(FormatError, match=r"unknown layout with no data sets; known .*calogan"):
        read_events(tmp_path / "empty.h5")
    with pytest.raises(FileError, match="no such file"):
        recognise(tmp_path / "missing.h5")


def test_our_files_are_read_with_their_provenance(tmp_path, geant4):
    storage.write(tmp_path / "ours.h5", geant4, {"seed": 4})
    found, provenance = read_events(tmp_path / "ours.h5", slice(10, 20))
    assert_same(found, geant4[10:20])
    assert provenance == {"seed": 4}
