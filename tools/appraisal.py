"""What the card of a shipped surrogate says, measured with the package's own validation."""

from __future__ import annotations

__all__ = ["ENGINES", "Appraisal", "appraise"]

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from cloudburst import noise
from cloudburst.benchmark import speed_table
from cloudburst.classifier import LOG_CELLS, LOW_LEVEL, ClassifierTest, Network, standard_tests
from cloudburst.distances import Measurement
from cloudburst.engines import ENGINES as KNOWN
from cloudburst.events import Events
from cloudburst.experiment import FULL, QUICK, Orders, validate_journey
from cloudburst.experiment.candidate import load_candidate, load_full_simulation
from cloudburst.experiment.common import common_ground
from cloudburst.experiment.telling import silent
from cloudburst.observables import Observable, has_response, response, total
from cloudburst.surrogate import Surrogate
from cloudburst.validation import ClassifierRow, Report
from cloudburst.validation.conditions import condition_bins
from cloudburst.validation.trends import Trend, trend
from cloudburst.zoo import Distance, Figure, Judged, Response, Speed

# The standard tests, and networks that see every cell.
TESTS = (
    *standard_tests(),
    *(ClassifierTest(inputs, Network((256, 256))) for inputs in (LOG_CELLS, LOW_LEVEL)),
)
EFFORT = dataclasses.replace(
    FULL, name="card", tests=TESTS, giveaways=False, joint=QUICK.joint, baseline=200, figures=4,
    batches=(1024,),
)  # fmt: skip
PROTOCOL = (
    "half of the test events against surrogate events at as many other conditions, and against "
    "the other half, which is the floor; five trainings, each judged on a fifth that it never "
    "saw; means over the seeds, with the error of one seed, as all share the test events"
)
ENGINES = ("eager", "onnxruntime", "openvino")
BATCHES = (1, 128, 1024, 10_000)
_SECONDS = 0.5
_BINS = 6
_WORST = 6


@dataclasses.dataclass(frozen=True)
class Appraisal:
    """Figures of a surrogate.

    Attributes:
        judged: What classifiers find.
        condition: Whose bins `responses` are of, with its unit.
        quantity: What is averaged in them, with its unit.
        responses: Means and widths in bins.
        worst: Observables farthest above their floor.
        gates: Verdict of each gate.
        speed: Times by engine and batch.
        full_ms: Time of an event of full simulation in ms, None if not known.
    """

    judged: tuple[Judged, ...]
    condition: str
    quantity: str
    responses: tuple[Response, ...]
    worst: tuple[Distance, ...]
    gates: dict[str, str]
    speed: tuple[Speed, ...]
    full_ms: float | None


def appraise(
    folder: Path, test: Path, report: Path, seeds: Sequence[int], say: Callable[[str], None]
) -> Appraisal:
    """Judges a surrogate as it is shipped.

    Args:
        folder: Its folder.
        test: File of full simulation that it never saw.
        report: Folder for the report of the first seed.
        seeds: Seeds of sampling, splits and classifiers.
        say: Hears what is being done.
    """
    say("validating")
    verdict = validate_journey(folder, test, report, Orders(seeds[0], True, EFFORT))
    full = load_full_simulation(test)
    rows = list(verdict.classifier)
    for seed in seeds[1:]:
        say(f"classifying, seed {seed}")
        rows += _classified(folder, full.events, seed)
    say("binning")
    candidate = load_candidate(folder, full.events, seeds[0], (), silent)
    reference, made, _ = common_ground(full.events, candidate.events)
    condition, quantity, responses = _responses(reference, made)
    say("timing")
    gates = {f"{gate.code} {gate.title}": str(gate.status) for gate in verdict.gates}
    speed = tuple(_speed(Surrogate.load(folder)))
    found = _judged(rows), condition, quantity, responses, _worst(verdict.report), gates, speed
    return Appraisal(*found, full.ms_per_event)


