"""A calorimeter of towers in pseudorapidity and azimuth, about which a jet image is cut out."""

from __future__ import annotations

__all__ = ["Towers"]

import dataclasses
import math
from typing import Any

from ..detector import Detector, Readout
from ..errors import DataError

_AXES = ("eta", "phi")


@dataclasses.dataclass(frozen=True)
class Towers:
    """Towers of equal size that cover the azimuth, and the image that they are read out as.

    Attributes:
        detector: What is read out: one square image in eta and phi with an odd number of equal
            pixels, symmetric about zero, of the size of a tower; and what single numbers the
            simulator makes of a jet.
        eta_bins: Towers from -eta_max to eta_max.
        phi_bins: Towers around the beam.
        eta_max: Largest pseudorapidity.

    Raises:
        DataError: The image does not fit, or a number makes no sense.
    """

    detector: Detector
    eta_bins: int
    phi_bins: int
    eta_max: float

    def __post_init__(self) -> None:
        if min(self.eta_bins, self.phi_bins) < 1 or not 0 < self.eta_max < math.inf:
            raise DataError("towers need eta_bins and phi_bins of at least 1, and eta_max above 0")
        eta, phi = self.image.axes
        sizes = {round((axis.edges[-1] - axis.edges[0]) / axis.size, 9) for axis in (eta, phi)}
        symmetric = all(abs(axis.edges[0] + axis.edges[-1]) < 1e-9 for axis in (eta, phi))
        if eta.size != phi.size or eta.size % 2 == 0 or len(sizes) > 1 or not symmetric:
            raise DataError(
                f"the image of '{self.detector.name}' must be a square about zero with an odd "
                "number of equal pixels along each side"
            )
        towers = (self.eta_size, 2 * math.pi / self.phi_bins)
        if any(abs(size / sizes.copy().pop() - 1) > 0.05 for size in towers):
            raise DataError(
                f"towers of {towers[0]:.4g} by {towers[1]:.4g} are not the pixels of "
                f"'{self.detector.name}', which are {sizes.pop():.4g} wide"
            )

    @property
    def image(self) -> Readout:
        """The readout that is the image; raises DataError unless there is exactly one."""
        found = [
            readout
            for readout in self.detector.readouts
            if tuple(axis.name for axis in readout.axes) == _AXES
        ]
        if len(found) != 1:
            raise DataError(f"'{self.detector.name}' needs one readout with the axes eta and phi")
        return found[0]

    @property
    def eta_size(self) -> float:
        """Size of a tower in pseudorapidity."""
        return 2 * self.eta_max / self.eta_bins

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` understands."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Towers:
        """The towers that `to_dict` described; raises DataError if it did not."""
        try:
            return cls(**{**data, "detector": Detector.from_dict(data["detector"])})
        except DataError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"not the description of towers: {error}") from error
