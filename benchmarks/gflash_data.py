"""Geant4 showers beside parametric ones at the same conditions, and what is compared of them."""

from __future__ import annotations

__all__ = [
    "SAMPLES",
    "Moments",
    "Quantity",
    "Sample",
    "energy",
    "quantities",
    "reference",
    "simulate",
]

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cloudburst.detector import Axis
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.simulators.gflash import GFlash

Floats = NDArray[np.float64]

DATA = Path(__file__).parents[2] / "shared" / "data"


class Sample(NamedTuple):
    """A file of full simulation, and the calorimeter and particle that it is of."""

    file: str
    calorimeter: str
    particle: str
    tuning: str


SAMPLES = {
    "calogan e+": Sample("calogan_eplus.h5", "calogan", "e+", "calogan"),
    "calogan gamma": Sample("calogan_gamma.h5", "calogan", "gamma", "calogan"),
    "calogan e+, angles": Sample("calogan_eplus_angles.h5", "calogan_angles", "e+", "calogan"),
    "lhcb_ecal e-": Sample("lhcb_ecal_electron.h5", "lhcb_ecal", "e-", "lhcb_ecal"),
    "calochallenge2 e-": Sample(
        "calochallenge2_electron.h5", "calochallenge2", "e-", "calochallenge2"
    ),
}


class Quantity(NamedTuple):
    """One number of each event: its name, unit and function."""

    name: str
    unit: str
    function: Callable[[Events], Floats]


def reference(sample: Sample, index: slice = slice(None)) -> Events:
    """Geant4's events, as events of the calorimeter that the simulator knows."""
    events = load_events(DATA / sample.file, index)
    detector = GFlash(sample.calorimeter).detector
    return Events(detector, events.conditions, events.readouts)


def simulate(sample: Sample, events: Events, tuning: Any, seed: int = 1) -> Events:
    """Parametric showers at the conditions of events."""
    return GFlash(sample.calorimeter, sample.particle, tuning)(events.conditions, seed=seed)


def energy(events: Events) -> Floats:
    """Incident energies in GeV, with shape (n,)."""
    names = [condition.name for condition in events.detector.conditions]
    if "energy" not in names:
        return np.sqrt(sum(events.condition(p).astype(float) ** 2 for p in ("px", "py", "pz")))
    scale = 1e-3 if events.detector.conditions[names.index("energy")].unit == "MeV" else 1.0
    return scale * events.condition("energy").astype(float)


def quantities(events: Events) -> Iterator[Quantity]:
    """What is compared of a calorimeter."""
    names = [readout.name for readout in events.detector.readouts]
    if "cells" in names:
        yield from _one_plane()
    elif "overflow" in names:
        yield from _three_layers(tilted="theta" in [c.name for c in events.detector.conditions])
    else:
        yield from _rings(len(names))


def _response() -> Quantity:
    def response(events: Events) -> Floats:
        return events.flat().sum(axis=1, dtype=float) / energy(events) / 1000

    return Quantity("response", "", response)


def _three_layers(tilted: bool) -> Iterator[Quantity]:
    yield _response()
    for i in range(3):
        yield Quantity(f"share of layer {i}", "", lambda e, i=i: _share(e, f"layer_{i}"))
    yield Quantity("share of overflow", "", lambda e: _share(e, "overflow"))
    for i in range(2):
        for axis in ("x", "y"):
            yield Quantity(
                f"width of layer {i} in {axis}", "mm", lambda e, i=i, a=axis: _width(e, i, a)
            )
    if not tilted:
        yield Quantity("within 5 mm in layer 0", "", lambda e: _near(e, 0, 5))
        yield Quantity("beyond 50 mm in layer 0", "", lambda e: 1 - _near(e, 0, 50))
        yield Quantity("within 40 mm in layer 1", "", lambda e: _near(e, 1, 40))
        yield Quantity("beyond 120 mm in layer 1", "", lambda e: 1 - _near(e, 1, 120))
    for i in range(2):
        yield Quantity(f"cells above 1 MeV in layer {i}", "", lambda e, i=i: _hits(e, i, 1.0))


def _one_plane() -> Iterator[Quantity]:
    yield _response()
    for axis in ("x", "y"):
        yield Quantity(f"width in {axis}", "mm", lambda e, a=axis: _moments(e, "cells", a)[1])
    yield Quantity("depth of the barycentre", "mm", _slanted_depth)
    for n in (1, 4, 9, 25):
        cells = "largest cell" if n == 1 else f"{n} largest cells"
        yield Quantity(f"share of the {cells}", "", lambda e, n=n: _largest(e, n))
    yield Quantity("cells above 1 MeV", "", lambda e: (e.flat() > 1).sum(axis=1).astype(float))


