"""Files that are missing, cut, corrupt, or hold what makes no sense: one clear error each."""

import shutil

import h5py
import numpy as np
import pytest

from cloudburst import storage
from cloudburst.detectors import CALOGAN
from cloudburst.errors import DataError, FileError, FormatError
from cloudburst.events import Events
from cloudburst.formats import CaloGANFormat, read_events
from cloudburst.storage import iterate, read, read_header

# The name of an array of signals in each layout.
LAYERS = {"ours": "readouts/layer_1", "published": "layer_1"}
ENERGIES = {"ours": "conditions", "published": "energy"}
layouts = pytest.mark.parametrize("layout", LAYERS)


@pytest.fixture(scope="module")
def originals(tmp_path_factory, sample_path):
    """1,000 real showers in each layout."""
    folder = tmp_path_factory.mktemp("originals")
    shutil.copy(sample_path, folder / "ours.h5")
    CaloGANFormat().write(folder / "published.h5", read(sample_path))
    return folder


@pytest.fixture
def spoil(originals, tmp_path):
    """A function that copies a file of a layout and changes the copy by `change(file)`."""

    def make(layout, change):
        path = tmp_path / f"{layout}.h5"
        shutil.copy(originals / path.name, path)
        with h5py.File(path, "r+") as file:
            change(file)
        return path

    return make


def refusal(path, error=FormatError):
    """The message with which a file is refused, by each way to read it."""
    readers = [read_events]
    if path.name.startswith("ours"):
        readers += [read, lambda path: list(iterate(path, 100))]
    messages = set()
    for reader in readers:
        with pytest.raises(error) as caught:
            reader(path)
        messages.add(str(caught.value))
    assert len(messages) == 1
    (message,) = messages
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def test_what_is_no_file(tmp_path):
    for reader in (read, read_header, read_events, CaloGANFormat().read):
        with pytest.raises(FileError, match=r"missing\.h5: no such file"):
            reader(tmp_path / "missing.h5")
        with pytest.raises(FileError, match="a folder, not a file"):
            reader(tmp_path)


@pytest.mark.parametrize("content", [b"", b"energy,layer_0\n", bytes(5000), b"\x89HDF\r\n"])
def test_what_is_not_hdf5(tmp_path, content):
    path = tmp_path / "ours.h5"
    path.write_bytes(content)
    assert refusal(path) == "not an HDF5 file, or one with a damaged beginning"


@layouts
def test_a_cut_file_is_refused_wherever_it_is_cut(originals, tmp_path, layout):
    content = (originals / f"{layout}.h5").read_bytes()
    path = tmp_path / f"{layout}.h5"
    for length in [*np.geomspace(100, len(content) - 1, 25).astype(int), len(content) - 8]:
        path.write_bytes(content[:length])
        assert refusal(path, FileError) == "truncated; copy or download it again"
    path.write_bytes(content)
    assert len(read_events(path)[0]) == 1000


@layouts
def test_corrupt_signals_are_never_read(originals, tmp_path, layout):
    path = tmp_path / f"{layout}.h5"
    with h5py.File(originals / path.name) as file:
        dataset = file[LAYERS[layout]].id
        chunks = [dataset.get_chunk_info(i) for i in range(dataset.get_num_chunks())]
    assert len(chunks) > 1
    original = (originals / path.name).read_bytes()
    for chunk in chunks:
        for place in np.linspace(2, chunk.size - 1, 12).astype(int):
            content = bytearray(original)
            content[chunk.byte_offset + place] ^= 0x10
            path.write_bytes(content)
            assert refusal(path, FileError).startswith("damaged, cannot be read")


def collect(found, batches):
    for part in batches:
        found.append(part)


