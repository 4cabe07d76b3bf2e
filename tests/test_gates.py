"""Gates let a perfect candidate through and stop twelve damaged ones."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from cloudburst.detectors.calogan import CALOGAN
from cloudburst.distances import Measurement
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.validation import Check, ClassifierRow, Report, standard_metrics, validate
from cloudburst.validation.conditions import HeldOut
from cloudburst.validation.gates import (
    Family,
    Finding,
    Gate,
    GateLimits,
    JointEvidence,
    ParityResult,
    Status,
    TimingPair,
    Unusable,
    determinism,
    invariants,
    joint,
    parity,
    physics,
    speed,
)
from cloudburst.validation.gates.bins import average, bins_of, compare
from cloudburst.validation.gates.correlations import rank_correlations
from cloudburst.validation.gates.shapes import _spread
from cloudburst.validation.multivariate import (
    QUICK,
    JointCheck,
    JointReport,
    compare_jointly,
    manifold_scores,
)
from cloudburst.validation.multivariate.spaces import complete, observables
from components import TOY, showers
from damages import ANGLES, DAMAGES, SHOWERS, WITH_ANGLES, halves, load, with_threshold

LIMITS = GateLimits()
NO_DISTANCES = Report("", 0, 0, 0, ())
needs_showers = pytest.mark.skipif(not SHOWERS.is_file(), reason=f"no {SHOWERS}")


@pytest.fixture(scope="module")
def samples():
    plain = load(SHOWERS, CALOGAN)
    angles = load(ANGLES, WITH_ANGLES)
    return {"showers": plain, "angles": angles, "threshold": with_threshold(plain)}


def manifolds(reference: Events, candidate: Events) -> JointReport:
    """Precision, recall, density and coverage beside those of the reference's other half."""
    half = len(reference) // 2
    parts = reference[:half], reference[half : 2 * half], candidate[:half]
    points = complete(*map(observables, parts))
    first, other, made = (part / points[0].std(axis=0) for part in points)
    found, floor = manifold_scores(first, made), manifold_scores(first, other)
    return of_checks(
        *(
            JointCheck(name, getattr(found, name), getattr(floor, name), 1.0, half)
            for name in ("precision", "recall", "density", "coverage")
        )
    )


def of_checks(*checks: JointCheck) -> JointReport:
    return JointReport(checks, (), None, None, None, None)


def gates(reference, candidate, report=NO_DISTANCES, known=None) -> dict[str, Gate]:
    found = (
        invariants(reference, candidate, Unusable(0, len(candidate)), LIMITS),
        physics(reference, candidate, report, LIMITS),
        joint(reference, candidate, JointEvidence(report=known), LIMITS),
    )
    return {gate.code: gate for gate in found}


@needs_showers
@pytest.mark.parametrize("name", DAMAGES)
def test_each_damage_is_caught_by_the_gate_meant_for_it(samples, name):
    damage = DAMAGES[name]
    reference, perfect = halves(samples[damage.sample], 1)
    damaged = damage.do(perfect, np.random.default_rng(0))
    known = manifolds(reference[:1500], damaged[:1500]) if damage.gate == "G3" else None
    found = gates(reference, damaged, known=known)[damage.gate]
    assert found.status is Status.FAILED
    failed = {family.name.partition(" at ")[0] for family in found.failed()}
    assert damage.families & failed, failed


@needs_showers
@pytest.mark.parametrize("sample", ["showers", "angles", "threshold"])
def test_full_simulation_passes_against_itself(samples, sample):
    reference, perfect = halves(samples[sample], 1)
    report = validate(reference, perfect, standard_metrics(reference.detector), repeats=5)
    found = gates(reference, perfect, report, manifolds(reference[:1500], perfect[:1500]))
    for gate in found.values():
        assert gate.status in (Status.PASSED, Status.UNDECIDED), gate.failed()


@pytest.mark.slow
@needs_showers
def test_full_simulation_passes_at_the_stated_rate(samples):
    """Two gates of a level of 0.5 %: one of twenty draws may fail by chance, three may not."""
    failures = 0
    for draw in range(20):
        reference, perfect = halves(samples["showers"], 100 + draw)
        report = validate(reference, perfect, standard_metrics(CALOGAN), seed=draw)
        known = compare_jointly(reference, perfect, None, draw, QUICK)
        found = gates(reference, perfect, report, known)
        failures += any(gate.status is Status.FAILED for gate in found.values())
    assert failures <= 1