def _worst(report: Report) -> tuple[Distance, ...]:
    return tuple(
        Distance(
            name=check.name.replace(":", ", "),
            distance=_figure(check.measured),
            floor=_figure(check.floor),
        )
        for check in report.worst(_WORST)
    )


def _classified(folder: Path, full: Events, seed: int) -> Iterator[ClassifierRow]:
    """What every classifier finds with samples of another seed."""
    candidate = load_candidate(folder, full, seed, (), silent)
    reference, made, _ = common_ground(full, candidate.events)
    for test in TESTS:
        found = test(reference, made, seed)
        yield ClassifierRow(
            found.name, found.auc, found.floor_auc, found.training_events, found.jsd
        )


def _judged(rows: Sequence[ClassifierRow]) -> tuple[Judged, ...]:
    """Of each classifier the mean over seeds."""
    names = dict.fromkeys(row.name for row in rows)
    found = {name: [row for row in rows if row.name == name] for name in names}
    return tuple(
        Judged(
            name=name,
            auc=_mean([row.auc for row in some]),
            floor=_mean([row.floor for row in some]),
            training_events=some[0].training_size,
        )
        for name, some in found.items()
    )


def _mean(values: Sequence[Measurement]) -> Figure:
    error = math.sqrt(np.mean([v.error**2 for v in values]))
    return Figure(value=float(np.mean([v.value for v in values])), error=error)


def _figure(measured: Measurement) -> Figure:
    return Figure(value=float(measured.value), error=float(measured.error))


def _responses(reference: Events, made: Events) -> tuple[str, str, tuple[Response, ...]]:
    """Mean and relative width of the signal in bins of the condition that says most."""
    observable, name = _quantity(reference)
    condition = reference.detector.conditions[reference.detector.condition_index(name)]
    along = condition_bins(condition, reference.condition(name), _BINS)
    trends = [trend(e.condition(name), observable(e), along.edges) for e in (reference, made)]
    bins = zip(along.edges[:-1], along.edges[1:], strict=True)
    found = tuple(_bin(low, high, i, *trends) for i, (low, high) in enumerate(bins))
    return f"{name} [{condition.unit}]", _named(observable), found


def _named(observable: Observable) -> str:
    return f"{observable.name} [{observable.unit}]" if observable.unit else observable.name


def _quantity(events: Events) -> tuple[Observable, str]:
    detector = events.detector
    if has_response(detector):
        return response(detector), "energy"
    names = {condition.name for condition in detector.conditions}
    signal = total(detector.readouts[0])
    if {"px", "py", "pz"} <= names:
        return Observable("signal / momentum", "MeV/GeV", lambda e: signal(e) / _momentum(e)), "pz"
    return signal, "drift_length" if "drift_length" in names else detector.conditions[0].name


def _momentum(events: Events) -> np.ndarray:
    return np.sqrt(sum(events.condition(name).astype(float) ** 2 for name in ("px", "py", "pz")))


def _bin(low: float, high: float, i: int, full: Trend, made: Trend) -> Response:
    return Response(
        low=low,
        high=high,
        full=Figure(value=full.mean[i], error=full.mean_error[i]),
        made=Figure(value=made.mean[i], error=made.mean_error[i]),
        full_resolution=_resolution(full, i),
        made_resolution=_resolution(made, i),
    )


def _resolution(of: Trend, i: int) -> Figure:
    """Width over mean; the error of the mean hardly matters."""
    return Figure(value=of.width[i] / of.mean[i], error=of.width_error[i] / abs(of.mean[i]))


def _speed(surrogate: Surrogate) -> list[Speed]:
    noise.prepare()
    return [
        Speed(
            engine=name,
            batch=timing.batch,
            microseconds=Figure(value=1e3 * timing.mean, error=1e3 * timing.error),
        )
        for name in ENGINES
        if not KNOWN[name].missing()
        for timing in speed_table(surrogate, BATCHES, seconds=_SECONDS, engine=name)
    ]
