"""Floors of distances, and another program's transport."""

import math

import numpy as np
import pytest

from cloudburst.distances import floor, normalized_wasserstein, wasserstein
from cloudburst.errors import DataError
from test_distances import ALL, normal


def test_agreement_with_optimal_transport() -> None:
    # another program: exact transport between two weighted sets of points
    ot = pytest.importorskip("ot")
    x, y = normal(60, 20), 0.5 + 1.5 * normal(45, 21)
    cost = np.abs(x[:, None] - y[None])
    expected = ot.emd2(np.full(60, 1 / 60), np.full(45, 1 / 45), cost)
    assert wasserstein(x, y) == pytest.approx(expected)
    assert ot.wasserstein_1d(x, y) == pytest.approx(expected)
    assert normalized_wasserstein(x, y) == pytest.approx(expected / np.std(x))


@pytest.mark.parametrize("distance", ALL)
def test_a_candidate_of_the_same_law_is_at_the_floor(distance) -> None:
    x = normal(800, 22)
    found = floor(distance, x, np.random.default_rng(0), repeats=40)
    same = [distance(x[:400], normal(400, 30 + i)) for i in range(30)]
    assert np.mean(same) == pytest.approx(found.value, abs=3 * found.error / math.sqrt(20))
    assert distance(x[:400], normal(400, 23) + 0.9) > found.value + 3 * found.error


def test_a_floor_is_that_of_parts_of_the_wanted_size() -> None:
    sizes = set()

    def remember(a: np.ndarray, b: np.ndarray) -> float:
        sizes.add((len(a), len(b)))
        assert not set(a) & set(b)
        return 1.0

    rng = np.random.default_rng(0)
    assert floor(remember, np.arange(11.0), rng) == (1.0, 0.0)
    floor(remember, np.arange(11.0), rng, size=3)
    assert sizes == {(5, 5), (3, 3)}
    for wrong in ({"size": 6}, {"size": 0}, {"repeats": 1}):
        with pytest.raises(DataError, match="a floor needs two repeats"):
            floor(remember, np.arange(11.0), rng, **wrong)
