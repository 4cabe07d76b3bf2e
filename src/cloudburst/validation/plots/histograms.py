"""Distributions of the full simulation and the surrogate, with their ratio.

The candidate is scaled to the number of reference events; bin errors are Poisson.
"""

from __future__ import annotations

__all__ = ["distribution", "spectrum"]

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from ..labels import NAMES, named
from .bins import Bars, binning, spectrum_binning
from .ratio import panels
from .style import styled

Values = NDArray[np.float64]


@styled
def distribution(
    reference: ArrayLike,
    candidate: ArrayLike,
    label: str,
    unit: str = "",
    note: str = "",
    log: bool = False,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """One observable of both samples, with a ratio panel.

    Args:
        reference: One value per event of the full simulation, in `unit`, with shape (N,);
            NaN where undefined.
        candidate: The same of the surrogate, with shape (M,).
        label: What is shown, for the axis.
        unit: Unit of the values, "" for a pure number.
        note: What stands above the axes, as a distance beside its floor.
        log: Whether the values span decades and need a logarithmic axis.
        names: What to call the two samples.
    """
    ref, cand = np.ravel(reference), np.ravel(candidate)
    finite = ref[np.isfinite(ref)], cand[np.isfinite(cand)]
    bins = binning(*finite, log)
    bars = bins.fill(finite[0]), bins.fill(finite[1], len(ref) / max(len(cand), 1))
    made, main, ratio = panels(*bars, names)
    if _steep(bars[0].inner):
        _logarithmic(main, *_decades(*bars))
    else:
        main.set_ylim(0, 1.25 * max(1.0, *(float(b.values.max()) for b in bars)))
    if bins.integer:
        ratio.xaxis.set_major_locator(MaxNLocator(integer=True))
        ratio.xaxis.set_minor_locator(NullLocator())
    elif not bins.log:
        ratio.xaxis.set_major_locator(MaxNLocator(6))
    main.set_ylabel("Events per bin")
    ratio.set_xlabel(named(label, unit))
    _headline(main, note, _undefined(ref, cand))
    return made


@styled
def spectrum(
    reference: ArrayLike,
    candidate: ArrayLike,
    unit: str,
    title: str,
    names: tuple[str, str] = NAMES,
) -> Figure:
    """How many cells of an event hold how much, over all decades.

    Args:
        reference: Cells of the full simulation, in `unit`, with shape (N, ...).
        candidate: Cells of the surrogate, in `unit`, with shape (M, ...).
        unit: Unit of the signals.
        title: Which cells these are.
        names: What to call the two samples.
    """
    samples = np.asarray(reference), np.asarray(candidate)
    hit = samples[0][samples[0] > 0], samples[1][samples[1] > 0]
    bins = spectrum_binning(*hit)
    scales = [1 / max(len(sample), 1) for sample in samples]
    bars = bins.fill(hit[0], scales[0]), bins.fill(hit[1], scales[1])
    made, main, ratio = panels(*bars, names)
    _logarithmic(main, *_decades(*bars))
    main.set_ylabel("Cells per event and bin")
    ratio.set_xlabel(named("Signal of a cell", unit))
    filled = [100 * len(h) / max(sample.size, 1) for h, sample in zip(hit, samples, strict=True)]
    _headline(main, f"{title}: cells with a signal {filled[0]:.1f} % / {filled[1]:.1f} %")
    return made


def _steep(values: Values) -> bool:
    """Whether a linear axis would hide much: a third of the bins below 2 % of the top."""
    return len(values) > 2 and float(np.mean(values < 0.02 * values.max())) > 1 / 3


def _decades(*bars: Bars) -> tuple[float, float]:
    """Limits of a logarithmic axis: every filled bin of the reference, room for a legend."""
    top = max(float(b.values.max()) for b in bars)
    filled = bars[0].values[bars[0].values > 0]
    low = float(filled.min()) if len(filled) else top / 10
    return (low / 2, top * (2 * top / low) ** 0.22) if top > 0 else (0.5, 5.0)


def _logarithmic(axes: Axes, low: float, high: float) -> None:
    # limits first: an axis without entries has none that a logarithm could use
    axes.set_ylim(low, high)
    axes.set_yscale("log")


def _undefined(ref: Values, cand: Values) -> str:
    """A remark on events for which the observable has no value."""
    shares = [100 * (1 - np.isfinite(x).mean()) if len(x) else 0.0 for x in (ref, cand)]
    return f"undefined {shares[0]:.2g} % / {shares[1]:.2g} %" if any(shares) else ""


def _headline(axes: Axes, *remarks: str) -> None:
    axes.set_title("\n".join(filter(None, remarks)), fontsize=8.5)
