r"""What the networks are told where more than the energy varies.

$$ E, \quad \text{particle}, \quad \frac{x_0}{x_\mathrm{max}}, \quad \frac{y_0}{y_\mathrm{max}},
   \quad \frac{\sin\theta \cos\varphi}{\sin\theta_\mathrm{max}},
   \quad \frac{\sin\theta \sin\varphi}{\sin\theta_\mathrm{max}} $$

The azimuth alone would jump where it comes full circle, and mean nothing straight ahead.
"""

from __future__ import annotations

__all__ = ["CaloGANFeatures"]

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ...codec import Features
from ...detector import Detector

_ENTRY = ("x0", "y0", "theta", "phi")


class CaloGANFeatures(Features):
    """Energy in GeV, index of the particle, impact point and direction, each within -1..1.

    Args:
        columns: Where the conditions stand: energy, particle, x0, y0, theta and phi.
        limits: Largest x0, y0 and theta, in the conditions' units.
    """

    def __init__(self, columns: Sequence[int], limits: Sequence[float]) -> None:
        super().__init__()
        self.columns = list(columns)
        self.limits = list(limits)
        self.size = 6

    @classmethod
    def for_detector(cls, detector: Detector) -> CaloGANFeatures:
        """Finds the conditions by name; raises an error that names one that is not there."""
        columns = [detector.condition_index(n) for n in ("energy", "particle", *_ENTRY)]
        return cls(columns, [detector.conditions[i].high for i in columns[2:5]])

    def forward(self, c: Tensor) -> Tensor:
        energy, particle, x, y, theta, phi = c[:, self.columns].unbind(1)
        steep = theta.sin() / math.sin(self.limits[2])
        told = [x / self.limits[0], y / self.limits[1], steep * phi.cos(), steep * phi.sin()]
        return torch.stack([energy, particle, *told], dim=1)
