r"""Moments of the pad-by-time image of a track segment.

With A_ij the amplitude of pad i = 0, 1, ... and time bin j = 0, 1, ..., negative ones taken as
zero, A = sum_ij A_ij and p_ij = A_ij / A:

| name | symbol | formula |
|---|---|---|
| `pad_mean` | m_0 | sum_ij p_ij i |
| `time_mean` | m_1 | sum_ij p_ij j |
| `pad_variance` | sigma_0^2 | sum_ij p_ij i^2 - m_0^2 |
| `time_variance` | sigma_1^2 | sum_ij p_ij j^2 - m_1^2 |
| `pad_time_covariance` | Cov_01 | sum_ij p_ij i j - m_0 m_1 |
| `amplitude` | A | sum_ij A_ij |
| `peak` | A_max | max_ij A_ij |
| `hits` | n | number of cells above zero and not below the threshold |

An image without signal leaves all but the last three undefined, which is NaN; those are zero.

Source of the first six: Maevskiy et al., https://doi.org/10.1140/epjc/s10052-021-09366-4.
"""

from __future__ import annotations

__all__ = ["Moments", "has_pads", "image_moments", "pad_observables"]

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..events import Events
from .arrays import ratio
from .base import Observable

Floats = NDArray[np.float64]

_AXES = ("pad", "time")


class Moments(NamedTuple):
    """The six moments of images, each with shape (N,).

    Attributes:
        pad_mean: Barycentre in pads, counted from the window's first; NaN without signal.
        time_mean: Barycentre in time bins, likewise.
        pad_variance: Squared width in pads, likewise.
        time_variance: Squared width in time bins, likewise.
        covariance: Of pad and time bin, likewise.
        amplitude: Summed amplitude, in its unit.
    """

    pad_mean: Floats
    time_mean: Floats
    pad_variance: Floats
    time_variance: Floats
    covariance: Floats
    amplitude: Floats


def image_moments(images: NDArray[Any]) -> Moments:
    """The six moments of images with shape (N, pads, time bins), in any unit.

    >>> m = image_moments(np.array([[[0.0, 1.0], [0.0, 3.0]], [[0.0, 0.0], [0.0, 0.0]]]))
    >>> m.pad_mean, m.pad_variance, m.time_mean, m.amplitude
    (array([0.75,  nan]), array([0.1875,    nan]), array([ 1., nan]), array([4., 0.]))
    """
    signal = np.maximum(images, 0).astype(np.float64)
    pads, times = (np.arange(n, dtype=np.float64) for n in signal.shape[1:])
    by_pad, by_time = signal.sum(axis=2), signal.sum(axis=1)
    amplitude = by_pad.sum(axis=1)
    pad_mean, time_mean = ratio(by_pad @ pads, amplitude), ratio(by_time @ times, amplitude)
    # about the mean, so that a single pad has a variance of exactly zero
    from_pad, from_time = pads - pad_mean[:, None], times - time_mean[:, None]
    product = np.einsum("nij,ni,nj->n", signal, from_pad, from_time, optimize=True)
    return Moments(
        pad_mean,
        time_mean,
        ratio((by_pad * from_pad**2).sum(axis=1), amplitude),
        ratio((by_time * from_time**2).sum(axis=1), amplitude),
        ratio(product, amplitude),
        amplitude,
    )


def has_pads(detector: Detector) -> bool:
    """Whether a detector reads out one image, of pads against time."""
    return len(detector.readouts) == 1 and _is_pads(detector.readouts[0])


def pad_observables(readout: Readout) -> tuple[Observable, ...]:
    """The six moments, the peak and the number of hits of a pad-by-time readout."""
    pad, time = (axis.unit for axis in readout.axes)

    def moment(name: str, unit: str, label: str, field: str, log: bool = False) -> Observable:
        def function(events: Events) -> Floats:
            values: Floats = getattr(image_moments(events.readouts[readout.name]), field)
            return values

        return Observable(name, unit, function, label, log)

    return (
        moment("pad_mean", pad, "$m_0$", "pad_mean"),
        moment("time_mean", time, "$m_1$", "time_mean"),
        moment("pad_variance", _square(pad), r"$\sigma_0^2$", "pad_variance"),
        moment("time_variance", _square(time), r"$\sigma_1^2$", "time_variance"),
        moment("pad_time_covariance", "", r"$\mathrm{Cov}_{01}$", "covariance"),
        moment("amplitude", readout.unit, "$A$", "amplitude", log=True),
        Observable("peak", readout.unit, _cellwise(readout, _peak), r"$A_\mathrm{max}$", log=True),
        Observable("hits", "", _cellwise(readout, _hits), "$n$"),
    )


def _is_pads(readout: Readout) -> bool:
    return tuple(axis.name for axis in readout.axes) == _AXES


def _square(unit: str) -> str:
    return f"{unit}$^2$" if unit else ""


def _cellwise(
    readout: Readout, statistic: Callable[[Readout, NDArray[Any]], NDArray[Any]]
) -> Callable[[Events], NDArray[Any]]:
    return lambda events: statistic(
        readout, events.readouts[readout.name].reshape(len(events), readout.size)
    )


def _peak(readout: Readout, cells: NDArray[Any]) -> NDArray[Any]:
    peak: NDArray[Any] = np.maximum(cells.max(axis=1), 0)
    return peak


def _hits(readout: Readout, cells: NDArray[Any]) -> NDArray[Any]:
    hits: NDArray[Any] = ((cells > 0) & (cells >= readout.threshold)).sum(axis=1)
    return hits