def _rings(layers: int) -> Iterator[Quantity]:
    yield _response()
    yield Quantity("mean depth", "layers", lambda e: _depth(e, layers)[0])
    yield Quantity("depth width", "layers", lambda e: _depth(e, layers)[1])
    yield Quantity("share of layers 0-2", "", lambda e: _layers(e, layers)[:, :3].sum(axis=1))
    yield Quantity("share of the last 10", "", lambda e: _layers(e, layers)[:, -10:].sum(axis=1))
    yield Quantity("mean radius", "mm", lambda e: _ring_shares(e) @ (4.65 * np.arange(0.5, 9)))
    yield Quantity("share of ring 0", "", lambda e: _ring_shares(e)[:, 0])
    yield Quantity("share of rings 1-2", "", lambda e: _ring_shares(e)[:, 1:3].sum(axis=1))
    yield Quantity("share of rings 6-8", "", lambda e: _ring_shares(e)[:, 6:].sum(axis=1))
    yield Quantity("cells hit", "", lambda e: (e.flat() > 0.015).sum(axis=1).astype(float))


def _share(events: Events, name: str) -> Floats:
    part = events.readouts[name].reshape(len(events), -1).sum(axis=1, dtype=float)
    return part / events.flat().sum(axis=1, dtype=float)


def _moments(events: Events, name: str, axis: str) -> tuple[Floats, Floats]:
    """Mean and width along an axis, with shape (n,)."""
    axes = events.detector.readout(name).axes
    number = [a.name for a in axes].index(axis)
    others = tuple(i + 1 for i in range(len(axes)) if i != number)
    projected = events.readouts[name].sum(axis=others, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        projected /= projected.sum(axis=1, keepdims=True)
    centers = axes[number].centers
    mean = projected @ centers
    return mean, np.sqrt(np.maximum(projected @ centers**2 - mean**2, 0))


def _width(events: Events, layer: int, axis: str) -> Floats:
    return _moments(events, f"layer_{layer}", axis)[1]


def _near(events: Events, layer: int, distance: float) -> Floats:
    """Share of a layer's energy with |y| below a distance in mm."""
    axis: Axis = events.detector.readout(f"layer_{layer}").axes[1]
    rows = events.readouts[f"layer_{layer}"].sum(axis=1, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return rows[:, np.abs(axis.centers) < distance].sum(axis=1) / rows.sum(axis=1)


def _hits(events: Events, layer: int, threshold: float) -> Floats:
    return (events.readouts[f"layer_{layer}"] > threshold).sum(axis=(1, 2)).astype(float)


def _largest(events: Events, n: int) -> Floats:
    cells = np.sort(events.flat().astype(float), axis=1)
    return cells[:, -n:].sum(axis=1) / cells.sum(axis=1)


def _slanted_depth(events: Events) -> Floats:
    """Depth in mm at which the barycentre lies on the particle's line; NaN for steep ones."""
    slope = events.condition("px").astype(float) / events.condition("pz")
    moved = _moments(events, "cells", "x")[0] - events.condition("x")
    return np.where(np.abs(slope) > 0.1, moved / np.where(slope, slope, 1), np.nan)


def _layers(events: Events, layers: int) -> Floats:
    """Share of each layer, with shape (n, layers)."""
    sums = [events.readouts[f"layer_{i}"].sum(axis=(1, 2), dtype=float) for i in range(layers)]
    shares = np.stack(sums, axis=1)
    return shares / shares.sum(axis=1, keepdims=True)


def _depth(events: Events, layers: int) -> tuple[Floats, Floats]:
    shares, numbers = _layers(events, layers), np.arange(layers)
    mean = shares @ numbers
    return mean, np.sqrt(np.maximum(shares @ numbers**2 - mean**2, 0))


def _ring_shares(events: Events) -> Floats:
    rings = sum(part.sum(axis=1, dtype=float) for part in events.readouts.values())
    shares: Floats = rings / rings.sum(axis=1, keepdims=True)
    return shares


@dataclasses.dataclass(frozen=True)
class Moments:
    """Means and spreads of a quantity in bins of energy, each with its statistical error.

    Attributes:
        mean: Means, with shape (bins,).
        spread: Standard deviations without the outermost 1 % on either side, (bins,).
        count: Events, with shape (bins,).
    """

    mean: Floats
    spread: Floats
    count: Floats

    @classmethod
    def of(cls, values: Floats, energies: Floats, edges: Floats) -> Moments:
        """Those of values at energies in GeV."""
        rows = []
        for low, high in itertools.pairwise(edges):
            part = values[(energies >= low) & (energies < high)]
            part = part[np.isfinite(part)]
            core = part[(part >= np.quantile(part, 0.01)) & (part <= np.quantile(part, 0.99))]
            rows.append((part.mean(), core.std(), len(part)))
        return cls(*np.array(rows, float).T)
