"""Schedules by hand, and settings without sense."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.errors import TrainingError
from cloudburst.training import PlayerConfig, Schedule, TrainConfig


@pytest.mark.parametrize(
    ("make", "options", "reason"),
    [
        (Schedule, {"shape": "cosin"}, "did you mean 'cosine'"),
        (Schedule, {"warmup": 1.0}, "warmup"),
        (Schedule, {"warmup": -0.1}, "warmup"),
        (Schedule, {"final": -1.0}, "final"),
        (Schedule, {"times": 0.0}, "times"),
        (PlayerConfig, {"optimizer": "adamw2"}, "did you mean 'adamw'"),
        (PlayerConfig, {"rate": 0.0}, "rate"),
        (PlayerConfig, {"rate": math.nan}, "rate"),
        (PlayerConfig, {"betas": (0.5, 1.0)}, "betas"),
        (PlayerConfig, {"weight_decay": -1.0}, "weight_decay"),
        (PlayerConfig, {"clip": -1.0}, "clip"),
        (TrainConfig, {"steps": 0}, "steps"),
        (TrainConfig, {"batch": 0}, "batch"),
        (TrainConfig, {"log_every": 0}, "log_every"),
        (TrainConfig, {"validate_every": -1}, "validate_every"),
        (TrainConfig, {"average": 1.0}, "average"),
        (TrainConfig, {"seed": -1}, "seed"),
        (TrainConfig, {"threads": -1}, "threads"),
        (TrainConfig, {"tolerance": -0.1}, "tolerance"),
    ],
)
def test_settings_without_sense_are_refused(make, options, reason):
    with pytest.raises(TrainingError, match=reason):
        make(**options)


def test_schedules_by_hand():
    cosine = Schedule("cosine", warmup=0.2, final=0.1)
    # half way after the warm-up: 0.1 + 0.9 / 2
    for done, factor in ((0.0, 0.0), (0.1, 0.5), (0.2, 1.0), (0.6, 0.55), (1.0, 0.1)):
        assert cosine(done) == pytest.approx(factor)
    assert Schedule()(0.7) == 1.0
    assert Schedule("linear", final=0.5)(0.5) == pytest.approx(0.75)
    assert Schedule("exponential", times=2.0)(0.5) == pytest.approx(math.exp(-1))


@given(
    shape=st.sampled_from(["constant", "cosine", "linear", "exponential"]),
    warmup=st.floats(0, 0.99),
    final=st.floats(0, 1),
    done=st.floats(0, 1),
)
def test_schedules_stay_in_range_and_fall_after_the_warm_up(shape, warmup, final, done):
    schedule = Schedule(shape, warmup, final)
    assert 0 <= schedule(done) <= 1 + 1e-9
    if done >= warmup:
        assert schedule(done) >= min(1.0, final) - 1e-9
        assert schedule(done) >= schedule(1.0) - 1e-9
