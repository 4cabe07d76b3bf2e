"""Toy simulators: one for tests that need any, and those that break."""

import numpy as np

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.simulators import Simulator

TOY = Detector(
    "toy",
    (Condition("energy", "GeV", 1.0, 100.0), Condition("x", "mm", -5.0, 5.0)),
    (
        Readout("front", (Axis.regular("x", 4, -8, 8, "mm"),), "MeV"),
        Readout(
            "back", (Axis.regular("x", 2, -8, 8, "mm"), Axis.regular("y", 2, -8, 8, "mm")), "GeV"
        ),
    ),
)


class ToySimulator(Simulator):
    """Shares most of the energy among the cells; many of them stay empty."""

    name = "toy"

    def __init__(self, detector=None, share=0.9):
        self.share = share

    @property
    def detector(self):
        return TOY

    def respond(self, conditions, streams):
        cells = np.stack([self.shower(c, rng) for c, rng in zip(conditions, streams, strict=True)])
        return {"front": cells[:, :4], "back": cells[:, 4:].reshape(-1, 2, 2) / np.float32(1000)}

    def shower(self, condition, rng):
        cells = rng.gamma(0.5, size=8) * (rng.random(8) > 0.4)
        cells *= 1000 * self.share * condition[0] / max(cells.sum(), 1e-9)
        return cells.astype(np.float32)

    def describe(self):
        return {"simulator": self.name, "share": self.share}

    def arguments(self):
        return {"detector": None, "share": self.share}
