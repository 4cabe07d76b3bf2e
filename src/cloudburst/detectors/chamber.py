"""What a time projection chamber is made of, as far as the drift simulator needs to know."""

from __future__ import annotations

__all__ = ["Chamber", "Gas"]

import dataclasses
import math
from typing import Any

from ..detector import Detector
from ..errors import DataError


@dataclasses.dataclass(frozen=True)
class Gas:
    """The gas of a drift volume: how it is ionised, and how electrons drift through it.

    Attributes:
        cluster_density: Clusters that a minimum-ionising track leaves, in 1/mm.
        rise: Oscillator strength over the constant term of the primary ionisation, M^2 / C.
        cluster_sizes: Probabilities of 1, 2, ... electrons in a cluster.
        tail: Above those, n electrons have the probability tail / n^2.
        largest: The most electrons of a cluster.
        velocity: Drift velocity, in mm/ns.
        transverse: Transverse diffusion, in mm for each square root of a mm of drift.
        longitudinal: Longitudinal diffusion, likewise.

    Raises:
        DataError: A constant is not positive, or the probabilities exceed one.
    """

    cluster_density: float
    rise: float
    cluster_sizes: tuple[float, ...]
    tail: float
    largest: int
    velocity: float
    transverse: float
    longitudinal: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "cluster_sizes", tuple(float(p) for p in self.cluster_sizes))
        _positive(self, ("cluster_density", "velocity"))
        _positive(self, ("rise", "tail", "transverse", "longitudinal"), zero=True)
        sizes = self.cluster_sizes
        if not sizes or min(sizes) < 0 or not 0 < sum(sizes) <= 1 or self.largest < len(sizes):
            raise DataError(
                "cluster_sizes needs probabilities that sum to no more than 1, and no more of "
                f"them than the largest size, {self.largest}; got {sizes}"
            )


@dataclasses.dataclass(frozen=True)
class Chamber:
    """Pads, gas and electronics of a time projection chamber.

    Attributes:
        detector: What is read out: one readout with the axes pad and time.
        pad_width: Pitch along a row, in mm.
        pad_heights: Height of the pads of each row, in mm.
        first_pad: The window's first pad, counted from that of the segment.
        first_bin: The window's first time bin, counted from that of the segment.
        gas: The gas.
        mass: Of the particle that makes the track, in GeV.
        polya: Parameter theta of the distribution of the gas gain; its relative variance is
            1 / (1 + theta).
        response_width: Width of the charge that one avalanche induces on the pads, as a
            Gaussian standard deviation, in mm.
        time_bin: Time between samples, in ns.
        shaping: Full width at half maximum of the shaped pulse, in ns.
        gain: Peak amplitude of one electron of mean gain with all its charge on one pad, in
            the readout's unit.
        saturation: The largest amplitude, in the readout's unit.

    Raises:
        DataError: A constant makes no sense, or the detector has other readouts or conditions.
    """

    detector: Detector
    pad_width: float
    pad_heights: tuple[float, ...]
    first_pad: int
    first_bin: int
    gas: Gas
    mass: float
    polya: float
    response_width: float
    time_bin: float
    shaping: float
    gain: float
    saturation: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "pad_heights", tuple(float(h) for h in self.pad_heights))
        _positive(self, ("pad_width", "response_width", "time_bin", "shaping", "gain", "mass"))
        _positive(self, ("saturation",))
        _positive(self, ("polya",), zero=True)
        if not self.pad_heights or min(self.pad_heights) <= 0:
            raise DataError(
                f"pad_heights needs a height above zero for each row: {self.pad_heights}"
            )
        axes = [tuple(axis.name for axis in readout.axes) for readout in self.detector.readouts]
        if axes != [("pad", "time")]:
            raise DataError(
                f"'{self.detector.name}' needs one readout with the axes pad and time, not {axes}"
            )
        for name in ("crossing_angle", "dip_angle", "drift_length", "pad_coordinate"):
            self.detector.condition_index(name)
        rows = self.detector.conditions[self.detector.condition_index("pad_row")].categories
        if rows is None or len(rows) != len(self.pad_heights):
            raise DataError(
                f"'{self.detector.name}' needs a condition pad_row with {len(self.pad_heights)} "
                "categories, one for each of pad_heights"
            )
        self.detector.condition_index("pt")

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` understands."""
        data = dataclasses.asdict(self)
        data["gas"]["cluster_sizes"] = list(self.gas.cluster_sizes)
        return data | {"pad_heights": list(self.pad_heights)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Chamber:
        """The chamber that `to_dict` described; raises DataError if it did not."""
        try:
            detector = Detector.from_dict(data["detector"])
            return cls(**{**data, "detector": detector, "gas": Gas(**data["gas"])})
        except DataError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"not the description of a chamber: {error}") from error


def _positive(value: Gas | Chamber, names: tuple[str, ...], zero: bool = False) -> None:
    for name in names:
        number = getattr(value, name)
        if not (number > 0 or (zero and number == 0)) or not math.isfinite(number):
            raise DataError(f"{name} must be {'zero or ' if zero else ''}above zero, got {number}")