def test_a_finding_fails_only_beyond_its_limit_and_beyond_chance():
    far = Finding("", 3.0, 1.0, 0.1)
    assert far.status(4.0) is Status.FAILED
    assert dataclasses.replace(far, error=0.8).status(4.0) is Status.PASSED
    assert dataclasses.replace(far, limit=3.0).status(4.0) is Status.PASSED
    assert dataclasses.replace(far, error=5.0).status(4.0) is Status.UNDECIDED
    assert dataclasses.replace(far, value=float("nan")).status(4.0) is Status.FAILED
    assert dataclasses.replace(far, error=5.0).lacking(4.0) == pytest.approx(4.0)
    assert far.seen_from(4.0) == 1.0
    assert dataclasses.replace(far, error=0.5, expected=1.0).seen_from(4.0) == 3.0


def test_chance_is_shared_among_families_and_findings():
    one = Family("one", (Finding("", 0.0, 1.0),))
    assert one.threshold(0.05) == pytest.approx(1.95996, abs=1e-4)
    assert Family("two", one.findings * 10).threshold(0.5) == pytest.approx(1.95996, abs=1e-4)
    gate = Gate("G2", "", (one, one, Family("none", ())), level=0.1)
    assert gate.share == 0.05
    assert Gate("G4", "", (Family("none", ()),)).status is Status.NOT_MEASURED


def test_normal_values_fail_no_more_often_than_the_level():
    rng = np.random.default_rng(0)
    failed = sum(
        Family("", tuple(Finding("", abs(v), 0.0, 1.0) for v in rng.normal(size=50))).status(0.1)
        is Status.FAILED
        for _ in range(500)
    )
    assert 25 <= failed <= 75  # 0.1 of 500, give or take three standard errors


def test_the_long_tail_of_chi_squared_fails_no_more_often_than_a_normal_one():
    for freedom in (1, 5, 19):
        far = 1 + 4 * _spread(freedom)
        assert stats.chi2.sf(far * freedom, freedom) == pytest.approx(stats.norm.sf(4), rel=1e-6)
        assert _spread(freedom) > np.sqrt(2 / freedom)


def test_errors_of_means_and_widths_are_those_of_two_samples_of_one_source():
    rng = np.random.default_rng(1)
    pulls = []
    for _ in range(400):
        found = compare(rng.normal(5, 2, 300), rng.normal(5, 2, 200))
        pulls.append((found.moved / found.moved_error, found.widened / found.widened_error))
    np.testing.assert_allclose(np.std(pulls, axis=0), 1, atol=0.15)
    np.testing.assert_allclose(np.mean(pulls, axis=0), 0, atol=0.2)
    assert compare(np.ones(5), np.ones(5)) is None
    assert np.isnan(compare(np.ones(50), np.ones(50)).widened)


def test_bins_hold_every_event_once():
    reference, candidate = showers(TOY, 900), showers(TOY, 700, seed=1)
    places = list(bins_of(reference, candidate))
    for condition in TOY.conditions:
        mine = [place for place in places if place.condition == condition.name]
        assert sum(len(place.reference) for place in mine) == 900
        assert sum(len(place.candidate) for place in mine) == 700
    assert average([1.0, 2.0], [1.0, 1e9])[0] == pytest.approx(1.0)


def test_what_must_not_be_is_counted():
    events = showers(TOY, 50)
    outside = events.conditions.copy()
    outside[0] = 1e6
    moved = Events(TOY, outside, events.readouts)
    gate = invariants(events, moved, Unusable(3, 53, "cells: NaN in event 7"), LIMITS)
    failed = {family.name: family.worst(gate.share) for family in gate.failed()}
    assert failed["finite and not negative"].value == 3
    assert "event 7" in failed["finite and not negative"].remark
    assert failed["conditions in range"].value == 1


def noisy(conditions, seed, first, batch):
    """Events whose signals depend on their number within the run alone."""
    events = showers(TOY, len(conditions))
    rows = [np.random.default_rng([seed, first + i]).random() for i in range(len(conditions))]
    factor = np.asarray(rows, np.float32)
    readouts = {
        k: np.ones_like(v) * factor.reshape(-1, *[1] * (v.ndim - 1))
        for k, v in events.readouts.items()
    }
    return Events(TOY, conditions, readouts)


