r"""Shower shapes of a calorimeter that is read out in layers.

With E_ij the signal of cell j in layer i = 0, 1, ... from the front, E_i = sum_j E_ij and
H_j the bin centre of a cell along the second axis of its layer:

| name | symbol | formula |
|---|---|---|
| `E0`, ... | E_i | sum_j E_ij |
| `Etot` | E_tot | sum_i E_i |
| `f0`, ... | f_i | E_i / E_tot |
| `depth` | d | largest i with E_i > 0 |
| `Eratio_0`, ... | E_ratio,i | (E_1st - E_2nd) / (E_1st + E_2nd), its two largest cells |
| `lateral_depth` | l_d | sum_i i E_i |
| `sigma_0`, ... | sigma_i | sqrt(sum_j H_j^2 E_ij / E_i - (sum_j H_j E_ij / E_i)^2) |
| `shower_depth` | s_d | l_d / E_tot |
| `shower_depth_width` | sigma_sd | sqrt(sum_i i^2 E_i / E_tot - s_d^2) |
| `sparsity_0`, ... | | fraction of the cells of layer i that have a signal |

A layer without signal leaves its E_ratio and sigma undefined, a shower without signal also
f, d, s_d and sigma_sd; the sums and sparsities are then zero. Sums leave out everything that
is not a layer, as energy that missed all cells.

Source: Paganini, de Oliveira, Nachman, https://arxiv.org/abs/1712.10321.
"""

from __future__ import annotations

__all__ = ["has_layers", "has_response", "layers_of", "response", "shower_shapes"]

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..errors import DataError
from ..events import Events
from ..units import ratio
from . import arrays
from .base import Observable

Floats = NDArray[np.float64]


def has_layers(detector: Detector) -> bool:
    """Whether a detector has two-dimensional readouts named "layer_..."."""
    return bool(layers_of(detector))


def layers_of(detector: Detector) -> tuple[Readout, ...]:
    """The two-dimensional readouts named "layer_...", in the detector's order."""
    return tuple(
        readout
        for readout in detector.readouts
        if readout.name.startswith("layer_") and len(readout.axes) == 2
    )


def shower_shapes(detector: Detector) -> tuple[Observable, ...]:
    """The shower shapes: five per layer and five of the whole shower; 20 for three layers.

    Raises:
        DataError: The detector has no layers, or layers in different units.
    """
    layers = layers_of(detector)
    if not layers:
        raise DataError(f"'{detector.name}' has no two-dimensional readouts 'layer_...'")
    unit = _common_unit(detector, layers)
    numbered = list(enumerate(layers))
    return (
        *(_energy(i, layer, unit) for i, layer in numbered),
        Observable("Etot", unit, lambda e: _energies(e, layers).sum(axis=1), r"$E_\mathrm{tot}$"),
        *(_fraction(i, layers) for i, _ in numbered),
        Observable("depth", "", lambda e: _deepest(_energies(e, layers)), "$d$"),
        *(_leading_asymmetry(i, layer) for i, layer in numbered),
        Observable(
            "lateral_depth", unit, lambda e: _energies(e, layers) @ np.arange(len(layers)), "$l_d$"
        ),
        *(_width(i, layer) for i, layer in numbered),
        Observable("shower_depth", "", lambda e: _longitudinal(e, layers)[0], "$s_d$"),
        Observable(
            "shower_depth_width", "", lambda e: _longitudinal(e, layers)[1], r"$\sigma_{s_d}$"
        ),
        *(_sparsity(i, layer) for i, layer in numbered),
    )


def has_response(detector: Detector) -> bool:
    """Whether `response` is defined: an incident energy, and signals in units of energy."""
    return any(c.name == "energy" and _is_energy(c.unit) for c in detector.conditions) and all(
        _is_energy(readout.unit) for readout in _calorimeter(detector)
    )


def response(detector: Detector) -> Observable:
    """Signal of the layers, or of all readouts if none is a layer, over the incident energy.

    Raises:
        DataError: The detector has no condition "energy" or reads out no energy.
    """
    if not has_response(detector):
        raise DataError(
            f"'{detector.name}' has no response: it needs a condition 'energy' and readouts, "
            "both in a unit of energy"
        )
    readouts = _calorimeter(detector)
    incident = detector.conditions[detector.condition_index("energy")].unit
    factors = np.array([ratio(readout.unit, incident) for readout in readouts])

    def function(events: Events) -> Floats:
        signal = _energies(events, readouts) @ factors
        return arrays.ratio(signal, events.condition("energy").astype(np.float64))

    return Observable("response", "", function, r"$E_\mathrm{tot} / E_\mathrm{inc}$")


def _is_energy(unit: str) -> bool:
    try:
        return ratio(unit, "MeV") > 0
    except DataError:
        return False


def _calorimeter(detector: Detector) -> tuple[Readout, ...]:
    return layers_of(detector) or detector.readouts


def _common_unit(detector: Detector, layers: tuple[Readout, ...]) -> str:
    units = {layer.unit for layer in layers}
    if len(units) > 1:
        raise DataError(f"layers of '{detector.name}' must have one unit, got {sorted(units)}")
    return units.pop()


def _energies(events: Events, readouts: tuple[Readout, ...]) -> Floats:
    """Summed signals in their units, with shape (N, len(readouts))."""
    return np.stack([arrays.total(events.readouts[r.name]) for r in readouts], axis=1)


def _deepest(energies: Floats) -> Floats:
    """Index of the last column above zero, with shape (N,); NaN if there is none."""
    hit = energies > 0
    last = hit.shape[1] - 1 - np.argmax(hit[:, ::-1], axis=1)
    return np.where(hit.any(axis=1), last, np.nan)


def _longitudinal(events: Events, layers: tuple[Readout, ...]) -> tuple[Floats, Floats]:
    depths = np.arange(len(layers), dtype=np.float64)
    return arrays.moments(_energies(events, layers), 0, depths)


def _energy(i: int, layer: Readout, unit: str) -> Observable:
    return Observable(
        f"E{i}", unit, lambda e: arrays.total(e.readouts[layer.name]), f"$E_{{{i}}}$", log=True
    )


def _fraction(i: int, layers: tuple[Readout, ...]) -> Observable:
    def function(events: Events) -> Floats:
        energies = _energies(events, layers)
        return arrays.ratio(energies[:, i], energies.sum(axis=1))

    return Observable(f"f{i}", "", function, f"$f_{{{i}}}$")


def _leading_asymmetry(i: int, layer: Readout) -> Observable:
    return Observable(
        f"Eratio_{i}",
        "",
        lambda e: arrays.leading_asymmetry(e.readouts[layer.name]),
        rf"$E_{{\mathrm{{ratio}},{i}}}$",
    )


def _width(i: int, layer: Readout) -> Observable:
    axis = layer.axes[1]
    return Observable(
        f"sigma_{i}",
        axis.unit,
        lambda e: arrays.moments(e.readouts[layer.name], 1, axis.centers)[1],
        rf"$\sigma_{{{i}}}$",
    )


def _sparsity(i: int, layer: Readout) -> Observable:
    return Observable(
        f"sparsity_{i}",
        "",
        lambda e: arrays.occupancy(e.readouts[layer.name], layer.threshold),
        rf"$\mathrm{{sparsity}}_{{{i}}}$",
    )
