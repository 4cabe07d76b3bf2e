"""The squared difference of correlations, against matrices of moments."""

import torch

from cloudburst.codec import Batch
from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.objectives.moments import SecondMoments

VALUES = 3
DETECTOR = Detector(
    "d",
    (Condition("energy", "GeV", 1.0, 100.0),),
    (Readout("line", (Axis.regular("x", VALUES, 0.0, 3.0),), "MeV"),),
)


def draws(n, correlation, seed):
    """One coarse value, then three that are correlated among one another."""
    rng = torch.Generator().manual_seed(seed)
    common, own = torch.randn(n, 1, generator=rng), torch.randn(n, VALUES, generator=rng)
    fine = correlation**0.5 * common + (1 - correlation) ** 0.5 * own
    return torch.cat([torch.randn(n, 1, generator=rng), fine], dim=1)


def fitted(n=20_000):
    conditions = torch.linspace(1, 100, n)[:, None]
    x = draws(n, 0.0, 0)
    return SecondMoments.fit(Batch(x, conditions, conditions), 1, DETECTOR), conditions


def difference(correlation, n=4000):
    moments, conditions = fitted()
    a, b, x = draws(n, correlation, 1), draws(n, correlation, 2), draws(n, 0.0, 3)
    own = moments(x, draws(n, 0.0, 4), draws(n, 0.0, 5), conditions[:n])
    return float(moments(a, b, x, conditions[:n]) - own)


def test_the_same_law_differs_by_noise_only():
    assert abs(difference(0.0)) < 0.05


def test_a_correlation_counts_as_its_square():
    # six entries off the diagonal are 0.5 instead of 0, over three values
    expected = 6 * 0.5**2 / 3
    assert abs(difference(0.5) - expected) < 0.15 * expected


def test_it_is_smallest_for_the_right_correlation():
    x = draws(2000, 0.3, 7)
    moments, conditions = fitted(2000)
    found = [
        float(moments(draws(2000, r, 8), draws(2000, r, 9), x, conditions)) for r in (0, 0.3, 0.7)
    ]
    assert found[1] == min(found)


def test_values_that_never_move_pull_at_nothing():
    conditions = torch.linspace(1, 100, 500)[:, None]
    x = torch.cat([torch.randn(500, 1), torch.full((500, VALUES), 4.5)], dim=1)
    moments = SecondMoments.fit(Batch(x, conditions, conditions), 1, DETECTOR)
    draw = (x + 0.01 * torch.randn(500, 1 + VALUES)).requires_grad_()
    (slope,) = torch.autograd.grad(moments(draw, draw.flip(0), x, conditions), draw)
    assert slope.abs().max() < 1e-2
