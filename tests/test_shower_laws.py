"""The shower shapes against an independent computation, their laws, and real showers."""

import math
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detectors import CALOGAN
from cloudburst.events import Events
from cloudburst.observables import response, shower_shapes

DATA = Path(__file__).parents[1].parent / "shared" / "data" / "calogan_eplus.h5"
NAMES = [o.name for o in shower_shapes(CALOGAN)]


def random_showers(n: int, seed: int) -> Events:
    """Sparse showers; some layers and some showers are empty."""
    rng = np.random.default_rng(seed)
    readouts = {}
    for r in CALOGAN.readouts:
        keep = rng.uniform(size=(n, *r.shape)) < rng.uniform(0, 0.4, (n, *[1] * len(r.shape)))
        keep &= rng.uniform(size=(n, *[1] * len(r.shape))) < 0.8
        readouts[r.name] = (rng.exponential(30, keep.shape) * keep).astype(np.float32)
    return Events(CALOGAN, CALOGAN.draw_conditions(n, rng), readouts)


def values(events: Events) -> dict[str, np.ndarray]:
    return {o.name: o(events) for o in shower_shapes(events.detector)}


def layer_by_loops(cells: np.ndarray) -> tuple[float, float, float, float]:
    """Energy, asymmetry of the two largest cells, width along y and sparsity of a layer."""
    step = 480.0 / cells.shape[1]
    energy = first = second = h1 = h2 = 0.0
    hits = 0
    for row in cells:
        for j, cell in enumerate(float(c) for c in row):
            centre = -240.0 + step / 2 + step * j
            energy += cell
            h1 += centre * cell
            h2 += centre**2 * cell
            hits += cell > 0
            if cell > first:
                first, second = cell, first
            elif cell > second:
                second = cell
    if energy == 0:
        return 0.0, math.nan, math.nan, 0.0
    variance = h2 / energy - (h1 / energy) ** 2
    ratio = (first - second) / (first + second)
    return energy, ratio, math.sqrt(max(variance, 0.0)), hits / cells.size


def by_loops(event: dict[str, np.ndarray]) -> dict[str, float]:
    """The shower shapes of one event, cell by cell, by the textbook formulas."""
    found = [layer_by_loops(event[f"layer_{i}"]) for i in range(3)]
    kinds = ("E", "Eratio_", "sigma_", "sparsity_")
    result = {f"{kind}{i}": found[i][k] for i in range(3) for k, kind in enumerate(kinds)}
    energies = [layer[0] for layer in found]
    whole = result["Etot"] = sum(energies)
    l_d = result["lateral_depth"] = energies[1] + 2 * energies[2]
    rest = ("f0", "f1", "f2", "depth", "shower_depth", "shower_depth_width")
    if whole == 0:
        return result | dict.fromkeys(rest, math.nan)
    shares = [energy / whole for energy in energies]
    deepest = max(i for i in range(3) if energies[i] > 0)
    squares = (energies[1] + 4 * energies[2]) / whole - (l_d / whole) ** 2
    last = (*shares, deepest, l_d / whole, math.sqrt(max(squares, 0.0)))
    return result | dict(zip(rest, last, strict=True))


@pytest.mark.parametrize("seed", [0, 1])
def test_shower_shapes_agree_with_loops_over_the_cells(seed: int) -> None:
    events = random_showers(40, seed)
    found = values(events)
    assert all(np.isnan(found[n]).any() for n in ("sigma_0", "Eratio_2"))
    for i in range(len(events)):
        expected = by_loops({name: array[i] for name, array in events.readouts.items()})
        assert expected.keys() == set(NAMES)
        for name, value in expected.items():
            assert found[name][i] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), name


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([2.0**-8, 0.5, 4.0, 2.0**10]))
def test_shapes_do_not_depend_on_the_energy_scale(seed: int, scale: float) -> None:
    events = random_showers(5, seed)
    readouts = {name: np.float32(scale) * cells for name, cells in events.readouts.items()}
    scaled = values(Events(CALOGAN, events.conditions, readouts))
    for observable in shower_shapes(CALOGAN):
        factor = scale if observable.unit == "MeV" else 1.0
        expected = factor * observable(events)
        # powers of two change no digit
        assert np.array_equal(scaled[observable.name], expected, equal_nan=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_shapes_of_random_showers_keep_their_borders(seed: int) -> None:
    found = values(random_showers(10, seed))
    assert np.nanmax(abs(found["f0"] + found["f1"] + found["f2"] - 1), initial=0) < 1e-12
    for name in NAMES[4:7] + NAMES[8:11] + NAMES[17:]:
        assert np.nanmin(found[name], initial=0) >= 0
        assert np.nanmax(found[name], initial=0) <= 1
    for i in range(3):
        assert np.nanmax(found[f"sigma_{i}"], initial=0) <= 240
    assert np.nanmax(found["shower_depth"], initial=0) <= 2
    assert np.nanmax(found["shower_depth_width"], initial=0) <= 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -5.0, 3e38])
def test_no_cell_value_raises_or_warns(bad: float) -> None:
    events = random_showers(3, 0)
    for cells in events.readouts.values():
        cells[0] = bad
    for observable in (*shower_shapes(CALOGAN), response(CALOGAN)):
        found = observable(events)
        assert found.shape == (3,)
        assert found.dtype == np.float64
        assert not np.isinf(found).any()


def test_rows_do_not_depend_on_each_other() -> None:
    events = random_showers(12, 3)
    for observable in shower_shapes(CALOGAN):
        whole = observable(events)
        part = observable(events[np.array([7, 2])])
        assert np.array_equal(whole[[7, 2]], part, equal_nan=True), observable.name


@pytest.mark.skipif(not DATA.exists(), reason=f"no Geant4 showers at {DATA}")
def test_geant4_showers_have_the_measured_shares() -> None:
    with h5py.File(DATA) as file:
        readouts = {r.name: file[r.name][:] for r in CALOGAN.readouts}
        events = Events(CALOGAN, file["energy"][:].astype(np.float32), readouts)
    found = values(events)
    # shares of all deposited energy, overflow included: 0.192, 0.805, 0.0016 and 0.0009
    deposited = found["Etot"] + readouts["overflow"].sum(axis=1)
    shares = [np.mean(found[f"E{i}"] / deposited) for i in range(3)]
    assert shares == pytest.approx([0.192, 0.805, 0.0016], rel=0.02)
    assert found["f0"].mean() == pytest.approx(0.192 / 0.9991, rel=0.02)
    assert response(CALOGAN)(events).mean() == pytest.approx(0.9974 - 0.0009, abs=5e-4)
    assert np.mean(found["depth"] == 2) > 0.95
    assert np.array_equal(np.isnan(found["sigma_2"]), found["E2"] == 0)
    for i in (0, 123, 4567):
        expected = by_loops({name: array[i] for name, array in readouts.items()})
        for name, value in expected.items():
            assert found[name][i] == pytest.approx(value, rel=1e-6, abs=1e-6, nan_ok=True), name
