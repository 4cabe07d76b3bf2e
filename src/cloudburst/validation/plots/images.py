"""Mean responses of both samples and their ratio, cell by cell."""

from __future__ import annotations

__all__ = ["mean_image", "mean_profile"]

import dataclasses

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import ArrayLike, NDArray

from ...detector import Axis, Readout
from ..labels import NAMES, named
from .bins import Bars, Binning
from .cells import draw_cells, signal_norm
from .ratio import panels
from .style import figure, styled

Values = NDArray[np.float64]

_TICKS = (0.5, 0.7, 1.0, 1.4, 2.0)
# a mean known worse than this deserves no colour
_LARGEST_ERROR = 0.25


@dataclasses.dataclass(frozen=True)
class _Mean:
    """The mean of each cell and its statistical error, with the readout's shape."""

    value: Values
    error: Values

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where there are statistics to speak of."""
        return (self.value > 0) & (self.error < _LARGEST_ERROR * self.value)


@styled
def mean_image(
    reference: ArrayLike,
    candidate: ArrayLike,
    readout: Readout,
    pair: tuple[int, int] = (0, 1),
    names: tuple[str, str] = NAMES,
) -> Figure:
    """The mean response of both samples over two axes, and their ratio.

    The two means share a logarithmic colour scale. Grey marks cells without any signal and,
    in the ratio, cells in which neither mean is known to 25 %.

    Args:
        reference: Responses of the full simulation, in the readout's unit, with shape
            (N, *readout.shape).
        candidate: Responses of the surrogate, with shape (M, *readout.shape).
        readout: What the cells mean.
        pair: The axes to show, in increasing order; the others are summed over.
        names: What to call the two samples.
    """
    others = tuple(i + 1 for i in range(len(readout.axes)) if i not in pair)
    ref, cand = (_mean(np.asarray(sample).sum(axis=others)) for sample in (reference, candidate))
    axes = readout.axes[pair[0]], readout.axes[pair[1]]
    norm = signal_norm(ref.value, cand.value)
    made = figure(10.0, 3.55)
    made.suptitle(readout.name, x=0.008, ha="left", fontsize=10, fontweight="bold")
    grid = made.subplots(1, 3)
    for panel, mean, name in zip(grid, (ref, cand), names, strict=False):
        signal = draw_cells(panel, np.where(mean.value > 0, mean.value, np.nan), axes, norm)
        panel.set_title(name)
    ratio = draw_cells(grid[2], _ratio(ref, cand), axes, LogNorm(_TICKS[0], _TICKS[-1]), "RdBu_r")
    grid[2].set_title(" / ".join(reversed(names)))
    bar = made.colorbar(signal, ax=grid[:2], extend="min", pad=0.015, aspect=26)
    bar.set_label(named("Mean signal", readout.unit))
    bar = made.colorbar(ratio, ax=grid[2], extend="both", pad=0.03, aspect=26)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.set_ticks(list(_TICKS), labels=[f"{tick:g}" for tick in _TICKS])
    _label(grid, axes)
    return made


@styled
def mean_profile(
    reference: ArrayLike,
    candidate: ArrayLike,
    readout: Readout,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """The mean response along the single axis of a readout, with a ratio panel.

    Args:
        reference: Responses of the full simulation, in the readout's unit, with shape
            (N, *readout.shape).
        candidate: Responses of the surrogate, with shape (M, *readout.shape).
        readout: What the cells mean, with one axis.
        names: What to call the two samples.
    """
    (axis,) = readout.axes
    bins = Binning(np.asarray(axis.edges))
    means = [_mean(np.asarray(sample)) for sample in (reference, candidate)]
    bars = [Bars(bins, np.pad(mean.value, 1), np.pad(mean.error, 1)) for mean in means]
    made, main, ratio = panels(bars[0], bars[1], names)
    main.set_ylim(0, 1.25 * max(float(b.values.max()) for b in bars) or 1.0)
    main.set_title(readout.name, fontsize=10, fontweight="bold")
    main.set_ylabel(named("Mean signal", readout.unit))
    ratio.set_xlabel(named(axis.name, axis.unit))
    if axis.size <= 12 and not axis.unit:
        ratio.set_xticks(axis.centers, [str(i) for i in range(axis.size)])
    return made


def _label(grid: NDArray[np.object_], pair: tuple[Axis, Axis]) -> None:
    for axes in grid:
        axes.set_xlabel(named(pair[0].name, pair[0].unit))
    grid[0].set_ylabel(named(pair[1].name, pair[1].unit))
    for axes in grid[1:]:
        axes.tick_params(labelleft=False)


def _mean(sample: NDArray[np.float32]) -> _Mean:
    count = max(len(sample), 1)
    value = sample.sum(axis=0, dtype=np.float64) / count
    square = np.einsum("n...,n...->...", sample, sample, dtype=np.float64) / count
    return _Mean(value, np.sqrt(np.maximum(square - value**2, 0) / count))


def _ratio(ref: _Mean, cand: _Mean) -> Values:
    """Candidate over reference, NaN where neither is known; the colour scale clips the rest."""
    low, high = _TICKS[0] / 2, _TICKS[-1] * 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.clip(cand.value / ref.value, low, high)
    return np.where(ref.known | cand.known, ratio, np.nan)
