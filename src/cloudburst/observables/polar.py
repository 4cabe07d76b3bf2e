r"""High-level features of showers in rings and sectors, by the convention of the CaloChallenge.

With E_j the energy of cell j in a layer, none below the readout's threshold, r_j and alpha_j the
middle of its bins, x_j = r_j cos alpha_j, y_j = r_j sin alpha_j and eps = 1e-16 MeV:

| name | symbol | formula |
|---|---|---|
| `E_layer_0`, ... | E_i | sum_j E_j |
| `EC_eta_0`, ... | EC_eta | sum_j x_j E_j / (E_i + eps) |
| `EC_phi_0`, ... | EC_phi | sum_j y_j E_j / (E_i + eps) |
| `width_eta_0`, ... | sigma_eta | sqrt(max(0, sum_j x_j^2 E_j / (E_i + eps) - EC_eta^2)) |
| `width_phi_0`, ... | sigma_phi | sqrt(max(0, sum_j y_j^2 E_j / (E_i + eps) - EC_phi^2)) |
| `EC_r_0`, ... | EC_r | sum_j r_j E_j / (E_i + eps) |
| `width_r_0`, ... | sigma_r | sqrt(max(0, sum_j r_j^2 E_j / (E_i + eps) - EC_r^2)) |
| `sparsity_0`, ... | | fraction of the cells without a signal |

The number is the layer's own, as in the name of its readout. Layers of a single sector have no
centre in eta and phi. A layer without signal has its centre and width at zero, as the convention
wants it, and not undefined.

Source: Krause et al., https://arxiv.org/abs/2410.21611.
"""

from __future__ import annotations

__all__ = ["layer_features", "polar_features", "polar_observables"]

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..detectors import is_polar
from ..errors import DataError
from ..events import Events
from . import arrays
from .base import Observable

Floats = NDArray[np.float64]

_SOFT = 1e-16
# A report of more layers than this shows so many of them, evenly spaced.
_SHOWN = 9


def polar_features(detector: Detector) -> tuple[Observable, ...]:
    """Every feature of every layer: the input of classifiers and of separation powers.

    Raises:
        DataError: The detector is not one in rings and sectors.
    """
    return tuple(o for readout in _layers(detector) for o in layer_features(readout))


def layer_features(readout: Readout) -> tuple[Observable, ...]:
    """The features of one layer; eight, or four if it has a single sector."""
    alpha, r = (axis.centers for axis in readout.axes)
    number = readout.name.removeprefix("layer_")
    along: dict[str, Floats] = {}
    if len(alpha) > 1:
        along["eta"] = np.outer(np.cos(alpha), r).ravel()
        along["phi"] = np.outer(np.sin(alpha), r).ravel()
    along["r"] = np.tile(r, len(alpha))
    centers = [_center(readout, number, name, x) for name, x in along.items()]
    widths = [_width(readout, number, name, x) for name, x in along.items()]
    energy = Observable(
        f"E_layer_{number}",
        readout.unit,
        lambda events: _cells(events, readout).sum(axis=1),
        f"$E_{{{number}}}$",
        log=True,
    )
    sparsity = Observable(
        f"sparsity_{number}",
        "",
        lambda events: 1 - (_cells(events, readout) > 0).mean(axis=1),
        f"sparsity in layer {number}",
    )
    return (energy, *centers, *widths, sparsity)


def polar_observables(detector: Detector) -> tuple[Observable, ...]:
    """What a report shows: the whole shower, and the features of up to nine layers.

    Raises:
        DataError: The detector is not one in rings and sectors.
    """
    layers = _layers(detector)
    shown = np.unique(np.linspace(0, len(layers) - 1, min(_SHOWN, len(layers))).round())
    return (
        *_whole(layers),
        *(o for i in shown.astype(int) for o in layer_features(layers[i])),
    )


def _whole(layers: Sequence[Readout]) -> tuple[Observable, ...]:
    depths = np.arange(len(layers), dtype=np.float64)

    def longitudinal(part: int) -> Callable[[Events], Floats]:
        return lambda events: arrays.moments(_energies(events, layers), 0, depths)[part]

    unit = layers[0].unit
    return (
        Observable(
            "Etot", unit, lambda e: _energies(e, layers).sum(axis=1), r"$E_\mathrm{tot}$", log=True
        ),
        Observable("sparsity", "", lambda events: _empty(events, layers)),
        Observable("shower_depth", "", longitudinal(0), "$s_d$"),
        Observable("shower_depth_width", "", longitudinal(1), r"$\sigma_{s_d}$"),
    )


def _layers(detector: Detector) -> tuple[Readout, ...]:
    if not is_polar(detector):
        raise DataError(f"'{detector.name}' is not read out in layers of alpha (rad) and r (mm)")
    return detector.readouts


def _cells(events: Events, readout: Readout) -> Floats:
    """Cells of one layer not below its threshold, with shape (N, cells)."""
    cells = events.readouts[readout.name].reshape(len(events), readout.size)
    kept: Floats = np.where(cells >= np.float32(readout.threshold), cells, 0).astype(np.float64)
    return kept


def _energies(events: Events, layers: Sequence[Readout]) -> Floats:
    return np.stack([_cells(events, layer).sum(axis=1) for layer in layers], axis=1)


def _empty(events: Events, layers: Sequence[Readout]) -> Floats:
    """The fraction of all cells without a signal."""
    hits = sum((_cells(events, layer) > 0).sum(axis=1) for layer in layers)
    return 1 - np.asarray(hits) / sum(layer.size for layer in layers)


def _center(readout: Readout, number: str, name: str, x: Floats) -> Observable:
    return Observable(
        f"EC_{name}_{number}",
        readout.axes[1].unit,
        lambda events: _mean(_cells(events, readout), x),
        _label(r"\mathrm{EC}", name, number),
    )


def _width(readout: Readout, number: str, name: str, x: Floats) -> Observable:
    def function(events: Events) -> Floats:
        cells = _cells(events, readout)
        return np.sqrt(np.maximum(_mean(cells, x**2) - _mean(cells, x) ** 2, 0))

    return Observable(
        f"width_{name}_{number}",
        readout.axes[1].unit,
        function,
        _label(r"\sigma", name, number),
    )


def _mean(cells: Floats, x: Floats) -> Floats:
    mean: Floats = cells @ x / (cells.sum(axis=1) + _SOFT)
    return mean


def _label(symbol: str, name: str, number: str) -> str:
    sub = name if name == "r" else f"\\{name}"
    return f"${symbol}_{{{sub},{number}}}$"
