"""Summaries of neighbouring cells by hand."""

import math

import pytest
import torch

from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.objectives import NeighbourSummaries
from cloudburst.transforms import Compose

GRID = Readout(
    "grid", (Axis.regular("x", 2, -10.0, 10.0, "mm"), Axis.regular("y", 3, 0.0, 3.0)), "MeV"
)


def fitted(thresholds=(1.0,), n=50):
    detector = Detector("d", (Condition("energy", "GeV", 1.0, 100.0),), (GRID,))
    cells = torch.rand(n, 6, generator=torch.Generator().manual_seed(0))
    codec = Codec(detector, PhysicalFeatures(1), Compose([]))
    conditions = torch.linspace(1, 100, n)[:, None]
    return NeighbourSummaries.fit(codec, cells, conditions, thresholds, 1.0)


def test_by_hand():
    # rows along x, columns along y; 1 MeV counts half at a threshold of 1 MeV, 3 MeV as 3/4
    cells = torch.tensor([[1.0, 3.0, 0.0, 0.0, 1.0, 0.0]])
    x, even_x, y, even_y, far, even_far = fitted().raw(cells)[0].tolist()
    energy = 5 + 1
    assert x == pytest.approx((3 / 4 * 1 / 2) / 3)
    assert even_x == pytest.approx(math.sqrt(3) / energy, rel=2e-3)
    assert y == pytest.approx((1 / 2 * 3 / 4) / 4)
    assert even_y == pytest.approx(math.sqrt(3) / energy, rel=1e-2)
    assert far == 0
    assert even_far < 1e-3


def test_thresholds_count_each():
    assert fitted((0.1, 1.0, 10.0)).raw(torch.rand(4, 6)).shape == (4, 3 * 4)


def test_empty_showers_have_finite_slopes():
    made = fitted()
    cells = torch.zeros(3, 6, requires_grad=True)
    summaries = made(cells, made.told(cells, torch.full((3, 1), 50.0)))
    (slope,) = torch.autograd.grad(summaries.sum(), cells)
    assert summaries.isfinite().all()
    assert slope.isfinite().all()


def test_hits_side_by_side_are_told_from_as_many_apart():
    made = fitted()
    side, apart = torch.tensor([[1.0, 1, 0, 0, 0, 0]]), torch.tensor([[1.0, 0, 0, 0, 0, 1]])
    assert made.raw(side).sum() > 5 * made.raw(apart).sum()