def test_determinism_is_tried_and_its_loss_noticed():
    conditions = showers(TOY, 300).conditions
    assert determinism(noisy, conditions, LIMITS).status is Status.PASSED

    def by_batch(conditions, seed, first, batch):
        return noisy(conditions, seed + (batch == 7), first, batch)

    def by_call(conditions, seed, first, batch):
        return noisy(conditions, seed, 0, batch)

    def stuck(conditions, seed, first, batch):
        return noisy(conditions, 0, first, batch)

    for broken, name in (
        (by_batch, "batches of 7"),
        (by_call, "two shards, the second first"),
        (stuck, "another seed, the same events"),
    ):
        gate = determinism(broken, conditions, LIMITS)
        assert gate.status is Status.FAILED
        assert gate.failed()[0].worst(gate.share).name == name
    assert determinism(None, conditions, LIMITS).status is Status.NOT_MEASURED


def test_classifiers_and_joint_figures_are_held_against_limits_and_floors():
    events = showers(TOY, 100)
    row = ClassifierRow("trees", Measurement(0.9, 0.01), Measurement(0.5, 0.01), 80)
    fpd = JointCheck("FPD", Measurement(0.5, 0.01), Measurement(0.01, 0.005), 0.0, 100)
    lost = JointCheck("recall", Measurement(0.5, 0.01), Measurement(0.9, 0.01), 1.0, 100)
    inside, beside = (
        Report("", 0, 0, 0, (Check("x", Measurement(d, 0.01), Measurement(1.0, 0.01)),))
        for d in (5.0, 1.0)
    )
    worse = HeldOut("energy", 4.0, 5.0, inside, beside, False)
    gate = joint(events, events, JointEvidence([row], of_checks(fpd, lost), worse), LIMITS)
    failed = {family.name for family in gate.failed()}
    assert failed == {"classifier AUC", "joint distances", "realism and diversity",
                      "held-out slice"}  # fmt: skip
    good = dataclasses.replace(row, auc=Measurement(0.6, 0.01))
    gate = joint(events, events, JointEvidence([good]), LIMITS)
    assert gate.status is Status.PASSED
    families = {f["name"]: f for f in gate.to_dict()["families"]}
    assert families["joint distances"]["status"] == "not measured"
    assert families["classifier AUC"]["worst"]["value"] == 0.6


def test_rank_correlations_differ_by_their_error_and_a_lost_one_is_noticed():
    pulls = []
    for seed in range(8):
        samples = showers(TOY, 400, seed=seed), showers(TOY, 300, seed=100 + seed)
        found = rank_correlations(*samples, 0.1)
        pulls += [f.value / f.error for f in found if abs(float(f.remark.split(",")[0])) < 0.9]
    assert 0.85 < np.sqrt(np.mean(np.square(pulls))) < 1.15
    events = showers(TOY, 400, seed=1)
    order = np.random.default_rng(0).permutation(400)
    shuffled = {k: v[order] if k == "back" else v for k, v in events.readouts.items()}
    gate = joint(samples[0], Events(TOY, events.conditions, shuffled), JointEvidence(), LIMITS)
    assert [family.name for family in gate.failed()] == ["correlations"]
    assert rank_correlations(events[:50], events[:50], 0.1) == ()


def test_exports_and_speed():
    assert parity([], LIMITS, "no export").status is Status.NOT_MEASURED
    assert parity([ParityResult("onnx", 1e-7)], LIMITS).status is Status.PASSED
    assert parity([ParityResult("onnx", 1e-3)], LIMITS).status is Status.FAILED
    assert speed([TimingPair("batch 1", 1.05, 0.01, 1.0)], LIMITS).status is Status.PASSED
    assert speed([TimingPair("batch 1", 1.3, 0.01, 1.0)], LIMITS).status is Status.FAILED
    assert speed([TimingPair("batch 1", 1.3, 0.2, 1.0)], LIMITS).status is not Status.FAILED


def test_limits_are_positive():
    for wrong in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(DataError, match="response"):
            GateLimits(response=wrong)
    with pytest.raises(DataError, match="level"):
        GateLimits(level=1.0)
