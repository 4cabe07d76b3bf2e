"""HDF5 files: rows in any numbers, errors in the block, files that others hold or forbid."""

import errno
import io
import subprocess

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.errors import DataError, FileError, FormatError
from cloudburst.hdf5 import check_arrays, create_hdf5, disk, open_hdf5, read_rows

SHAPES = {"numbers": (), "folder/grid": (2, 50_000)}
# Of 400 kB each, so that a chunk has two.
ROWS = {"numbers": np.arange(7.0), "folder/grid": np.arange(7e5).reshape(7, 2, 50_000) % 997}


def rows(start, stop):
    return {name: array[start:stop].astype(np.float32) for name, array in ROWS.items()}


@given(cuts=st.lists(st.integers(0, 7), max_size=4).map(sorted), compress=st.booleans())
def test_rows_in_any_numbers(tmp_path_factory, cuts, compress):
    path = tmp_path_factory.getbasetemp() / "rows.h5"
    with create_hdf5(path, SHAPES, overwrite=True, compress=compress) as file:
        file.attrs["comment"] = "seven rows"
        for start, stop in zip([0, *cuts], [*cuts, 7], strict=True):
            file.append(rows(start, stop))
    with open_hdf5(path) as file:
        assert file.attrs["comment"] == "seven rows"
        assert file["folder/grid"].chunks == (2, 2, 50_000)
        assert check_arrays(file, SHAPES, path) == 7
        for name, array in ROWS.items():
            assert np.array_equal(read_rows(file, name, range(7)), array)


def test_no_rows_are_a_file_too(tmp_path):
    with create_hdf5(tmp_path / "empty.h5", SHAPES):
        pass
    with open_hdf5(tmp_path / "empty.h5") as file:
        assert check_arrays(file, SHAPES, tmp_path) == 0
        assert read_rows(file, "folder/grid", range(0)).shape == (0, 2, 50_000)


@given(
    numbers=st.builds(
        lambda *limits: range(7)[slice(*limits)],
        *(st.integers(-9, 9) | st.none(), st.integers(-9, 9) | st.none()),
        st.sampled_from([1, 2, 5, -1, -3]),
    )
)
def test_rows_of_any_numbers(tmp_path_factory, numbers):
    path = tmp_path_factory.getbasetemp() / "seven.h5"
    if not path.exists():
        with create_hdf5(path, {"numbers": ()}) as file:
            file.append(rows(0, 7))
    with open_hdf5(path) as file:
        found = read_rows(file, "numbers", numbers)
    assert found.dtype == np.float32
    assert found.tolist() == list(numbers)


def spoiled(path, error):
    with create_hdf5(path, SHAPES) as file:
        file.append(rows(0, 5))
        raise error


@pytest.mark.parametrize("error", [DataError("wrong"), ValueError("wrong"), KeyboardInterrupt()])
def test_an_error_leaves_nothing_and_is_not_changed(tmp_path, error):
    with pytest.raises(type(error)) as caught:
        spoiled(tmp_path / "out.h5", error)
    assert caught.value is error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyboardInterrupt(), KeyboardInterrupt),
        (OSError(errno.ENOSPC, "No space left on device"), FileError),
        (OSError(errno.EIO, "Input/output error"), FileError),
    ],
)
@pytest.mark.parametrize("calls", [0, 1, 3, 8])
def test_whatever_happens_while_writing_is_told(tmp_path, monkeypatch, error, expected, calls):
    write, done = io.FileIO.write, []

    class Failing(io.FileIO):
        def write(self, data):
            done.append(len(data))
            if len(done) > calls:
                raise error
            return write(self, data)

    monkeypatch.setattr(disk.Path, "open", lambda path, *_, **__: Failing(path, "r+b"))
    with pytest.raises(expected):
        spoiled(tmp_path / "out.h5", ValueError("later")) if calls < 3 else whole(tmp_path)
    assert list(tmp_path.iterdir()) == []


def whole(folder):
    with create_hdf5(folder / "out.h5", SHAPES) as file:
        file.append(rows(0, 7))


def test_a_disk_that_takes_little_at_once_gets_all(tmp_path, monkeypatch):
    write = io.FileIO.write

    class Slow(io.FileIO):
        def write(self, data):
            return write(self, data[:1000])

    monkeypatch.setattr(disk.Path, "open", lambda path, *_, **__: Slow(path, "r+b"))
    whole(tmp_path)
    with h5py.File(tmp_path / "out.h5") as file:
        assert np.array_equal(file["folder/grid"][:], ROWS["folder/grid"])


HOLDING = """
import h5py, sys
with h5py.File("out.h5", "r+", locking=True):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_file_that_a_program_writes_is_not_called_damaged(tmp_path, start_python):
    whole(tmp_path)
    assert start_python(HOLDING, stdin=subprocess.PIPE).stdout.readline() == "held\n"
    refused = pytest.raises(FileError, match=r"out\.h5: cannot be read \(Resource temporarily")
    with refused, open_hdf5(tmp_path / "out.h5"):
        pytest.fail("the block must not run")


def test_a_damaged_beginning_is_told(tmp_path):
    whole(tmp_path)
    path = tmp_path / "out.h5"
    content = bytearray(path.read_bytes())
    # the version of the superblock
    content[8] = 99
    path.write_bytes(content)
    refused = pytest.raises(FileError, match="damaged or being written, cannot be opened")
    with refused, open_hdf5(path):
        pytest.fail("the block must not run")


FORBIDDEN = """
import os
from pathlib import Path
from cloudburst.errors import FileError
from cloudburst.hdf5 import open_hdf5
if os.getuid() == 0:
    os.setuid(65534)
try:
    with open_hdf5(Path("out.h5")):
        print("opened")
except FileError as error:
    print(error)
"""


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, run_python):
    whole(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / "out.h5").chmod(0)
    assert run_python(FORBIDDEN) == "out.h5: cannot be read (Permission denied)\n"


def test_errors_of_ours_in_the_block_stay_what_they_are(tmp_path):
    whole(tmp_path)
    error = FormatError("another layout")
    with pytest.raises(FormatError) as caught, open_hdf5(tmp_path / "out.h5"):
        raise error
    assert caught.value is error


def test_errors_of_the_library_are_those_of_a_damaged_file(tmp_path):
    whole(tmp_path)
    refused = pytest.raises(FileError, match="damaged, cannot be read; copy or make it again")
    with refused, open_hdf5(tmp_path / "out.h5") as file:
        file["missing"]
