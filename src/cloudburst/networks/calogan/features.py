r"""What the networks are told where more than the energy varies.

$$ E, \quad \text{particle}, \quad p_{l}, \quad h_k(p_l) $$

with p where the particle crosses each layer along x and y, and h the hats of each crossing: what
depends on a place is nearly linear in these. Impact point and direction themselves would have to
be unfolded by layers that the published networks do not have, and the azimuth would jump where it
comes full circle. The particle, and the crossings, are left out where they do not vary.
"""

from __future__ import annotations

__all__ = ["CaloGANFeatures"]

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ...codec import Features
from ...detector import Detector
from .pointing import CROSSINGS, HATS, crossings, hats

_ENTRY = ("x0", "y0", "theta", "phi")


class CaloGANFeatures(Features):
    """Energy in GeV, index of the particle, crossings in units of 100 mm and their hats.

    Args:
        told: Where energy and, of several particles, the particle stand.
        entry: Where x0, y0, theta and phi stand; empty where they do not vary.
        limits: Largest x0, y0 (mm) and theta (rad); empty likewise.
    """

    reach: Tensor

    def __init__(
        self, told: Sequence[int], entry: Sequence[int] = (), limits: Sequence[float] = ()
    ) -> None:
        super().__init__()
        self.told = list(told)
        self.entry = list(entry)
        self.limits = list(limits)
        self.size = len(self.told) + (CROSSINGS * (1 + HATS) if self.entry else 0)
        if self.entry:
            point, slope = torch.tensor([self.limits[:2]]), math.tan(self.limits[2])
            reach = crossings(point, torch.full_like(point, slope))
            self.register_buffer("reach", reach[0], persistent=False)

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
        slopes = theta.tan()[:, None] * torch.stack([phi.cos(), phi.sin()], dim=1)
        places = crossings(torch.stack([x, y], dim=1), slopes)
        parts = [places, hats(places, self.reach)]
        return torch.cat([c[:, self.told], *(part.flatten(1) for part in parts)], dim=1)
