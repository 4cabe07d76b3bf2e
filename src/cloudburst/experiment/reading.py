"""How a file is to be read that does not say all about itself."""

from __future__ import annotations

__all__ = ["Reading"]

import dataclasses
import math
from pathlib import Path

from ..detector import Condition, Detector
from ..detectors import (
    CALOCHALLENGE_1_PHOTONS,
    CALOCHALLENGE_1_PIONS,
    CALOCHALLENGE_2,
    CALOCHALLENGE_3,
    polar_detector,
)
from ..detectors.binning_xml import read_binning
from ..errors import DataError, FormatError, nearest
from ..formats import (
    FORMATS,
    CaloChallengeFormat,
    DigitsFormat,
    Format,
    RootFormat,
    read_header,
    recognise,
)

_PUBLISHED = {
    d.name: d
    for d in (CALOCHALLENGE_1_PHOTONS, CALOCHALLENGE_1_PIONS, CALOCHALLENGE_2, CALOCHALLENGE_3)
}
# 2^8 to 2^22, the widest range of the published data sets
_ENERGIES = (256.0, 4_194_304.0)


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the user says of a file.

    Attributes:
        layout: Name of its published layout; recognised if None.
        binning: CaloChallenge: a binning file, or the name of a published detector.
        particle: CaloChallenge: which particle's binning, if the file holds several.
        threshold: CaloChallenge: cells below it, in MeV, are read as zero.
        sampling_fraction: CaloChallenge: what energies of cells are divided by.
        alpha_start: CaloChallenge: where the first sector begins, in rad; -pi if None.
        energies: CaloChallenge: range of incident energies in MeV, as "1000:100000".
        detector: ROOT: a file of events of the same detector.
        strict: Digits of the MPD chamber: whether those outside the window are refused.
    """

    layout: str | None = None
    binning: str | None = None
    particle: str | None = None
    threshold: float | None = None
    sampling_fraction: float = 1.0
    alpha_start: float | None = None
    energies: str | None = None
    detector: Path | None = None
    strict: bool = False

    def of(self, source: Path) -> Format | None:
        """The layout to read a file with; None for our own.

        Raises:
            FileError: A file cannot be read.
            FormatError: There is no such layout, or the file is of another than was described.
            DataError: A number makes no sense.
        """
        found = self._named(source)
        polar = dataclasses.replace(self, layout=None, detector=None, strict=False) != Reading()
        if polar and not isinstance(found, CaloChallengeFormat):
            raise FormatError(f"{source}: only a CaloChallenge file takes a binning and its like")
        if self.detector and not isinstance(found, RootFormat):
            raise FormatError(f"{source}: only a ROOT file takes the detector of another file")
        if self.strict and not isinstance(found, DigitsFormat):
            raise FormatError(f"{source}: only digits of the MPD chamber are read strictly")
        if polar:
            return self._polar(source)
        if self.detector and isinstance(found, RootFormat):
            return dataclasses.replace(found, detector=read_header(self.detector).detector)
        if self.strict and isinstance(found, DigitsFormat):
            return dataclasses.replace(found, strict=True)
        return found

    def _named(self, source: Path) -> Format | None:
        if self.layout is None:
            return recognise(source)
        if self.layout not in FORMATS:
            raise FormatError(f"unknown layout '{self.layout}'; {nearest(self.layout, FORMATS)}")
        return FORMATS[self.layout]

    def _polar(self, source: Path) -> CaloChallengeFormat:
        start = -math.pi if self.alpha_start is None else self.alpha_start
        detector = self._binned() or CaloChallengeFormat().read_header(source).detector
        return CaloChallengeFormat(self._adjusted(detector), self.sampling_fraction, start)

    def _binned(self) -> Detector | None:
        if self.binning is None:
            return None
        if self.binning in _PUBLISHED and not Path(self.binning).is_file():
            return _PUBLISHED[self.binning]
        path = Path(self.binning)
        layers = read_binning(path, self.particle)
        return polar_detector(path.stem, layers, _ENERGIES, source=path.name)

    def _adjusted(self, detector: Detector) -> Detector:
        """The detector with the threshold and the energies that were given."""
        if self.threshold is not None:
            readouts = (
                dataclasses.replace(r, threshold=self.threshold) for r in detector.readouts
            )
            detector = dataclasses.replace(detector, readouts=tuple(readouts))
        if self.energies is not None:
            energy = Condition("energy", "MeV", *_range(self.energies))
            detector = dataclasses.replace(detector, conditions=(energy,))
        return detector


def _range(text: str) -> tuple[float, float]:
    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError as error:
        raise DataError(f"--energies needs LOW:HIGH as 1000:100000, got '{text}'") from error
