"""Public files of the LHCb calorimeter: arrays as published, and what may be wrong with them."""

import dataclasses

import numpy as np
import pytest

from cloudburst.detectors import LHCB_ECAL, LHCB_ECAL_PUBLIC
from cloudburst.errors import ConditionError, DataError, FileError, FormatError
from cloudburst.events import Events
from cloudburst.formats import FORMATS, iterate_events, read_events, read_header, recognise


def arrays(n=7, layers=1, cells=30):
    rng = np.random.default_rng(3)
    point = np.full((n, 3), -19.8)
    point[:, :2] = rng.uniform(-1, 1, (n, 2))
    return {
        "EnergyDeposit": rng.gamma(0.1, 10, (n, cells, cells, layers)),
        "ParticleMomentum": np.stack(
            [rng.normal(size=n), rng.normal(size=n), 5 + np.arange(n)], 1
        ),
        "ParticlePoint": point,
        "ParticlePDG": np.full(n, 11.0),
        "TotalEnergySci": np.zeros(n),
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "public.npz"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_become_events(path, save):
    given = arrays()
    save(path, **given)
    assert recognise(path) is FORMATS["lhcb-npz"]
    events, provenance = read_events(path)
    assert provenance["particle"] == 11
    assert events.detector == LHCB_ECAL_PUBLIC
    np.testing.assert_allclose(events.conditions[:, :3], given["ParticleMomentum"], rtol=1e-6)
    # centimetres become millimetres
    np.testing.assert_allclose(events.condition("x"), 10 * given["ParticlePoint"][:, 0], rtol=1e-6)
    np.testing.assert_allclose(events.condition("y"), 10 * given["ParticlePoint"][:, 1], rtol=1e-6)
    cells = given["EnergyDeposit"][..., 0].astype(np.float32)
    np.testing.assert_array_equal(events.readouts["cells"], cells)


@pytest.mark.parametrize(
    "part", [slice(2, 5), slice(None, None, 2), slice(None, None, -3), slice(9, 9)]
)
def test_parts_are_rows_of_the_whole(path, part):
    np.savez_compressed(path, **arrays())
    layout = FORMATS["lhcb-npz"]
    whole, some = layout.load(path), layout.load(path, part)
    assert np.array_equal(whole.conditions[part], some.conditions)
    assert np.array_equal(whole.readouts["cells"][part], some.readouts["cells"])
    batches = list(iterate_events(path, 3))
    assert [len(b) for b in batches] == [3, 3, 1]


def test_events_come_and_go(path, tmp_path, cloudburst):
    np.savez(path, **arrays())
    cloudburst.done("convert", path, "ours.h5")
    cloudburst.done("convert", "ours.h5", "back.npz", "--to", "lhcb-npz")
    before, after = (np.load(p) for p in (path, tmp_path / "back.npz"))
    for name in set(before) - {"TotalEnergySci"}:
        np.testing.assert_allclose(after[name], before[name], rtol=1e-6)
    total = before["EnergyDeposit"].sum((1, 2, 3))
    np.testing.assert_allclose(after["TotalEnergySci"], total, rtol=1e-5)


@pytest.mark.parametrize("name", ["ParticleMomentum", "ParticlePoint", "ParticlePDG"])
def test_missing_arrays_are_named(path, name):
    np.savez(path, **{k: v for k, v in arrays().items() if k != name})
    with pytest.raises(FormatError, match=f"array '{name}' is missing; it has .*EnergyDeposit"):
        read_header(path)


@pytest.mark.parametrize(("layers", "cells"), [(2, 30), (1, 40)])
def test_other_calorimeters_are_refused(path, layers, cells):
    np.savez(path, **arrays(layers=layers, cells=cells))
    with pytest.raises(FormatError, match="only one calorimeter, of 30 x 30 cells"):
        read_events(path)


@pytest.mark.parametrize(
    ("name", "place", "reason"),
    [
        ("ParticlePDG", 3, "mixes particles: ParticlePDG is 11 .* and 22 in event 3"),
        ("ParticlePoint", (4, 2), "mixes planes: ParticlePoint is -19.8 .* and 22 in event 4"),
    ],
)
def test_mixed_files_are_refused(path, name, place, reason):
    given = arrays()
    given[name][place] = 22
    np.savez(path, **given)
    with pytest.raises(FormatError, match=reason):
        read_events(path)


def test_lengths_types_and_orders_are_checked(path):
    np.savez(path, **{**arrays(), "ParticlePDG": np.full(6, 11.0)})
    with pytest.raises(FormatError, match="arrays of different lengths"):
        read_events(path)
    np.savez(path, **{**arrays(), "ParticlePDG": np.full(7, "e-")})
    with pytest.raises(FormatError, match="'ParticlePDG' has shape"):
        read_events(path)
    np.savez(path, **{**arrays(), "ParticlePoint": np.asfortranarray(arrays()["ParticlePoint"])})
    with pytest.raises(FormatError, match="stored by columns"):
        read_events(path)


def test_what_makes_no_sense_is_refused(path):
    given = arrays()
    given["ParticlePoint"][2, 0] = 3
    np.savez(path, **given)
    with pytest.raises(ConditionError, match="x = 30 mm is outside"):
        read_events(path)
    given = arrays()
    given["EnergyDeposit"][2] = -1
    np.savez(path, **given)
    with pytest.raises(DataError, match="negative"):
        read_events(path)


def test_damaged_files_are_refused(path):
    layout = FORMATS["lhcb-npz"]
    with pytest.raises(FileError, match="no such file"):
        layout.read_header(path)
    np.savez_compressed(path, **arrays())
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert not layout.recognises(path)
    with pytest.raises(FileError, match="damaged"):
        layout.read_header(path)
    path.write_bytes(whole[:5000] + bytes(500) + whole[5500:])
    with pytest.raises(FileError, match="damaged"):
        layout.load(path)


def test_cells_of_another_size_do_not_fit(path):
    public = Events(
        LHCB_ECAL_PUBLIC,
        np.array([[1, 1, 5, 0, 0]], np.float32),
        {"cells": np.ones((1, 30, 30), np.float32)},
    )
    FORMATS["lhcb-npz"].write(path, public)
    with pytest.raises(DataError, match=r"cells of 20\.2 mm, not of 'lhcb_ecal'"):
        FORMATS["lhcb-npz"].write(path, dataclasses.replace(public, detector=LHCB_ECAL))
