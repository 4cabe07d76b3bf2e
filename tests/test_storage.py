"""Storage: what is written is read, in any parts; the layout; files made by others."""

import itertools
import json

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import DataError, ExistsError
from cloudburst.events import Events
from cloudburst.files import sha256
from cloudburst.storage import Header, Writer, iterate, read, read_header, write
from strategies import assert_same, events

STRIP = Readout("strip", (Axis.regular("x", 2, 0, 2),), "MeV")
TOY = Detector("toy", (Condition("energy", "GeV", 0, 1e6),), (STRIP,))
PROVENANCE = {"simulator": "Geant4", "seeds": [1, 2], "note": "π⁺ → 50 GeV", "nested": {"a": None}}
# More than two chunks, of which the last is not full.
MANY = 2500


def toy(n):
    """Events whose numbers are their energies and signals."""
    numbers = np.arange(n, dtype=np.float32)
    cells = np.stack([numbers, 2 * numbers], axis=1)
    return Events(TOY, numbers[:, None], {"strip": cells})


def parts(sample, sizes):
    """The sample cut into parts of these sizes, and one of what is left."""
    cuts = np.cumsum([0, *sizes]).tolist()
    return [sample[a:b] for a, b in itertools.pairwise([*cuts, len(sample)])]


def write_parts(path, sample, sizes, **options):
    with Writer(path, sample.detector, PROVENANCE, overwrite=True, **options) as writer:
        for part in parts(sample, sizes):
            writer.append(part)
    assert writer.events == len(sample)


