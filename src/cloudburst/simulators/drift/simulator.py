"""Simulates what a track segment leaves on the pads of one row of a time projection chamber."""

from __future__ import annotations

__all__ = ["Drift"]

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...detector import Detector
from ...detectors import load_chamber
from ..base import Simulator
from .electrons import Segments, free_electrons
from .ionisation import cluster_sizes
from .signals import Window


class Drift(Simulator):
    """Primary clusters, drift with diffusion, gas gain, pad response, shaping, digits.

    The track is straight within a row, and the row goes on beyond the window to both sides;
    nothing is attached on the way, and there is no electronic noise. The constants and their
    sources are those of the chamber.

    Args:
        detector: The name of a shipped chamber, as "mpd_tpc", the path of a TOML file that
            describes one, or the plain data of such a file.

    Raises:
        FileError: There is no such chamber, or its file cannot be read.
        DataError: The description makes no sense.
    """

    name: ClassVar[str] = "drift"

    def __init__(self, detector: str | Path | Mapping[str, Any] = "mpd_tpc") -> None:
        self.chamber = load_chamber(detector)
        self._sizes = cluster_sizes(self.chamber.gas)
        self._window = Window(self.chamber)

    @property
    def detector(self) -> Detector:
        return self.chamber.detector

    def respond(
        self, conditions: NDArray[np.float64], streams: Sequence[np.random.Generator]
    ) -> dict[str, NDArray[np.float32]]:
        segments = Segments.at(self.chamber, conditions)
        electrons = free_electrons(self.chamber, self._sizes, segments, streams)
        digits = self._window.digits(electrons, conditions)
        return {self.detector.readouts[0].name: digits}

    def describe(self) -> dict[str, Any]:
        constants = self.chamber.to_dict()
        del constants["detector"]
        return {"simulator": self.name, "detector": self.detector.name, "constants": constants}

    def arguments(self) -> dict[str, Any]:
        return {"detector": self.chamber.to_dict()}
