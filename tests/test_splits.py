"""Splits: halves that share nothing, candidates that fit them, resampled events."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.events import Events
from cloudburst.validation.splits import Split, resample, split_randomly, used_only

DETECTOR = Detector(
    "counter",
    (Condition("energy", "GeV", 0.0, 9.0), Condition("side", "", 0, 1, ("left", "right"))),
    (Readout("signal", (Axis.regular("x", 1, 0, 1),), "ADC"),),
)


def events(conditions: np.ndarray) -> Events:
    signal = np.arange(len(conditions), dtype=np.float32)[:, None]
    return Events(DETECTOR, conditions.astype(np.float32), {"signal": signal})


def drawn(n: int, seed: int) -> Events:
    return events(DETECTOR.draw_conditions(n, np.random.default_rng(seed)))


def discrete(n: int, rng: np.random.Generator) -> np.ndarray:
    return np.stack([rng.integers(3, size=n), rng.integers(2, size=n)], axis=1)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 40), st.integers(1, 60), st.booleans(), st.integers(0, 99))
def test_no_event_is_used_twice(reference: int, candidate: int, few: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = (
        [events(discrete(n, rng)) for n in (reference, candidate)]
        if few
        else [drawn(reference, seed), drawn(candidate, seed + 1)]
    )
    split = split_randomly(*samples, rng)
    n = min(reference // 2, candidate)
    assert [len(indices) for indices in split] == [n, n, n]
    assert len(set(split.reference) | set(split.other)) == 2 * n
    assert len(set(split.candidate)) == n
    assert all(0 <= i < reference for i in (*split.reference, *split.other))
    assert all(0 <= i < candidate for i in split.candidate)


@pytest.mark.parametrize("copies", [1, 3])
@pytest.mark.parametrize("few", [False, True])
def test_candidates_are_at_the_conditions_of_the_other_half(copies: int, few: bool) -> None:
    rng = np.random.default_rng(0)
    reference = events(discrete(30, rng)) if few else drawn(30, 0)
    candidate = events(rng.permutation(np.repeat(reference.conditions, copies, axis=0)))
    for _ in range(5):
        split = split_randomly(reference, candidate, rng)
        expected = reference.conditions[split.other]
        assert np.array_equal(candidate.conditions[split.candidate], expected)
        assert len(set(split.candidate)) == 15


def test_candidates_of_one_condition_are_chosen_at_random() -> None:
    reference = events(np.zeros((10, 2)))
    candidate = events(np.zeros((40, 2)))
    rng = np.random.default_rng(0)
    chosen = np.concatenate(
        [split_randomly(reference, candidate, rng).candidate for _ in range(200)]
    )
    # each of 40 is drawn 25 times on average
    assert np.bincount(chosen, minlength=40).min() > 8


def test_other_conditions_are_drawn_at_random() -> None:
    split = split_randomly(drawn(30, 0), drawn(20, 1), np.random.default_rng(0))
    assert len(set(split.candidate)) == 15
    assert set(split.candidate) != set(range(15))


def test_only_the_used_candidates_are_kept() -> None:
    candidate = drawn(100, 0)
    splits = [
        Split(np.array([0, 1]), np.array([2, 3]), np.array([70, 5])),
        Split(np.array([3, 1]), np.array([2, 0]), np.array([5, 99])),
    ]
    kept, renumbered = used_only(candidate, splits)
    assert kept.readouts["signal"][:, 0].tolist() == [5, 70, 99]
    assert [s.candidate.tolist() for s in renumbered] == [[1, 0], [0, 2]]
    assert [s.reference.tolist() for s in renumbered] == [[0, 1], [3, 1]]


def test_resampling_repeats_events_alike_in_all_splits() -> None:
    rng = np.random.default_rng(0)
    splits = [split_randomly(drawn(60, 0), drawn(60, 1), rng) for _ in range(3)]
    again = resample(splits, rng)
    times = np.zeros((3, 2, 60), int)
    for k, (before, after) in enumerate(zip(splits, again, strict=True)):
        halves = np.concatenate([after.reference, after.other])
        times[k] = np.bincount(halves, minlength=60), np.bincount(after.candidate, minlength=60)
        assert set(after.reference) <= set(before.reference)
        assert set(after.other) <= set(before.other)
        assert set(after.candidate) <= set(before.candidate)
    assert np.array_equal(times[0, 0], times[1, 0])
    for i in set(splits[0].candidate) & set(splits[1].candidate):
        assert times[0, 1, i] == times[1, 1, i]
    assert times[0, 0].mean() == pytest.approx(1, abs=0.4)
    assert times[0, 0].var() == pytest.approx(1, abs=0.6)


def test_resampling_leaves_no_sample_empty() -> None:
    rng = np.random.default_rng(0)
    one = Split(np.array([0]), np.array([1]), np.array([0]))
    assert all(len(indices) for _ in range(50) for indices in resample([one], rng)[0])
