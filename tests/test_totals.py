"""The sum first, then the cells that are told of it."""

import numpy as np
import pytest
import torch

import components
from cloudburst.streams import Stream
from cloudburst.transforms import Compose, ConditionalQuantiles, LogScale, Scale, TotalFirst

EVENTS = components.showers(n=400)
CELLS, CONDITIONS = torch.from_numpy(EVENTS.flat()), torch.from_numpy(EVENTS.conditions)


def ranked():
    """Ranks of the sum given the energy, and of the cells given the sum."""

    def given(condition):
        return lambda x, c, d: ConditionalQuantiles.fit(x, c, d, condition=condition, knots=4)

    return TotalFirst.fit(
        CELLS, CONDITIONS, components.TOY, [given("energy")], [given("total")], least=0.5
    )


def test_values_worked_by_hand():
    transform = TotalFirst(LogScale(1.0), LogScale(1.0))
    x = torch.tensor([[1.0, 0.0, 2.0]])
    expected = np.log([1 + 3, 1 + 1, 1, 1 + 2])
    np.testing.assert_allclose(transform(x, torch.zeros(1, 1))[0], expected, rtol=1e-6)
    assert transform.columns(3) == 4


def test_cells_are_ranked_given_the_sum_and_come_back():
    transform = ranked()
    x = transform(CELLS, CONDITIONS)
    assert x.shape == (400, 22)
    np.testing.assert_allclose(transform.inverse(x, CONDITIONS), CELLS, rtol=2e-3, atol=1e-3)


def test_cells_follow_another_sum():
    transform = ranked()
    x = transform(CELLS, CONDITIONS)
    # one and two standard deviations more
    sums = [transform.inverse(x + shift, CONDITIONS).sum() for shift in _shifts(x.shape[1])]
    assert sums[0] < sums[1] < sums[2]


def _shifts(columns):
    first = torch.zeros(columns)
    first[0] = 1.0
    return 0 * first, first, 2 * first


def test_zeros_are_drawn_anew_and_stay_zeros():
    transform = ranked()
    x = transform(CELLS, CONDITIONS)
    drawn = transform.redraw(x, CONDITIONS, Stream(0))
    assert not torch.equal(drawn, x)
    back = transform.inverse(drawn, CONDITIONS)
    assert torch.equal(back > 0, CELLS > 0)
    assert torch.equal(drawn[:, 0], x[:, 0])


def test_small_sums_are_told_as_the_least():
    transform = TotalFirst(LogScale(1.0), LogScale(1.0), least=2.0)
    told = transform._told(
        transform.total(torch.tensor([[1.0], [5.0]]), CONDITIONS), CONDITIONS[:2]
    )
    assert told[:, -1].tolist() == pytest.approx([2.0, 5.0])


def test_settled_values_keep_their_sum_and_their_gradient_behind_other_steps():
    transform = Compose([Scale(1.0), ranked()])
    x = transform(CELLS, CONDITIONS).requires_grad_()
    settled = transform.settle(x, CONDITIONS)
    np.testing.assert_array_equal(settled[:, 0].detach(), x[:, 0].detach())
    (slope,) = torch.autograd.grad(settled.sum(), x)
    # hits pass theirs on, and so does the sum
    np.testing.assert_array_equal(slope[:, 1:] > 0, CELLS > 0)
    assert (slope[:, 0] != 0).all()
