"""Single values put right: occupancy, its trend and the height of hits."""

import numpy as np
import torch

from cloudburst.generators.margins import correct_margins

N = 20_000
EDGES = torch.tensor([-1.0, 0.0, 1.5])


def sample(seed, shift=0.0, slope=0.0, width=1.0):
    """Normal values around 0.3 c; as a part that is set and a part that scatters."""
    rng = np.random.default_rng(seed)
    c = torch.from_numpy(rng.uniform(-1, 1, (N, 1))).float()
    noise = width * torch.from_numpy(rng.standard_normal((N, 3))).float()
    return (0.3 + slope) * c.expand(-1, 3) + shift, noise, c


def corrected(shift, slope, width):
    """The correction, and the values before and after it, beside real ones."""
    right, scatter, _ = sample(0)
    real = (right + scatter).maximum(EDGES)
    mean, noise, c = sample(0, shift, slope, width)
    noise = noise.flip(0)
    found = correct_margins(real, mean, noise, EDGES.expand(N, 3), c)
    after = mean + found.shift + c @ found.trend.T + found.spread.exp() * noise
    return found, real, mean + noise, after


def occupancies(values):
    return (values > EDGES).float().mean(0)


def test_what_is_off_is_found():
    found, real, before, after = corrected(shift=0.2, slope=-0.1, width=0.8)
    # high above the edge few hits tell shift from width, and the prior decides
    np.testing.assert_allclose(found.shift[:2], -0.2, atol=0.05)
    np.testing.assert_allclose(found.trend[:2, 0], 0.1, atol=0.05)
    np.testing.assert_allclose(found.spread[:2], -np.log(0.8), atol=0.06)
    assert (occupancies(before) - occupancies(real)).abs().max() > 0.05
    np.testing.assert_allclose(occupancies(after), occupancies(real), atol=3e-3)


def test_what_is_right_stays():
    found, *_ = corrected(shift=0.0, slope=0.0, width=1.0)
    for part in found:
        assert part.abs().max() < 0.08


def test_few_events_move_little():
    real, mean, noise = torch.full((3, 30, 1), -1.0)
    found = correct_margins(real, mean - 2, noise, real, torch.zeros(30, 1))
    assert all(part.isfinite().all() and part.abs().max() < 0.5 for part in found)


def test_values_that_are_always_hit_go_by_their_heights():
    right, scatter, c = sample(0)
    edges = torch.full((N, 3), -8.0)
    mean, noise, _ = sample(0, 0.2, -0.1, 0.8)
    found = correct_margins(right + scatter, mean, noise.flip(0), edges, c)
    np.testing.assert_allclose(found.shift, -0.2, atol=0.02)
    np.testing.assert_allclose(found.trend[:, 0], 0.1, atol=0.03)
    np.testing.assert_allclose(found.spread, -np.log(0.8), atol=0.04)
