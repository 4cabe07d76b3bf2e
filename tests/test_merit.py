"""The figure of merit, against hand-worked scores and where it must be smallest."""

import math

import numpy as np
import pytest

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.observables import Observable
from cloudburst.validation import figure_of_choice, figure_of_merit

COUNTER = Detector(
    "counter",
    (Condition("energy", "GeV", 1.0, 10.0),),
    (Readout("signal", (Axis.regular("x", 1, 0, 1),), "MeV"),),
)
SIGNAL = Observable("signal", "MeV", lambda e: e.readouts["signal"][:, 0])
HOLES = Observable("holes", "MeV", lambda e: np.where(SIGNAL(e) > 5, SIGNAL(e), np.nan))


def counts(signal: list[float], energy: list[float]) -> Events:
    arrays = np.array(signal, np.float32)[:, None], np.array(energy, np.float32)[:, None]
    return Events(COUNTER, arrays[1], {"signal": arrays[0]})


def drawn(n: int, seed: int, repeats: int = 1, shift: float = 0.0, width: float = 1.0) -> Events:
    rng = np.random.default_rng(seed)
    energy = np.tile(np.linspace(1, 10, n), repeats)
    return counts(
        list(10 * energy + shift + width * rng.normal(size=len(energy)) + 5), list(energy)
    )


def test_a_score_worked_by_hand() -> None:
    reference = counts([0.0, 2.0], [1.0, 2.0])  # standard deviation 1
    candidate = counts([1.0, 2.0, 3.0, 2.0], [1.0, 2.0, 1.0, 2.0])
    # event 0: (1 + 3) / 2 - |1 - 3| / 2 = 1; event 1: 0
    assert figure_of_merit(reference, candidate, [SIGNAL]) == pytest.approx(0.5)


def test_undefined_values_count_as_one_deviation_below_the_smallest() -> None:
    reference = counts([6.0, 8.0], [1.0, 2.0])  # standard deviation 1, smallest 6
    candidate = counts([0.0, 8.0, 0.0, 8.0], [1.0, 2.0, 1.0, 2.0])
    assert figure_of_merit(reference, candidate, [HOLES]) == pytest.approx(0.5)
    nowhere = counts([1.0, 2.0], [1.0, 2.0])
    assert figure_of_merit(nowhere, candidate, [HOLES]) == 0


def test_the_true_law_scores_best() -> None:
    reference = drawn(2000, 0)
    true = figure_of_merit(reference, drawn(2000, 1, 8), [SIGNAL])
    for wrong in ({"shift": 0.4}, {"width": 0.7}, {"width": 1.4}, {"width": 0.01}):
        assert figure_of_merit(reference, drawn(2000, 1, 8, **wrong), [SIGNAL]) > true


@pytest.mark.parametrize("repeats", [0, 1])
def test_too_few_repeats_are_refused(repeats: int) -> None:
    with pytest.raises(DataError, match="twice over"):
        figure_of_merit(drawn(20, 0), drawn(20, 1)[: 20 * repeats], [SIGNAL])


def test_other_conditions_and_no_observables_are_refused() -> None:
    reference, candidate = drawn(20, 0), drawn(20, 1, 2)
    with pytest.raises(DataError, match="conditions"):
        figure_of_merit(reference, candidate[::-1], [SIGNAL])
    with pytest.raises(DataError, match="an observable"):
        figure_of_merit(reference, candidate, [])


def test_no_observable_decides_alone():
    reference, candidate = drawn(50, 0), drawn(50, 1, 2)
    scores = [figure_of_merit(reference, candidate, [o]) for o in (SIGNAL, HOLES)]
    wanted = sum(math.log1p(score) for score in scores) / 2
    assert figure_of_choice(reference, candidate, [SIGNAL, HOLES]) == pytest.approx(wanted)
    assert figure_of_merit(reference, candidate, [SIGNAL, HOLES]) == pytest.approx(sum(scores) / 2)
