r"""What the networks are told where more than the energy varies.

$$ E, \quad \text{particle}, \quad \frac{x_0}{x_\mathrm{max}}, \quad \frac{y_0}{y_\mathrm{max}},
   \quad \frac{\sin\theta \cos\varphi}{\sin\theta_\mathrm{max}},
   \quad \frac{\sin\theta \sin\varphi}{\sin\theta_\mathrm{max}} $$

The azimuth alone would jump where it comes full circle, and mean nothing straight ahead. The
particle, and the impact point with the direction, are left out where they do not vary.
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
        told: Where energy and, of several particles, the particle stand.
        entry: Where x0, y0, theta and phi stand; empty where they do not vary.
        limits: Largest x0, y0 and theta, in the conditions' units; empty likewise.
    """

    def __init__(
        self, told: Sequence[int], entry: Sequence[int] = (), limits: Sequence[float] = ()
    ) -> None:
        super().__init__()
        self.told = list(told)
        self.entry = list(entry)
        self.limits = list(limits)
        self.size = len(self.told) + len(self.entry)

    @classmethod
    def for_detector(cls, detector: Detector) -> CaloGANFeatures:
        """Finds the conditions by name; raises an error that names one that is not there."""
        names = {condition.name for condition in detector.conditions}
        told = ("energy", "particle") if "particle" in names else ("energy",)
        entry = _ENTRY if names & set(_ENTRY) else ()
        columns = [[detector.condition_index(n) for n in group] for group in (told, entry)]
        return cls(*columns, [detector.conditions[i].high for i in columns[1][:3]])

    def forward(self, c: Tensor) -> Tensor:
        if not self.entry:
            return c[:, self.told]
        x, y, theta, phi = c[:, self.entry].unbind(1)
        steep = theta.sin() / math.sin(self.limits[2])
        point = [x / self.limits[0], y / self.limits[1], steep * phi.cos(), steep * phi.sin()]
        return torch.cat([c[:, self.told], torch.stack(point, dim=1)], dim=1)