@given(
    sample=events(),
    sizes=st.lists(st.integers(0, 3), max_size=4),
    compress=st.booleans(),
    sparse=st.booleans(),
)
def test_what_is_written_is_read(tmp_path_factory, sample, sizes, compress, sparse):
    path = tmp_path_factory.getbasetemp() / "any.h5"
    write_parts(path, sample, sizes, compress=compress, sparse=sparse)
    assert_same(read(path), sample)
    assert read_header(path) == Header(sample.detector, len(sample), PROVENANCE)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A file of many events."""
    path = tmp_path_factory.mktemp("many") / "toy.h5"
    write(path, toy(MANY), PROVENANCE)
    return path


indices = st.integers(-2 * MANY, 2 * MANY) | st.none()


@given(start=indices, stop=indices, step=st.sampled_from([None, 1, 2, 700, 2499, -1, -800]))
def test_any_slice_is_that_of_all_events(many, start, stop, step):
    index = slice(start, stop, step)
    expected = toy(MANY)[index]
    if len(expected):
        assert_same(read(many, index), expected)
    else:
        with pytest.raises(DataError, match=r"toy\.h5: no events of 'toy'"):
            read(many, index)


@pytest.mark.parametrize("batch", [1, 499, 1024, 2499, 2500, 9999])
def test_batches_put_together_are_the_whole(many, batch):
    found = list(iterate(many, batch))
    assert [len(part) for part in found[:-1]] == [batch] * (len(found) - 1)
    assert_same(Events.concatenate(found), toy(MANY))


@pytest.mark.parametrize("batch", [0, -5])
def test_batches_hold_events(many, batch):
    with pytest.raises(DataError, match=f"cannot read batches of {batch} events"):
        next(iterate(many, batch))


@settings(max_examples=15)
@given(sizes=st.lists(st.integers(0, 1100), max_size=5).filter(lambda sizes: sum(sizes) <= MANY))
def test_the_bytes_do_not_depend_on_the_parts(many, sizes):
    path = many.with_name("parts.h5")
    write_parts(path, toy(MANY), sizes)
    assert sha256(path) == sha256(many)


def test_appended_arrays_may_change_afterwards(tmp_path):
    numbers = toy(MANY)
    with Writer(tmp_path / "toy.h5", TOY, {}) as writer:
        for part in parts(numbers, [1000]):
            buffer = Events(TOY, part.conditions.copy(), {"strip": part.readouts["strip"].copy()})
            writer.append(buffer)
            buffer.conditions[:] = buffer.readouts["strip"][:] = 7
    assert_same(read(tmp_path / "toy.h5"), numbers)


def test_views_of_other_arrays_are_written(tmp_path):
    sample = toy(MANY)
    turned = np.asfortranarray(sample.readouts["strip"])[::-1]
    sample = Events(TOY, sample.conditions[::-1], {"strip": turned})
    write(tmp_path / "toy.h5", sample, {})
    assert_same(read(tmp_path / "toy.h5"), sample)


@pytest.mark.parametrize("compress", [True, False])
def test_the_layout_needs_only_hdf5(tmp_path, geant4, compress):
    path = tmp_path / "showers.h5"
    with Writer(path, geant4.detector, PROVENANCE, compress=compress) as writer:
        writer.append(geant4)
    with h5py.File(path) as file:
        assert sorted(file) == ["conditions", "readouts"]
        assert sorted(file["readouts"]) == ["layer_0", "layer_1", "layer_2", "overflow"]
        assert sorted(file.attrs) == ["detector", "layout", "provenance", "version"]
        assert (file.attrs["layout"], file.attrs["version"]) == ("cloudburst-events", 1)
        assert json.loads(file.attrs["provenance"]) == PROVENANCE
        assert json.loads(file.attrs["detector"])["name"] == "calogan"
        assert file["readouts/layer_0"].shape == (300, 3, 96)
        for array in (file["conditions"], *file["readouts"].values()):
            assert array.dtype == np.dtype("<f4")
            assert (array.compression, array.shuffle) == ("gzip" if compress else None, compress)
        assert np.array_equal(file["conditions"][:], geant4.conditions)
        for name, array in geant4.readouts.items():
            assert np.array_equal(file["readouts"][name][:], array)


@pytest.mark.parametrize(
    ("shapes", "rows"),
    # at most 1024 rows and 1 MiB of all data sets together, but at least a row
    [
        ({"one": ()}, 1024),
        ({"pads": (8, 16)}, 1024),
        ({"layer_0": (3, 96), "layer_1": (12, 12), "layer_2": (12, 6)}, 512),
        ({"cylinder": (45, 16, 9)}, 32),
        ({"large": (500, 1000)}, 1),
    ],
)
def test_chunks_fit_in_the_cache_of_readers(tmp_path, shapes, rows):
    readouts = tuple(
        Readout(name, tuple(Axis.regular("i", n, 0, n) for n in shape), "MeV")
        for name, shape in shapes.items()
    )
    cells = {name: np.ones((2, *shape), np.float32) for name, shape in shapes.items()}
    sample = Events(Detector("any", TOY.conditions, readouts), np.ones((2, 1), np.float32), cells)
    write(tmp_path / "any.h5", sample, {})
    with h5py.File(tmp_path / "any.h5") as file:
        arrays = [file["conditions"], *file["readouts"].values()]
        assert [array.chunks for array in arrays] == [(rows, *array.shape[1:]) for array in arrays]
    assert_same(read(tmp_path / "any.h5"), sample)
    assert (tmp_path / "any.h5").stat().st_size < 50_000


def test_compressed_showers_take_half_the_room(tmp_path, geant4):
    sizes = {}
    for compress in (True, False):
        with Writer(tmp_path / "out.h5", geant4.detector, {}, True, compress) as writer:
            for _ in range(4):
                writer.append(geant4)
        sizes[compress] = (tmp_path / "out.h5").stat().st_size
    assert sizes[True] < 0.6 * sizes[False]


def test_the_shipped_sample_is_as_in_the_file_it_was_cut_from(sample_path, shared_data):
    header = read_header(sample_path)
    source = shared_data(header.provenance["source"])
    first, last = header.provenance["source_events"]
    sample = read(sample_path)
    with h5py.File(source) as file:
        assert np.array_equal(sample.conditions, file["energy"][first:last])
        for name, array in sample.readouts.items():
            assert np.array_equal(array, file[name][first:last])


def test_golden_sample(sample_path):
    header, sample = read_header(sample_path), read(sample_path)
    assert header.events == len(sample) == 1000
    assert header.provenance["simulator"] == "Geant4 11.4.0"
    assert header.provenance["cpu_ms_per_event"] == 805
    # the energy deposited in a shower is 99.74 % of the incident one
    energy = 1000 * sample.condition("energy")
    assert np.mean(sample.flat().sum(axis=1) / energy) == pytest.approx(0.9974, abs=5e-4)


def test_long_provenance_is_kept(tmp_path):
    provenance = {"environment": ["a package and its version"] * 10_000}
    write(tmp_path / "toy.h5", toy(1), provenance)
    assert read_header(tmp_path / "toy.h5").provenance == provenance


@pytest.mark.parametrize("dtype", [">f4", "<f8", ">f8", "<f2", "<i4", "<u8"])
def test_numbers_of_other_types_are_read(tmp_path, dtype):
    path = tmp_path / "toy.h5"
    write(path, toy(100), {})
    with h5py.File(path, "r+") as file:
        for name in ("conditions", "readouts/strip"):
            array = file[name][:].astype(dtype)
            del file[name]
            file[name] = array
    assert_same(read(path), toy(100))
    assert_same(Events.concatenate(list(iterate(path, 30))), toy(100))


def test_existing_files_are_kept_unless_asked(tmp_path):
    path = tmp_path / "toy.h5"
    write(path, toy(3), {"first": True})
    with pytest.raises(ExistsError, match=r"toy\.h5 already exists"):
        write(path, toy(4), {})
    assert read_header(path) == Header(TOY, 3, {"first": True})
    write(path, toy(4), {}, overwrite=True)
    assert read_header(path) == Header(TOY, 4, {})
    assert [p.name for p in tmp_path.iterdir()] == ["toy.h5"]


def test_a_file_can_be_replaced_by_what_it_holds(many):
    path = many.with_name("copy.h5")
    write(path, toy(MANY), {})
    with Writer(path, TOY, {}, overwrite=True) as writer:
        for part in iterate(path, 600):
            writer.append(part)
    assert_same(read(path), toy(MANY))
