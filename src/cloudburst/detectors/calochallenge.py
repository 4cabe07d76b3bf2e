"""Calorimeters read out in rings and sectors about the particle's axis, as in the CaloChallenge.

Krause et al., https://arxiv.org/abs/2410.21611: each layer is divided into bins of the angle
alpha and of the radius r, and a shower is listed layer by layer, sector by sector, with the
ring running fastest. The public data sets are

| data set | layers | cells | energies | threshold |
|---|---|---|---|---|
| 1, photons | 0-3, 12 | 368 | 2^8, 2^9, ... 2^22 MeV | 1 MeV |
| 1, pions | 0-3, 12-14 | 533 | 2^8, 2^9, ... 2^22 MeV | 1 MeV |
| 2, electrons | 45 x (16 x 9) | 6480 | 1 GeV to 1 TeV | 0.5 keV / 0.033 |
| 3, electrons | 45 x (50 x 18) | 40500 | 1 GeV to 1 TeV | 0.5 keV / 0.033 |

Bin edges are those of the binning files published with the data. Data sets 2 and 3 hold the
energy in silicon divided by the sampling fraction 0.033.
"""

from __future__ import annotations

__all__ = [
    "CALOCHALLENGE_1_PHOTONS",
    "CALOCHALLENGE_1_PIONS",
    "CALOCHALLENGE_2",
    "CALOCHALLENGE_3",
    "SILICON_FRACTION",
    "PolarLayer",
    "is_polar",
    "polar_detector",
]

import dataclasses
import itertools
import math
from collections.abc import Sequence

import numpy as np

from ..detector import Axis, Condition, Detector, Readout
from ..errors import DataError

SILICON_FRACTION = 0.033
"""Sampling fraction that the energies of data sets 2 and 3 were divided by."""

_SOURCE = "https://arxiv.org/abs/2410.21611"
_TURN = 2 * math.pi


@dataclasses.dataclass(frozen=True)
class PolarLayer:
    """How one layer is divided.

    Attributes:
        number: Its number, as in the name "layer_12" of its readout.
        r_edges: Edges of the rings in mm, increasing from zero or more.
        sectors: Number of equal bins in the angle alpha.

    Raises:
        DataError: Edges that do not increase, or fewer than one sector.
    """

    number: int
    r_edges: tuple[float, ...]
    sectors: int

    def __post_init__(self) -> None:
        edges = tuple(float(edge) for edge in self.r_edges)
        object.__setattr__(self, "r_edges", edges)
        rising = all(a < b for a, b in itertools.pairwise(edges))
        if not (len(edges) > 1 and rising and edges[0] >= 0 and math.isfinite(edges[-1])):
            raise DataError(
                f"layer {self.number} needs two or more increasing radii from 0 mm on, got {edges}"
            )
        if self.sectors < 1 or self.number < 0:
            raise DataError(
                f"a layer needs a number >= 0 and at least one bin in alpha, got layer "
                f"{self.number} with {self.sectors}"
            )

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.sectors * (len(self.r_edges) - 1)


def polar_detector(
    name: str,
    layers: Sequence[PolarLayer],
    energies: tuple[float, float],
    threshold: float = 0.0,
    alpha_start: float = -math.pi,
    source: str = _SOURCE,
) -> Detector:
    """A detector with one readout "layer_<number>" for each layer, with axes alpha and r.

    Args:
        name: Its name.
        layers: Its layers, the front one first.
        energies: Lowest and highest incident energy, in MeV.
        threshold: Cells below it, in MeV, read zero.
        alpha_start: Where the first bin in alpha begins, in rad.
        source: Where the description comes from.

    Returns:
        A detector with the one condition "energy", in MeV; cells in MeV.

    Raises:
        DataError: There is no layer, or two have the same number.

    >>> polar_detector("disc", [PolarLayer(0, (0, 5, 10), 4)], (1e3, 1e5)).readouts[0].shape
    (4, 2)
    """
    readouts = tuple(_readout(layer, threshold, alpha_start) for layer in layers)
    return Detector(name, (Condition("energy", "MeV", *energies),), readouts, source)


def is_polar(detector: Detector) -> bool:
    """Whether every readout is a layer in alpha (rad) and r (mm)."""
    return all(
        readout.name.removeprefix("layer_").isdigit()
        and [(axis.name, axis.unit) for axis in readout.axes] == [("alpha", "rad"), ("r", "mm")]
        for readout in detector.readouts
    )


def _readout(layer: PolarLayer, threshold: float, alpha_start: float) -> Readout:
    alpha = Axis.regular("alpha", layer.sectors, alpha_start, alpha_start + _TURN, "rad")
    axes = alpha, Axis("r", layer.r_edges, "mm")
    return Readout(f"layer_{layer.number}", axes, "MeV", threshold)


def _rings(number: int, width: float) -> tuple[float, ...]:
    """So many rings of equal width, with edges rounded to what the binning files print."""
    return tuple(np.round(width * np.arange(number + 1), 6).tolist())


_DISCRETE = (2.0**8, 2.0**22)
_CONTINUOUS = (1e3, 1e6)
_CUT = 0.5e-3 / SILICON_FRACTION
_FRONT = PolarLayer(0, (0, 5, 10, 30, 50, 100, 200, 400, 600), 1)
_COARSE = (0, 50, 100, 200, 400, 600)
_FAR = (0, 10, 20, 30, 50, 80, 100, 130, 160, 200, 250, 300, 350, 400)

CALOCHALLENGE_1_PHOTONS = polar_detector(
    "calochallenge1-photons",
    (
        _FRONT,
        PolarLayer(1, (0, 2, 4, 6, 8, 10, 12, 15, 20, 30, 40, 50, 70, 90, 120, 150, 200), 10),
        PolarLayer(
            2,
            (0, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 300, 350, 400),
            10,
        ),
        PolarLayer(3, _COARSE, 1),
        PolarLayer(12, (0, 100, 200, 400, 1000, 2000), 1),
    ),
    _DISCRETE,
    1.0,
)

CALOCHALLENGE_1_PIONS = polar_detector(
    "calochallenge1-pions",
    (
        _FRONT,
        PolarLayer(1, (0, 1, 4, 7, 10, 15, 30, 50, 90, 150, 200), 10),
        PolarLayer(2, (0, 5, 10, 20, 30, 50, 80, 130, 200, 300, 400), 10),
        PolarLayer(3, _COARSE, 1),
        PolarLayer(12, (*_FAR, 1000, 2000), 10),
        PolarLayer(13, (*_FAR, 600, 1000, 2000), 10),
        PolarLayer(14, (0, 50, 100, 150, 200, 250, 300, 400, 600, 1000, 2000), 1),
    ),
    _DISCRETE,
    1.0,
)

CALOCHALLENGE_2 = polar_detector(
    "calochallenge2",
    [PolarLayer(number, _rings(9, 4.65), 16) for number in range(45)],
    _CONTINUOUS,
    _CUT,
)

CALOCHALLENGE_3 = polar_detector(
    "calochallenge3",
    [PolarLayer(number, _rings(18, 2.325), 50) for number in range(45)],
    _CONTINUOUS,
    _CUT,
)
