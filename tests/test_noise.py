"""Noise belongs to the event: the same in any batch, normal, and without correlations."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cloudburst.noise import normal

SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=3).map(tuple)
COUNTS = st.integers(1, 2**40)


def test_first_values_are_fixed():
    # Philox with key 7 at counter 0; 24-bit uniforms u, v; sqrt(-2 log u) times cos, sin 2 pi v
    words = np.random.Philox(key=7).random_raw(4).view(np.uint32) >> 8
    u, v = ((words + 0.5) / 2**24).reshape(2, 4)
    radius = np.sqrt(-2 * np.log(u))
    wanted = np.concatenate([radius * np.cos(2 * math.pi * v), radius * np.sin(2 * math.pi * v)])
    z = normal(7, 0, 1, (8,))[0].numpy()
    np.testing.assert_allclose(z, wanted, rtol=2e-6, atol=2e-6)
    golden = [-0.74595290, -0.45865932, -0.08139331, -1.29385829]
    np.testing.assert_allclose(z[:4], golden, rtol=1e-6)


def test_shape_and_type():
    z = normal(0, 0, 5, (2, 3))
    assert z.shape == (5, 2, 3)
    assert z.dtype == torch.float32
    assert normal(0, 0, 0, (3,)).shape == (0, 3)


@given(seed=st.integers(0, 2**64 - 1), first=COUNTS, n=st.integers(1, 70), shape=SHAPES)
@settings(max_examples=50)
def test_events_have_their_own_noise_whatever_the_batch(seed, first, n, shape):
    whole = normal(seed, first, n, shape)
    for i in {0, n // 2, n - 1}:
        assert torch.equal(normal(seed, first + i, 1, shape)[0], whole[i])
    parts = [normal(seed, first + i, min(16, n - i), shape) for i in range(0, n, 16)]
    assert torch.equal(torch.cat(parts), whole)


def test_threads_make_no_difference():
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = normal(3, 5, 5000, (64,))
        torch.set_num_threads(2)
        assert torch.equal(normal(3, 5, 5000, (64,)), one)
    finally:
        torch.set_num_threads(threads)


def test_no_global_random_state_is_used():
    before = torch.get_rng_state()
    normal(0, 0, 10, (4,))
    assert torch.equal(torch.get_rng_state(), before)


def test_seeds_and_events_differ():
    z = torch.cat([normal(seed, 0, 1000, (8,)) for seed in (0, 1, 2**63)]).flatten()
    # 24-bit uniforms: of 24,000 values hardly any two are equal
    assert len(z.unique()) > 23_900


@pytest.mark.parametrize("shape", [(1,), (3,), (8,), (64,)])
def test_values_are_normal(shape):
    z = normal(11, 1000, 200_000 // shape[0], shape).flatten().double().numpy()
    assert stats.kstest(z, "norm").pvalue > 1e-3
    # moments within five standard errors
    n = len(z)
    assert abs(z.mean()) < 5 / math.sqrt(n)
    assert abs(z.var() - 1) < 5 * math.sqrt(2 / n)
    assert abs(stats.kurtosis(z)) < 5 * math.sqrt(24 / n)
    # with 24 bits the largest value is sqrt(50 log 2)
    assert np.abs(z).max() <= 5.8871


def test_tails_are_populated():
    z = normal(5, 0, 500_000, (8,)).abs()
    for level in (3.0, 4.0, 4.5):
        expected = z.numel() * 2 * stats.norm.sf(level)
        assert abs((z > level).sum() - expected) < 5 * math.sqrt(expected)


def test_neither_dimensions_nor_neighbouring_events_nor_seeds_are_correlated():
    n, d = 40_000, 12
    z = normal(2, 0, n + 1, (d,)).double()
    other = normal(3, 0, n, (d,)).double()
    bound = 5.5 / math.sqrt(n)
    dimensions = z[:-1].T @ z[:-1] / n - torch.eye(d)
    assert dimensions.abs().max() < bound * math.sqrt(2)
    for a, b in ((z[:-1], z[1:]), (z[:-1], other), (z[:-1].square() - 1, z[1:].square() - 1)):
        assert (a.T @ b / n).abs().max() < 2 * bound


def test_pairs_fill_the_circle_evenly():
    z = normal(4, 0, 100_000, (8,)).double().numpy()
    # radius and angle of each pair of one Box-Muller transform
    for i in range(4):
        angle = np.arctan2(z[:, i + 4], z[:, i]) / (2 * math.pi) + 0.5
        share = np.exp(-0.5 * (z[:, i] ** 2 + z[:, i + 4] ** 2))
        assert stats.kstest(angle, "uniform").pvalue > 1e-4
        assert stats.kstest(share, "uniform").pvalue > 1e-4
        assert abs(np.corrcoef(angle, share)[0, 1]) < 5 / math.sqrt(len(z))