def test_batches_before_the_damage_are_read(originals, tmp_path):
    path = tmp_path / "ours.h5"
    content = bytearray((originals / path.name).read_bytes())
    with h5py.File(originals / path.name) as file:
        array = file["readouts/layer_1"]
        chunk, rows = array.id.get_chunk_info(array.id.get_num_chunks() - 1), array.chunks[0]
    content[chunk.byte_offset + chunk.size // 2] ^= 0xFF
    path.write_bytes(content)
    found = []
    with pytest.raises(FileError, match="damaged"):
        collect(found, iterate(path, rows))
    before = chunk.chunk_offset[0]
    assert sum(len(part) for part in found) == before
    assert len(read(path, slice(0, before))) == before


@layouts
@pytest.mark.parametrize("name", [*(r.name for r in CALOGAN.readouts[:3]), "energy"])
def test_a_missing_data_set_is_named(spoil, layout, name):
    if layout == "ours":
        name = "conditions" if name == "energy" else f"readouts/{name}"
    path = spoil(layout, lambda file: file.__delitem__(name))
    if name == "layer_0":
        assert refusal(path).startswith("unknown layout with energy, layer_1")
    else:
        assert refusal(path).startswith(f"data set '{name}' is missing; it has [")


def replace(name, value):
    def change(file):
        del file[name]
        file[name] = value

    return change


@layouts
@pytest.mark.parametrize("shape", [(1000, 12, 11), (1000, 144), (12, 12), (1000,), ()])
def test_a_wrong_shape_is_named(spoil, layout, shape):
    path = spoil(layout, replace(LAYERS[layout], np.zeros(shape)))
    expected = f"data set '{LAYERS[layout]}' has shape {shape}, needs (N, 12, 12)"
    assert refusal(path) == expected


@layouts
def test_different_lengths_are_named(spoil, layout):
    path = spoil(layout, replace(LAYERS[layout], np.zeros((999, 12, 12))))
    message = refusal(path)
    assert message.startswith("data sets of different lengths: {")
    assert f"'{LAYERS[layout]}': 999" in message
    assert f"'{ENERGIES[layout]}': 1000" in message


@layouts
@pytest.mark.parametrize(
    "value", [np.full((1000, 12, 12), b"x"), np.zeros((1000, 12, 12), complex), h5py.Empty("f4")]
)
def test_what_is_not_numbers_is_named(spoil, layout, value):
    message = refusal(spoil(layout, replace(LAYERS[layout], value)))
    assert message.startswith((f"'{LAYERS[layout]}' is no data set of numbers", "data set"))


@layouts
def test_a_group_is_no_data_set(spoil, layout):
    def change(file):
        del file[LAYERS[layout]]
        file.create_group(LAYERS[layout])

    assert refusal(spoil(layout, change)) == f"'{LAYERS[layout]}' is no data set of numbers"


@layouts
@pytest.mark.parametrize(
    ("value", "what"),
    [(np.nan, "not finite"), (np.inf, "not finite"), (-np.inf, "not finite"), (-0.5, "negative")],
)
def test_senseless_signals_are_counted_and_located(spoil, layout, value, what):
    def change(file):
        array = file[LAYERS[layout]]
        array[7, 1, 2] = array[7, 11, 11] = array[450, 0, 3] = value

    path = spoil(layout, change)
    with pytest.raises(DataError) as caught:
        read_events(path)
    assert str(caught.value) == (
        f"{path}: layer_1: 3 values in 2 events are {what}, the first in event 7 at index (1, 2)"
    )
    with pytest.raises(DataError, match=r"1 values .* the first in event 450 at index \(0, 3\)"):
        read_events(path, slice(400, None, 10))
    assert len(read_events(path, slice(8, 450))[0]) == 442


@layouts
def test_undefined_energies_are_counted_and_located(spoil, layout):
    def change(file):
        file[ENERGIES[layout]][[123, 999]] = np.nan

    path = spoil(layout, change)
    with pytest.raises(DataError) as caught:
        read_events(path)
    expected = "energy: 2 values in 2 events are not finite, the first in event 123"
    assert str(caught.value) == f"{path}: {expected}"


def test_batches_give_the_number_of_the_event_in_the_file(spoil):
    def change(file):
        file["readouts/layer_2"][777, 3, 4] = -1

    with pytest.raises(DataError, match=r"the first in event 777 at index \(3, 4\)"):
        list(iterate(spoil("ours", change), 64))


@layouts
def test_no_events(tmp_path, spoil, layout):
    def change(file):
        names = [ENERGIES[layout]]
        file.visit(lambda name: names.append(name) if "layer" in name or "over" in name else None)
        for name in names:
            file[name].resize(0, axis=0)

    assert refusal(spoil(layout, change), DataError) == "no events of 'calogan'"


def attribute(name, value):
    def change(file):
        del file.attrs[name]
        if value is not None:
            file.attrs[name] = value

    return change


@pytest.mark.parametrize("version", [3, 99, None, "one"])
def test_a_layout_too_new_is_refused(spoil, version):
    expected = f"layout version {version}, this program reads 1 and 2; "
    assert refusal(spoil("ours", attribute("version", version))).startswith(expected)


@pytest.mark.parametrize("name", ["detector", "provenance"])
@pytest.mark.parametrize("value", [None, "", "{", "3", '{"name": "x"', 4.5])
def test_a_broken_description_is_refused(spoil, name, value):
    message = refusal(spoil("ours", attribute(name, value)))
    assert message.startswith("its detector or provenance is missing or damaged (")


def test_a_detector_that_makes_no_sense_is_refused(spoil):
    message = refusal(spoil("ours", attribute("detector", '{"name": "x", "conditions": []}')))
    assert "not the description of a detector" in message


@pytest.mark.parametrize("layout", [None, "other-events"])
def test_other_layouts_are_not_ours(spoil, layout):
    path = spoil("ours", attribute("layout", layout))
    with pytest.raises(FormatError, match=r"not a file of cloudburst events; .*convert"):
        read(path)


def test_senseless_events_are_not_written(tmp_path, geant4):
    layer = geant4.readouts["layer_0"].copy()
    layer[299, 1, 40] = np.nan
    wrong = Events(CALOGAN, geant4.conditions, {**geant4.readouts, "layer_0": layer})
    with storage.Writer(tmp_path / "good.h5", CALOGAN, {}) as writer:
        writer.append(geant4)
        with pytest.raises(DataError, match=r"good\.h5: layer_0: .* the first in event 599 at"):
            writer.append(wrong)
        with pytest.raises(DataError, match=r"holds events of 'calogan', not of 'calogan' with"):
            writer.append(geant4.select(["layer_0"]))
    assert len(read(tmp_path / "good.h5")) == 300
    with pytest.raises(DataError, match="not finite"):
        storage.write(tmp_path / "wrong.h5", wrong, {})
    with pytest.raises(DataError, match=r"none\.h5: no events to write"):
        storage.write(tmp_path / "none.h5", geant4[:0], {})
    assert [path.name for path in tmp_path.iterdir()] == ["good.h5"]
