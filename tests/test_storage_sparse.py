"""The sparse layout: read by plain h5py and alike, in any parts, damaged or of real showers."""

import subprocess
import sys
import zlib

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloudburst import storage
from cloudburst.errors import DataError, FileError, FormatError
from cloudburst.events import Events
from cloudburst.hdf5 import pack, unpack
from cloudburst.hdf5.deflate import deflate
from strategies import assert_same

# What the documentation says of the layout, and no more.
READER = """
import h5py, numpy as np, sys
with h5py.File(sys.argv[1]) as file:
    mask, values = file["sparse/mask"][:], file["sparse/values"][:]
count = int(sys.argv[2])
cells = np.zeros((len(mask), count), np.float32)
cells[np.unpackbits(mask, axis=1, count=count).astype(bool)] = values
np.save(sys.argv[3], cells)
"""


@pytest.fixture(scope="module")
def sparse(geant4, tmp_path_factory):
    """A sparse file of 300 real showers."""
    path = tmp_path_factory.mktemp("sparse") / "showers.h5"
    storage.write(path, geant4, {"simulator": "Geant4"}, sparse=True)
    return path


def test_packing_by_hand():
    cells = np.array([[0, 1, 0, 0, 0, 0, 0, 2, 0, 3], [0] * 10], np.float32)
    packed = pack(cells)
    assert packed.mask.tolist() == [[0b01000001, 0b01000000], [0, 0]]
    assert packed.values.tolist() == [1, 2, 3]
    assert packed.counts.tolist() == [3, 0]
    assert (unpack(packed.mask, packed.values, 10) == cells).all()
    with pytest.raises(ValueError, match="3 filled cells, but 2 values"):
        unpack(packed.mask, packed.values[:2], 10)


def test_plain_h5py_reads_real_showers(sparse, geant4, tmp_path):
    cells = tmp_path / "cells.npy"
    subprocess.run([sys.executable, "-c", READER, sparse, "507", cells], check=True)
    assert np.load(cells).tobytes() == geant4.flat().tobytes()
    with h5py.File(sparse) as file:
        assert sorted(file) == ["conditions", "sparse"]
        assert file.attrs["version"] == 2
        filled = (geant4.flat() != 0).sum(axis=1)
        assert (file["sparse/ends"][:] == np.cumsum(filled)).all()


def test_it_is_read_alike_and_is_smaller(sparse, geant4, tmp_path):
    assert_same(storage.read(sparse), geant4)
    storage.write(tmp_path / "dense.h5", geant4, {})
    assert sparse.stat().st_size < 0.9 * (tmp_path / "dense.h5").stat().st_size


indices = st.integers(-400, 400) | st.none()


@given(start=indices, stop=indices, step=st.sampled_from([None, 1, 2, 70, -1, -30]))
def test_any_slice(sparse, geant4, start, stop, step):
    index = slice(start, stop, step)
    if len(geant4[index]):
        assert_same(storage.read(sparse, index), geant4[index])
    else:
        with pytest.raises(DataError, match="no events"):
            storage.read(sparse, index)


@pytest.mark.parametrize("batch", [1, 99, 300, 4096])
def test_batches_put_together_are_the_whole(sparse, geant4, batch):
    assert_same(Events.concatenate(list(storage.iterate(sparse, batch))), geant4)


def test_the_bytes_do_not_depend_on_how_many_come_at_once(geant4, tmp_path):
    many = Events.concatenate([geant4] * 8)
    for name, batch in (("a.h5", 2400), ("b.h5", 77), ("c.h5", 1024)):
        with storage.Writer(tmp_path / name, many.detector, {}, sparse=True) as writer:
            for start in range(0, len(many), batch):
                writer.append(many[start : start + batch])
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "c.h5").read_bytes()
    assert_same(storage.read(tmp_path / "a.h5", slice(1000, 1400)), many[1000:1400])


def test_damage_is_named(sparse, tmp_path):
    path = tmp_path / "damaged.h5"
    path.write_bytes(sparse.read_bytes())
    with h5py.File(path, "r+") as file:
        file["sparse/ends"][10] -= 1
    with pytest.raises(FileError, match=r"damaged\.h5: damaged, cannot be read"):
        storage.read(path, slice(0, 11))
    with h5py.File(path, "r+") as file:
        del file["sparse/ends"]
    with pytest.raises(FormatError, match="'sparse/ends' is missing"):
        storage.read(path)


@given(npst.arrays(np.float32, npst.array_shapes(max_dims=2, max_side=40)))
def test_streams_are_those_of_zlib(chunk):
    planes = chunk.view(np.uint8).reshape(-1, 4).T.tobytes()
    assert zlib.decompress(deflate(chunk)) == planes


def test_streams_of_planes_that_are_stored():
    rng = np.random.default_rng(0)
    chunk = rng.lognormal(size=100_000).astype(np.float32)
    stream = deflate(chunk)
    assert zlib.decompress(stream) == chunk.view(np.uint8).reshape(-1, 4).T.tobytes()
    assert len(stream) < 0.9 * chunk.nbytes
    assert len(deflate(rng.integers(256, size=100_000, dtype=np.uint8))) < 100_100
