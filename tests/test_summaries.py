"""Summaries of showers by hand."""

import math

import pytest
import torch

import components
from cloudburst.codec import Codec, PhysicalFeatures
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import SpecError
from cloudburst.objectives import ShowerSummaries
from cloudburst.transforms import Compose

LINE = Readout("line", (Axis.regular("x", 4, -20.0, 20.0, "mm"),), "MeV")
POINT = Readout("point", (Axis.regular("x", 1, -5.0, 5.0, "mm"),), "MeV")
SQUARE = components.TOY.readouts[0]


def codec(*readouts):
    detector = Detector("d", (Condition("energy", "GeV", 1.0, 100.0),), readouts)
    return Codec(detector, PhysicalFeatures(1), Compose([]))


def fitted(made, n=50):
    cells = torch.rand(n, made.values, generator=torch.Generator().manual_seed(0))
    return ShowerSummaries.fit(made, cells, torch.linspace(1, 100, n)[:, None], [1e-6, 0.5])


def test_by_hand():
    # 3 at -15 mm and 1 at 5 mm: mean -10, mean square 175, so a squared width of 75
    raw = fitted(codec(LINE)).raw(torch.tensor([[3.0, 0.0, 1.0, 0.0]]))[0]
    mean, width, first, second, outside, hit, high = raw.tolist()
    assert mean == pytest.approx(-10 / 20, rel=1e-4)
    assert width == pytest.approx(math.log(75 + 1e-4 * 20**2), rel=1e-4)
    assert (first, second) == pytest.approx((3 / 4, 1 / 4), rel=1e-5)
    assert outside == pytest.approx(math.log(1e-4))
    assert hit == pytest.approx(2 / 4)
    assert high == pytest.approx((9 / 9.25 + 1 / 1.25) / 4, rel=1e-5)


def test_empty_showers_have_summaries_too():
    made = fitted(codec(LINE, POINT))
    cells = torch.zeros(3, 5, requires_grad=True)
    told = made.told(cells, torch.full((3, 1), 50.0))
    summaries = made(cells, told)
    assert summaries.isfinite().all()
    (slope,) = torch.autograd.grad(summaries.sum(), cells)
    assert slope.isfinite().all()


def test_layers_may_have_few_cells():
    # of one cell there is no second hottest
    assert fitted(codec(LINE, POINT)).raw(torch.rand(2, 5)).shape == (2, 7 + 6)


def test_layers_need_equally_many_axes():
    with pytest.raises(SpecError, match="equally many axes, got 1 of 'line', 2 of 'front'"):
        fitted(codec(LINE, SQUARE))
