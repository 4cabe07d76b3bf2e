"""Twelve ways to damage a perfect candidate, and what must notice each.

A perfect candidate is full simulation that the reference does not hold.
"""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import h5py
import numpy as np

from cloudburst.detector import Condition, Detector
from cloudburst.detectors.calogan import CALOGAN
from cloudburst.events import Events

DATA = Path(__file__).parents[1].parent / "shared" / "data"
SHOWERS = DATA / "calogan_eplus.h5"
ANGLES = DATA / "calogan_eplus_angles.h5"
LAYERS = ("layer_0", "layer_1", "layer_2")
THRESHOLD = 0.1
WITH_ANGLES = dataclasses.replace(
    CALOGAN,
    name="calogan_angles",
    conditions=(
        *CALOGAN.conditions,
        Condition("x0", "mm", -50, 50),
        Condition("y0", "mm", -50, 50),
        Condition("theta", "rad", 0, 0.3491),
        Condition("phi", "rad", -3.1416, 3.1416),
    ),
)


class Damage(NamedTuple):
    """What is done to events, the gate meant for it, and the families that may notice."""

    do: Callable[[Events, np.random.Generator], Events]
    gate: str
    families: set[str]
    sample: str = "showers"


def load(path: Path, detector: Detector) -> Events:
    with h5py.File(path) as file:
        columns = [np.asarray(file[c.name]).reshape(-1) for c in detector.conditions]
        readouts = {r.name: np.asarray(file[r.name], np.float32) for r in detector.readouts}
    return Events(detector, np.stack(columns, axis=1).astype(np.float32), readouts)


def halves(events: Events, seed: int) -> tuple[Events, Events]:
    order = np.random.default_rng(seed).permutation(len(events))
    half = len(events) // 2
    return events[order[:half]], events[order[half : 2 * half]]


def with_threshold(events: Events) -> Events:
    """The same events as if read out with a threshold."""
    detector = dataclasses.replace(
        events.detector,
        readouts=tuple(
            dataclasses.replace(r, threshold=THRESHOLD) for r in events.detector.readouts
        ),
    )
    cut = {k: np.where(v < THRESHOLD, np.float32(0), v) for k, v in events.readouts.items()}
    return Events(detector, events.conditions, cut)


def changed(events: Events, **readouts: np.ndarray) -> Events:
    new = {k: np.asarray(v, np.float32) for k, v in readouts.items()}
    return Events(events.detector, events.conditions, {**events.readouts, **new})


def stretched(events: Events, chosen: np.ndarray, factor: np.ndarray) -> Events:
    """The chosen showers times a factor each, at the conditions of all."""
    readouts = {
        k: v[chosen] * factor.reshape(-1, *[1] * (v.ndim - 1)) for k, v in events.readouts.items()
    }
    return changed(events, **readouts)


def scaled_energy(events: Events, rng: np.random.Generator) -> Events:
    return changed(events, **{k: 1.02 * v for k, v in events.readouts.items()})


def shuffled_conditions(events: Events, rng: np.random.Generator) -> Events:
    return Events(events.detector, rng.permutation(events.conditions), events.readouts)


def dropped_cell(events: Events, rng: np.random.Generator) -> Events:
    cells = events.readouts["layer_1"].copy()
    cells[:, 5, 8] = 0
    return changed(events, layer_1=cells)


def mode_collapse(events: Events, rng: np.random.Generator) -> Events:
    """Thirty showers, stretched to the energies wanted."""
    templates = rng.choice(len(events), 30, replace=False)
    energy = events.condition("energy")
    away = np.abs(np.log(energy[:, None] / energy[templates]))
    nearest = templates[np.argmin(away, axis=1)]
    factor = energy / energy[nearest] * rng.normal(1, 0.002, len(events))
    return stretched(events, nearest, factor)


def smoothed_cells(events: Events, rng: np.random.Generator) -> Events:
    def smooth(v: np.ndarray) -> np.ndarray:
        return 0.8 * v + 0.1 * np.roll(v, 1, axis=2) + 0.1 * np.roll(v, -1, axis=2)

    return changed(events, **{k: smooth(events.readouts[k]) for k in LAYERS})


def wrong_unit(events: Events, rng: np.random.Generator) -> Events:
    return changed(events, **{k: v / 1000 for k, v in events.readouts.items()})


def mirrored_axis(events: Events, rng: np.random.Generator) -> Events:
    return events.mirrored("x")


def truncated_tail(events: Events, rng: np.random.Generator) -> Events:
    """The showers that leak most at the back are others at nearly the same energy."""
    share = events.readouts["layer_2"].sum(axis=(1, 2)) / events.condition("energy")
    order = np.argsort(events.condition("energy"))
    kept = order[share[order] < np.quantile(share, 0.97)]
    energy = events.condition("energy")
    place = np.searchsorted(energy[kept], energy).clip(0, len(kept) - 1)
    chosen = np.where(share < np.quantile(share, 0.97), np.arange(len(events)), kept[place])
    return stretched(events, chosen, energy / energy[chosen])


def swapped_layers(events: Events, rng: np.random.Generator) -> Events:
    """The first layer has the energy of the last, and the other way round."""
    first, last = (events.readouts[k].sum(axis=(1, 2)) for k in ("layer_0", "layer_2"))
    factor = np.where((first > 0) & (last > 0), last / np.maximum(first, 1e-9), 1)[:, None, None]
    return changed(
        events,
        layer_0=events.readouts["layer_0"] * factor,
        layer_2=events.readouts["layer_2"] / factor,
    )


def duplicated_events(events: Events, rng: np.random.Generator) -> Events:
    """One event in fifty is there again, at the place of another."""
    index = np.arange(len(events))
    index[::50] = index[1::50][: len(index[::50])]
    return events[index]


def noise_below_threshold(events: Events, rng: np.random.Generator) -> Events:
    noise = {
        k: np.where(v == 0, rng.uniform(0, 0.5 * THRESHOLD, v.shape), v)
        for k, v in events.readouts.items()
    }
    return changed(events, **noise)


def averaged_energies(events: Events, rng: np.random.Generator) -> Events:
    """Each event is the mean of two, at the mean of their energies."""
    order = np.argsort(events.condition("energy"))
    pairs = np.stack([order[:-1], order[1:]])
    mean = {k: v[pairs].mean(axis=0) for k, v in events.readouts.items()}
    conditions = events.conditions[pairs].mean(axis=0, dtype=np.float32)
    return Events(events.detector, conditions, mean)


DAMAGES = {
    "scaled energy": Damage(scaled_energy, "G2", {"response by condition"}),
    "shuffled conditions": Damage(shuffled_conditions, "G2", {"resolution by condition"}),
    "dropped cell": Damage(dropped_cell, "G2", {"occupancy of cells", "mean signal of cells"}),
    "mode collapse": Damage(mode_collapse, "G3", {"realism and diversity"}),
    "smoothed cells": Damage(smoothed_cells, "G2", {"occupancy of cells"}),
    "wrong unit": Damage(wrong_unit, "G0", {"unit of the signals"}),
    "mirrored axis": Damage(mirrored_axis, "G2", {"means by condition"}, "angles"),
    "truncated tail": Damage(truncated_tail, "G2", {"tails"}),
    "swapped layers": Damage(swapped_layers, "G2", {"chi² of layer energies"}),
    "duplicated events": Damage(duplicated_events, "G3", {"duplicated events"}),
    "noise below threshold": Damage(
        noise_below_threshold, "G0", {"no signal below threshold"}, "threshold"
    ),
    "two energies averaged": Damage(averaged_energies, "G2", {"resolution by condition"}),
}
