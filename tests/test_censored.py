"""Copulas of values that are cut off below."""

import numpy as np
import pytest
import torch

from cloudburst.detector import Axis, Readout
from cloudburst.generators.censored import fit_copula, tapers
from cloudburst.streams import Stream

CELLS = 6
NEIGHBOUR = 0.6


def cut(n=6000, edge=0.3):
    """Normal values with correlations 0.6^distance around 0.5 c, known above an edge only."""
    distance = np.abs(np.subtract.outer(np.arange(CELLS), np.arange(CELLS)))
    rng = np.random.default_rng(0)
    c = rng.standard_normal((n, 1))
    z = 0.5 * c + rng.multivariate_normal(np.zeros(CELLS), NEIGHBOUR**distance, n)
    floor = torch.full((n, CELLS), edge, dtype=torch.float64)
    return torch.from_numpy(z).clamp(min=edge), floor, torch.from_numpy(c), NEIGHBOUR**distance


def test_what_is_cut_off_does_not_weaken_correlations():
    x, floor, c, expected = cut()
    fitted = fit_copula(x, floor, c, [torch.ones(CELLS, CELLS)], 1, Stream(0))
    found = fitted.factors @ fitted.factors.T + fitted.local[0] @ fitted.local[0].T
    np.testing.assert_allclose(found, expected, atol=0.09)
    np.testing.assert_allclose(fitted.trend, np.full((CELLS, 1), 0.5), atol=0.05)
    seen = torch.cov((x - x.mean(0)).T)
    assert float(seen[0, 0]) < 0.5  # what a fit to the values as they are would start from


def test_far_cells_are_correlated_by_factors_only():
    x, floor, c, _ = cut(2000)
    near = torch.ones(3, 3)
    fitted = fit_copula(x, floor, c, [near, near], 1, Stream(0))
    assert [tuple(root.shape) for root in fitted.local] == [(3, 3), (3, 3)]
    assert fitted.factors.abs().max() > 0.1


def test_the_same_stream_gives_the_same_copula():
    x, floor, c, _ = cut(500)
    one, two = (fit_copula(x, floor, c, [torch.ones(6, 6)], 1, Stream(3)) for _ in range(2))
    assert torch.equal(one.factors, two.factors)


def strips(x, y):
    axes = Axis.regular("x", 3, 0.0, 3 * x, "mm"), Axis.regular("y", 4, 0.0, 4 * y, "mm")
    return Readout("strips", axes, "MeV")


def test_strips_are_near_along_their_width_only():
    blocks = tapers((strips(160.0, 5.0),))
    assert [tuple(block.shape) for block in blocks] == [(4, 4)] * 3
    expected = np.exp(-np.square([0, 1, 2, 3]) / 8)
    np.testing.assert_allclose(blocks[0][0], expected)


def test_square_cells_are_near_all_around():
    (block,) = tapers((strips(5.0, 5.0),))
    assert float(block[0, 4]) == pytest.approx(np.exp(-1 / 8))
    assert float(block[0, 5]) == pytest.approx(np.exp(-2 / 8))
