r"""The separation powers of the CaloChallenge, in its bins.

For two histograms with fractions p and q of the entries *that fall into the bins*,

$$ S = \tfrac12 \sum_i \frac{(p_i - q_i)^2}{p_i + q_i + 10^{-16}}. $$

Bins, and what they are of:

| quantity | bins |
|---|---|
| `Etot/Einc` | 100 from 0.5 to 1.5 |
| `E_layer_i` | 39 equal in the logarithm, from the threshold to the largest of the reference |
| `EC_eta_i`, `EC_phi_i` | 100 over +-100 mm (layers 12, 13: +-500; electrons: +-30) |
| `width_eta_i`, `width_phi_i` | 100 from 0 to 100 mm (layers 12, 13: 400; electrons: 30) |
| `EC_r_i` | 100 from 0 to 500 mm (layers 12, 13: 1500; electrons: 42) |
| `width_r_i` | 100 from 0 to 500 mm (layers 12, 13: 1500; electrons: 20) |
| `sparsity_i` | 20 from 0 to 1 |
| `cell` | 49 equal in the logarithm, from the threshold to the largest of the reference |

The convention loses what falls outside the bins: a candidate all of whose showers are too wide
has S = 1/2 at most. Each metric therefore has a twin, `separation_counted`, of the same bins with
two more for what lies below and above.

Source: Krause et al., https://arxiv.org/abs/2410.21611.
"""

from __future__ import annotations

__all__ = ["BinnedSeparation", "challenge_metrics", "counted_separation", "visible_separation"]

import dataclasses
import re
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..detector import Detector
from ..distances import separation
from ..errors import DataError
from ..events import Events
from ..observables import Observable, polar_features, response
from .metrics import Metric

Floats = NDArray[np.float64]
Edges = Callable[[Floats], Floats]

_SOFT = 1e-16
_FAR = (12, 13)
# half width for centres, highest width, highest radius, highest width of the radius, in mm
_NEAR_RANGES = (100.0, 100.0, 500.0, 500.0)
_FAR_RANGES = (500.0, 400.0, 1500.0, 1500.0)
_ELECTRON_RANGES = (30.0, 30.0, 42.0, 20.0)
_ELECTRON_RADIUS = 42.0


def visible_separation(x: ArrayLike, y: ArrayLike, edges: ArrayLike) -> float:
    """The separation power of the CaloChallenge: 0 (same) to 1 (disjoint), what is outside lost.

    Entries outside the edges are left out of both samples; a sample of which none is left has
    empty bins. The last bin holds its upper edge.

    Args:
        x: Reference values, with shape (N,).
        y: Candidate values in the same unit, with shape (M,).
        edges: Edges of the bins, in that unit.

    >>> visible_separation([1, 1, 9], [1, 2, 9], [0.5, 1.5, 2.5])  # 1/2 (0.5^2/1.5 + 0.5^2/0.5)
    0.33333333333333326
    """
    p, q = (_visible(sample, edges) for sample in (x, y))
    return float(0.5 * ((p - q) ** 2 / (p + q + _SOFT)).sum())


def counted_separation(x: ArrayLike, y: ArrayLike, edges: ArrayLike) -> float:
    """The separation power in the same bins and two more, for what lies outside.

    >>> counted_separation([1, 1], [9, 9], [0.5, 1.5])  # disjoint, which the convention misses
    1.0
    >>> visible_separation([1, 1], [9, 9], [0.5, 1.5])
    0.5
    """
    return separation(x, y, edges)


@dataclasses.dataclass(frozen=True)
class BinnedSeparation(Metric):
    """A separation power in bins that may follow from the reference.

    Attributes:
        quantity: What the values are.
        values: Events to values, with shape (N,) or (N, K).
        edges: Values of the reference to the edges of the bins.
        distance: Distance of two samples in these bins.
    """

    quantity: str
    values: Callable[[Events], Floats]
    edges: Edges
    distance: Callable[[ArrayLike, ArrayLike, ArrayLike], float] = visible_separation

    @property
    def name(self) -> str:
        """The quantity and the distance, as "EC_r_0:visible_separation"."""
        return f"{self.quantity}:{self.distance.__name__}"

    def prepare(self, events: Events) -> Floats:
        """The quantity's values, one event a row."""
        return self.values(events)

    def compare(self, reference: Floats, candidate: Floats) -> float:
        """The distance of two samples of the quantity."""
        flat = reference.ravel()
        return self.distance(flat, candidate.ravel(), self.edges(flat))


def challenge_metrics(detector: Detector, lowest: float = 0.0) -> tuple[Metric, ...]:
    """Every separation power of the convention, each with its twin that loses nothing.

    Args:
        detector: A detector in rings and sectors with the condition "energy".
        lowest: Where logarithmic bins begin, in MeV; at the layers' threshold if zero.

    Raises:
        DataError: The detector is no such one, or neither threshold nor `lowest` is above zero.
    """
    start = lowest or max(readout.threshold for readout in detector.readouts)
    if not start > 0:
        raise DataError(
            f"'{detector.name}' has no threshold, at which logarithmic bins could begin; "
            "say where they are to begin"
        )
    quantities: list[tuple[str, Callable[[Events], Floats], Edges]] = [
        ("Etot/Einc", response(detector), _fixed(0.5, 1.5, 100))
    ]
    electrons = _is_narrow(detector)
    quantities += [(o.name, o, _edges(o, electrons, start)) for o in polar_features(detector)]
    quantities.append(("cell", lambda events: events.flat().astype(float), _log(start, 49)))
    distances = (visible_separation, counted_separation)
    return tuple(BinnedSeparation(*q, distance) for q in quantities for distance in distances)


def _visible(values: ArrayLike, edges: ArrayLike) -> Floats:
    counts, _ = np.histogram(np.asarray(values, np.float64).ravel(), np.asarray(edges, np.float64))
    fractions: Floats = counts / max(counts.sum(), 1)
    return fractions


def _is_narrow(detector: Detector) -> bool:
    """Whether the ranges of data sets 2 and 3 apply: all cells within 42 mm."""
    return all(readout.axes[1].edges[-1] <= _ELECTRON_RADIUS for readout in detector.readouts)


def _edges(observable: Observable, electrons: bool, start: float) -> Edges:
    """The convention's bins of one feature."""
    kind, number = re.fullmatch(r"(\w+)_(\d+)", observable.name).groups()  # type: ignore[union-attr]
    near = _FAR_RANGES if int(number) in _FAR else _NEAR_RANGES
    center, width, radius, spread = _ELECTRON_RANGES if electrons else near
    bins = {
        "E_layer": _log(start, 39),
        "EC_eta": _fixed(-center, center, 100),
        "EC_phi": _fixed(-center, center, 100),
        "EC_r": _fixed(0, radius, 100),
        "width_eta": _fixed(0, width, 100),
        "width_phi": _fixed(0, width, 100),
        "width_r": _fixed(0, spread, 100),
        "sparsity": _fixed(0, 1, 20),
    }
    return bins[kind]


def _fixed(low: float, high: float, bins: int) -> Edges:
    edges = np.linspace(low, high, bins + 1)
    return lambda reference: edges


def _log(start: float, bins: int) -> Edges:
    def edges(reference: Floats) -> Floats:
        top = float(reference.max(initial=0))
        # a reference without signal has one decade of bins
        return np.geomspace(start, top if top > start else 10 * start, bins + 1)

    return edges
