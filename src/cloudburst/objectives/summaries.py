"""Differentiable summaries of a shower, for losses that look at physics."""

from __future__ import annotations

__all__ = ["ShowerProfiles", "ShowerSummaries", "Summaries"]

import abc
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ..codec import Codec
from ..detector import Detector, Readout
from ..errors import SpecError
from ..spec import Component
from ..transforms import ConditionalStandardize

_CLAMP = 8.0
_LEADING = 8


class Summaries(Component, nn.Module, abc.ABC):
    """Summaries of each layer, standardised given conditions and layer energies.

    Args:
        sizes: Cells of each layer.
        least: Smallest layer energy that the standardisation is told of, in the cells' unit.
        scale: Standardises the summaries; None leaves them as they are.
    """

    def __init__(
        self, sizes: Sequence[int], least: float, scale: ConditionalStandardize | None
    ) -> None:
        super().__init__()
        self.sizes = list(sizes)
        self.least = least
        self.scale = scale

    @abc.abstractmethod
    def raw(self, cells: Tensor) -> Tensor:
        """The summaries as they are, with shape (N, S), of cells (N, D)."""

    def forward(self, cells: Tensor, told: Tensor) -> Tensor:
        """Standardised summaries, with shape (N, S).

        Args:
            cells: Cell energies, with shape (N, D).
            told: Conditions and layer energies, as `told` makes them of real cells.
        """
        raw = self.raw(cells)
        return raw if self.scale is None else self.scale(raw, told).clamp(-_CLAMP, _CLAMP)

    def told(self, cells: Tensor, conditions: Tensor) -> Tensor:
        """What the standardisation follows: conditions and layer energies, (N, C + L)."""
        sums = [layer.sum(1) for layer in cells.split(self.sizes, dim=1)]
        return torch.cat([conditions, torch.stack(sums, 1).clamp(min=self.least)], dim=1)

    def standardise(
        self, cells: Tensor, conditions: Tensor, detector: Detector
    ) -> ConditionalStandardize:
        """What standardises these summaries of real cells, with shape (N, D)."""
        return ConditionalStandardize.fit(self.raw(cells), self.told(cells, conditions), detector)


class ShowerSummaries(Summaries):
    """Summaries of a shower's shape.

    For each layer: mean and logarithm of the squared width along each axis, the shares of the
    two hottest cells and of what lies outside the hottest eight, and how many cells exceed each
    of a ladder of thresholds (softly: a cell of energy E counts as E² / (E² + t²)).

    Args:
        moments: Maps cells to each layer's sum and first and second moments, (D, L (1 + 2 A)).
        sizes: Cells of each layer.
        spans: Half extent of each layer along each axis, with shape (L, A).
        thresholds: The ladder, in the cells' unit.
        scale: Standardises the summaries.
    """

    moments: Tensor
    spans: Tensor

    def __init__(
        self,
        moments: Tensor,
        sizes: Sequence[int],
        spans: Tensor,
        thresholds: Sequence[float],
        scale: ConditionalStandardize | None,
    ) -> None:
        super().__init__(sizes, thresholds[-1], scale)
        self.register_buffer("moments", moments)
        self.register_buffer("spans", spans)
        self.thresholds = list(thresholds)

    @classmethod
    def fit(
        cls, codec: Codec, cells: Tensor, conditions: Tensor, thresholds: Sequence[float]
    ) -> ShowerSummaries:
        """Geometry from the codec's detector, standardisation from real cells (N, D).

        Raises:
            SpecError: The readouts have different numbers of axes.
        """
        readouts = codec.detector.readouts
        _refuse_uneven(readouts)
        moments = torch.block_diag(*(_moment_matrix(r) for r in readouts))
        spans = torch.tensor([[max(map(abs, a.edges)) for a in r.axes] for r in readouts])
        shape = (moments, [r.size for r in readouts], spans, thresholds)
        return cls(*shape, cls(*shape, None).standardise(cells, conditions, codec.detector))

    def raw(self, cells: Tensor) -> Tensor:
        """The summaries as they are."""
        sums = (cells @ self.moments).unflatten(1, (len(self.sizes), -1))
        energy = sums[:, :, :1] + self.thresholds[0]
        mean, square = (sums[:, :, 1:] / energy).chunk(2, dim=2)
        width = (square - mean.square()).clamp(min=0) + 1e-4 * self.spans.square()
        parts = [(mean / self.spans).flatten(1), width.log().flatten(1)]
        for layer, total in zip(cells.split(self.sizes, dim=1), energy.unbind(1), strict=True):
            hottest = layer.topk(min(_LEADING, layer.shape[1]), dim=1).values / total
            parts += [hottest[:, :2], (1 - hottest.sum(1, keepdim=True)).clamp(min=1e-4).log()]
            parts.append(self._counts(layer))
        return torch.cat(parts, dim=1)

    def _counts(self, layer: Tensor) -> Tensor:
        """Softly counted shares of cells above each threshold, with shape (N, T)."""
        square = layer.square()
        return torch.stack([(square / (square + t * t)).mean(1) for t in self.thresholds], dim=1)


class ShowerProfiles(Summaries):
    """The logarithm of the energy in each slice of each layer along each axis.

    Args:
        projections: Maps cells to the energies of slices, with shape (D, P).
        sizes: Cells of each layer.
        floor: Energy that is added to each slice, in the cells' unit.
        least: Smallest layer energy that the standardisation is told of.
        scale: Standardises the profiles.
    """

    projections: Tensor

    def __init__(
        self,
        projections: Tensor,
        sizes: Sequence[int],
        floor: float,
        least: float,
        scale: ConditionalStandardize | None,
    ) -> None:
        super().__init__(sizes, least, scale)
        self.register_buffer("projections", projections)
        self.floor = floor

    @classmethod
    def fit(
        cls, codec: Codec, cells: Tensor, conditions: Tensor, floor: float, least: float
    ) -> ShowerProfiles:
        """Geometry from the codec's detector, standardisation from real cells (N, D)."""
        readouts = codec.detector.readouts
        shape = (torch.block_diag(*map(_slice_matrix, readouts)), [r.size for r in readouts])
        raw = cls(*shape, floor, least, None)
        scale = raw.standardise(cells, conditions, codec.detector)
        return cls(*shape, floor, least, scale)

    def raw(self, cells: Tensor) -> Tensor:
        return (cells @ self.projections + self.floor).log()


def _refuse_uneven(readouts: Sequence[Readout]) -> None:
    if len({len(r.axes) for r in readouts}) > 1:
        raise SpecError(
            "summaries of showers need readouts with equally many axes, got "
            + ", ".join(f"{len(r.axes)} of '{r.name}'" for r in readouts)
        )


def _slice_matrix(readout: Readout) -> Tensor:
    """Maps the cells of a layer to its slices along each axis, with shape (cells, bins)."""
    bins = np.indices(readout.shape).reshape(len(readout.shape), -1)
    parts = [np.eye(n)[numbers] for n, numbers in zip(readout.shape, bins, strict=True)]
    return torch.from_numpy(np.concatenate(parts, axis=1)).float()


def _moment_matrix(readout: Readout) -> Tensor:
    """Maps the cells of a layer to sum, means and squares, with shape (cells, 1 + 2 A)."""
    grid = np.meshgrid(*(axis.centers for axis in readout.axes), indexing="ij")
    axes = [g.ravel() for g in grid]
    columns = [np.ones(readout.size), *axes, *(a**2 for a in axes)]
    return torch.from_numpy(np.stack(columns, axis=1)).float()
