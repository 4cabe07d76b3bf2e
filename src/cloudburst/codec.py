"""The codec: the one place where events become tensors, and tensors readouts."""

from __future__ import annotations

__all__ = ["Batch", "Codec", "Features", "PhysicalFeatures", "ScaledFeatures"]

import abc
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .detector import Detector
from .errors import SpecError
from .events import Events
from .spec import Component
from .streams import Stream
from .transforms import Compose, Step, Transform


class Batch(NamedTuple):
    """Events as the networks see them.

    Attributes:
        x: Network values, with shape (N, D).
        c: Features, with shape (N, F).
        conditions: Physical conditions, in the detector's units, with shape (N, C).
    """

    x: Tensor
    c: Tensor
    conditions: Tensor


class Features(Component, nn.Module, abc.ABC):
    """What a network is told of the conditions.

    Attributes:
        size: The number F of features.
    """

    size: int

    @abc.abstractmethod
    def forward(self, c: Tensor) -> Tensor:
        """Features, with shape (N, F), of physical conditions, with shape (N, C)."""


class PhysicalFeatures(Features):
    """The conditions as they are, in the detector's units."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    @classmethod
    def for_detector(cls, detector: Detector) -> PhysicalFeatures:
        """One feature for each condition."""
        return cls(len(detector.conditions))

    def forward(self, c: Tensor) -> Tensor:
        return c


class ScaledFeatures(Features):
    """Conditions scaled to [-1, 1] over their ranges, with logarithms and fractional parts.

    Args:
        low: Lower end of each condition's range, with shape (C,).
        high: Upper end, with shape (C,).
        logarithmic: Columns whose logarithm, scaled likewise, is added.
        fractional: Columns whose fractional part is added (where cells repeat with pitch one).
    """

    low: Tensor
    high: Tensor

    def __init__(
        self,
        low: Tensor,
        high: Tensor,
        logarithmic: Sequence[int] = (),
        fractional: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.register_buffer("low", low)
        self.register_buffer("high", high)
        self.logarithmic = list(logarithmic)
        self.fractional = list(fractional)
        self.size = len(low) + len(self.logarithmic) + len(self.fractional)

    @classmethod
    def for_detector(
        cls, detector: Detector, logarithmic: Sequence[str] = (), fractional: Sequence[str] = ()
    ) -> ScaledFeatures:
        """Takes the ranges from the detector and the columns from names of conditions."""
        low = torch.tensor([c.low for c in detector.conditions])
        high = torch.tensor([c.high for c in detector.conditions])
        columns = [detector.condition_index(name) for name in logarithmic]
        for name, i in zip(logarithmic, columns, strict=True):
            if low[i] <= 0:
                raise SpecError(f"'{name}' has no logarithm: its range must lie above zero")
        return cls(low, high, columns, [detector.condition_index(name) for name in fractional])

    def forward(self, c: Tensor) -> Tensor:
        scaled = 2 * (c - self.low) / (self.high - self.low) - 1
        logs = torch.log(c / self.low) / torch.log(self.high / self.low)
        parts = [scaled, 2 * logs[:, self.logarithmic] - 1, c[:, self.fractional] % 1]
        return torch.cat(parts, dim=1)


class Codec(nn.Module):
    """Events to network values and back.

    Args:
        detector: What the events are responses of.
        features: What the networks are told of the conditions.
        transform: From cells (N, cells) to network values (N, D).
    """

    def __init__(self, detector: Detector, features: Features, transform: Transform) -> None:
        super().__init__()
        self.detector = detector
        self.features = features
        self.transform = transform
        self.values = transform.columns(detector.cells)

    @classmethod
    def fit(cls, events: Events, steps: Sequence[Step], features: Features) -> Codec:
        """Fits the steps, in order, to events."""
        x, c = _cells(events), torch.from_numpy(events.conditions)
        return cls(events.detector, features, Compose.fit(x, c, events.detector, steps))

    def encode(self, events: Events) -> Batch:
        """Network values, features and conditions of events."""
        c = torch.from_numpy(events.conditions)
        return Batch(self.transform(_cells(events), c), self.features(c), c)

    def settle(self, x: Tensor, conditions: Tensor) -> Tensor:
        """Network values (N, D) with all that mean an empty cell moved to the one encoded so."""
        return self.transform.settle(x, conditions)

    def redraw(self, x: Tensor, conditions: Tensor, rng: Stream) -> Tensor:
        """Network values (N, D) with what is arbitrary about them drawn anew."""
        return self.transform.redraw(x, conditions, rng)

    def decode(self, x: Tensor, conditions: Tensor) -> dict[str, Tensor]:
        """Physical readouts of network values.

        Args:
            x: Network values, with shape (N, D).
            conditions: Physical conditions, with shape (N, C).

        Returns:
            For each readout its signals, in its unit, with shape (N, *readout.shape).
        """
        readouts = self.detector.readouts
        parts = self.transform.inverse(x, conditions).split([r.size for r in readouts], dim=1)
        return {r.name: p.reshape(-1, *r.shape) for r, p in zip(readouts, parts, strict=True)}


def _cells(events: Events) -> Tensor:
    return torch.from_numpy(events.flat())
