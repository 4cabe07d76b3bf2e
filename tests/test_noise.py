"""Noise belongs to the event: the same in any batch, normal, and without correlations."""

import hashlib
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cloudburst.noise import gauss, normal, prepare, source
from cloudburst.noise.philox import words

SHAPES = st.lists(st.integers(1, 5), min_size=1, max_size=3).map(tuple)
COUNTS = st.integers(1, 2**40)
GOLDEN = [-0.2297082096338272, -0.6326745748519897, -0.6510652303695679, -0.6532464623451233]


def scalar_philox(seed, event, k):
    """Philox4x32-10 with Python's integers."""
    mask = 2**32 - 1
    c, keys = [k, event & mask, event >> 32, 0], [seed & mask, seed >> 32]
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ keys[0], b & mask, (a >> 32) ^ c[3] ^ keys[1], a & mask]
        keys = [(keys[0] + 0x9E3779B9) & mask, (keys[1] + 0xBB67AE85) & mask]
    return c


def test_words_are_those_of_philox():
    # the known answer of Random123 for counter and key of zeros
    first = words(0, 0, 1, 1, "cpu").flatten().tolist()
    assert first == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


@given(seed=st.integers(0, 2**64 - 1), event=st.integers(0, 2**63 - 5))
def test_words_of_any_seed_and_event(seed, event):
    made = words(seed, event, 2, 3, "cpu")
    for i in range(2):
        for k in range(3):
            assert made[:, i, k].tolist() == scalar_philox(seed, event + i, k)


def test_first_values_are_fixed():
    # 24-bit uniforms u, v of the words; sqrt(-2 log u) times cos, sin 2 pi (v - 1/2)
    made = words(7, 0, 1, 2, "cpu").reshape(8).numpy() >> 8
    u, v = ((made + 0.5) / 2**24).reshape(2, 4)
    radius, angle = np.sqrt(-2 * np.log(u)), 2 * math.pi * (v - 0.5)
    wanted = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
    z = normal(7, 0, 1, (8,))[0].numpy()
    np.testing.assert_allclose(z, wanted, rtol=2e-6, atol=2e-6)
    np.testing.assert_array_equal(z[:4], np.array(GOLDEN, np.float32))


def test_polynomials_are_as_good_as_single_precision():
    made = words(1, 0, 2000, 64, "cpu")
    u, v = ((made >> 8).double() + 0.5).mul(2.0**-24).reshape(2, 2, 2000, 64).unbind(0)
    radius, angle = (-2 * u.log()).sqrt(), 2 * math.pi * (v - 0.5)
    radius, angle = (t.transpose(0, 1).reshape(2000, 128) for t in (radius, angle))
    wanted = torch.cat([radius * angle.cos(), radius * angle.sin()], dim=1)
    error = (gauss.to_normal(made).double() - wanted).abs()
    # the rounding of u near one moves a small radius by up to 2^-25 over the radius
    assert error.max() < 4e-5
    assert error.mean() < 2e-7


@given(seed=st.integers(0, 2**64 - 1), first=COUNTS, n=st.integers(1, 40), shape=SHAPES)
@settings(max_examples=50)
def test_machine_code_makes_the_same_bits(seed, first, n, shape):
    assert prepare()
    fast = source(1)(seed, first, n, shape)
    assert torch.equal(fast, normal(seed, first, n, shape))
    assert fast.dtype == torch.float32


def test_the_same_bits_where_numba_is_missing(run_python):
    code = """
import sys
sys.modules["numba"] = None
import importlib.util, hashlib
importlib.util.find_spec = lambda name, find=importlib.util.find_spec: (
    None if name == "numba" else find(name))
from cloudburst import noise
assert not noise.prepare()
z = noise.source(10**9)(3, 17, 40, (70,))
print(hashlib.sha256(z.numpy().tobytes()).hexdigest())
"""
    made = normal(3, 17, 40, (70,)).numpy()
    assert run_python(code).strip() == hashlib.sha256(made.tobytes()).hexdigest()


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
