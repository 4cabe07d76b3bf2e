"""Events that are moved to a condition."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.transforms.local import moved

N = 4000
EMPTY = -60.0


def spread(seed=0):
    """Distances from -0.7 to 0.3: the condition lies towards the end of the range."""
    return torch.rand(N, generator=torch.Generator().manual_seed(seed)).double() - 0.7


def mean(values, weights):
    return (values * weights).sum(0)


def test_hits_that_grow_with_the_condition_are_moved_onto_one_value():
    d = spread()
    y = torch.stack([2 + d, 1 - 3 * d], dim=1)
    values, weights = moved(y, y > EMPTY, d, 0.2)
    torch.testing.assert_close(weights.sum(0), torch.ones(2).double())
    # the ridge holds back one slope in a hundred
    torch.testing.assert_close(
        mean(values, weights), torch.tensor([2.0, 1.0]).double(), rtol=0, atol=0.01
    )
    assert float(values[:, 1].max() - values[:, 1].min()) < 0.1


def test_the_share_of_hits_is_that_at_the_condition():
    d = spread()
    chance = torch.rand(N, generator=torch.Generator().manual_seed(1)).double()
    y = torch.where(chance < 0.5 + d / 2, 0.0, EMPTY).double()[:, None]
    values, weights = moved(y, y > EMPTY, d, 0.2)
    share = float(weights[values > EMPTY].sum())
    # among the events near by, whose mean distance is -0.07, it is 0.46
    assert share == pytest.approx(0.5, abs=0.02)


def test_values_are_in_order_and_zeros_stay_zeros():
    d = spread()
    noise = torch.randn(N, 3, generator=torch.Generator().manual_seed(2)).double()
    y = torch.where(d[:, None] > -0.3, noise, EMPTY)
    values, _ = moved(y, y > EMPTY, d, 0.2)
    assert bool((values.diff(dim=0) >= 0).all())
    assert set(np.unique(values[values < -50])) == {EMPTY}


@given(st.integers(1, 6), st.integers(0, 10**6), st.floats(-9, 9))
def test_few_events_far_away_still_have_weights(n, seed, far):
    rng = torch.Generator().manual_seed(seed)
    d = torch.randn(n, generator=rng).double() + far
    y = torch.where(torch.rand(n, 2, generator=rng) < 0.5, torch.randn(n, 2, generator=rng), EMPTY)
    values, weights = moved(y.double(), y > EMPTY, d, 0.2)
    assert bool(values.isfinite().all())
    assert bool((weights >= 0).all())
    torch.testing.assert_close(weights.sum(0), torch.ones(2).double())


def test_a_knot_far_from_all_but_one_event_takes_the_next_one_too():
    y = torch.tensor([[1.0], [2.0], [3.0]]).double()
    values, weights = moved(y, y > 0, torch.tensor([0.0, 1.0, 2.0]).double(), width=0.1)
    assert values.shape == (2, 1)
    assert weights[:, 0].tolist() == pytest.approx([1.0, 0.0])
