"""The validation journey: a candidate against full simulation becomes a report."""

from __future__ import annotations

__all__ = ["Told", "Verdict", "validate_journey"]

import dataclasses
import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from ..benchmark import Timing, speed_table
from ..classifier import ClassifierResult, standard_tests
from ..distances import Measurement
from ..errors import DataError
from ..events import Events
from ..files import sha256
from ..formats import read_events
from ..observables import observables_for
from ..surrogate import Surrogate
from ..validation import ClassifierRow, Report, ReportContent, SpeedRow, standard_metrics
from ..validation import validate as compare
from ..validation.html import write_report
from .data import locate
from .environment import environment

# A surrogate makes several events at each test event's conditions, up to about this many.
_CANDIDATES = 10_000
_BATCHES = (1, 128, 1024)


class Told(Protocol):
    """Hears how far a journey is."""

    def __call__(self, stage: str, done: int, total: int | None, note: str = "") -> None:
        """`done` of `total` of a stage is done."""


class Candidate(NamedTuple):
    """What is judged.

    Attributes:
        name: What it is called.
        events: Its events.
        provenance: Where they came from.
        surrogate: What made them, if it is at hand.
        history: History of its training, if it is at hand.
    """

    name: str
    events: Events
    provenance: dict[str, Any]
    surrogate: Surrogate | None
    history: list[Any] | None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What a validation comes to.

    Attributes:
        report: Every comparison.
        classifier: How well classifiers tell candidate from full simulation.
        speed: Time per event; the full simulation first, where it is known.
        warnings: What the reader must know before believing it.
    """

    report: Report
    classifier: Sequence[ClassifierRow]
    speed: Sequence[SpeedRow]
    warnings: Sequence[str]

    def rows(self) -> list[tuple[str, str, str]]:
        """Label, value and what to hold it against, of each line of a short table."""
        rows = []
        for row in self.speed:
            batch = "" if row.batch is None else f", batch {row.batch}"
            times = "" if row.speed_up == 1 else f"{row.speed_up:,.0f} times faster"
            rows.append((f"{row.label}{batch}", f"{row.ms_per_event:.3g} ms/event", times))
        for test in self.classifier:
            floor = f"floor {_pm(test.floor)}, trained on {test.training_size:,} of each"
            rows.append((f"AUC, {test.name}", _pm(test.auc), floor))
        for check in self.report.worst(3):
            floor = f"floor {check.floor.value:.3f}: {check.ratio:.1f} times as far"
            rows.append((check.name.replace(":", ", "), _pm(check.measured), floor))
        return rows + [("warning", text, "") for text in self.warnings]


def validate_journey(
    candidate: str | Path,
    test: str | Path,
    folder: Path,
    seed: int = 0,
    packages: Collection[str] = (),
    overwrite: bool = False,
    told: Told | None = None,
) -> Verdict:
    """Judges a run, a surrogate or a file of events and writes the report.

    Args:
        candidate: Folder of a run or surrogate, or a file of events.
        test: Full simulation that the candidate never saw; a path or "sample:NAME".
        folder: Folder of report.html, report.json and the figures.
        seed: Seed of sampling, splits and classifiers.
        packages: Packages besides cloudburst whose classes a surrogate may use.
        overwrite: Whether a report already there is replaced.
        told: Hears how far it is.

    Raises:
        FileError: A file cannot be read, or the report is there.
        DataError: Candidate and test events do not fit, or are too few.
    """
    told = told or _silent
    reference, origin = read_events(locate(test))
    judged = _candidate(Path(locate(candidate)), reference, seed, packages, told)
    return judge(judged, reference, origin, sha256(locate(test)), folder, seed, overwrite, told)


def judge(
    judged: Candidate,
    reference: Events,
    origin: dict[str, Any],
    digest: str,
    folder: Path,
    seed: int,
    overwrite: bool,
    told: Told,
) -> Verdict:
    """Compares, classifies, times and writes the report; see `validate_journey`."""
    reference = _shared(reference, judged.events)
    metrics = standard_metrics(reference.detector)
    counted = _counter(told, "comparing", len(metrics))
    report = compare(reference, judged.events, metrics, seed, progress=counted)
    told("comparing", len(metrics), len(metrics))
    rows = [
        _classifier_row(test(reference, judged.events, seed, _classifier_told(told)))
        for test in standard_tests()
    ]
    speed = _speed(judged.surrogate, origin, told)
    verdict = Verdict(report, rows, speed, _warnings(judged, digest))
    content = ReportContent(
        title=f"{judged.name} against full simulation",
        report=report,
        reference=reference,
        candidate=judged.events,
        observables=observables_for(reference.detector),
        history=judged.history,
        speed=speed or None,
        classifier=rows,
        provenance={
            "candidate": judged.provenance,
            "full simulation": origin | {"sha256": digest},
            "validation": {"seed": seed, "environment": environment()},
        },
        names=(_simulator(origin), "Surrogate" if judged.surrogate else judged.name),
        figure_label="Mean normalised Wasserstein distance",
        warnings=tuple(verdict.warnings),
    )
    write_report(folder, content, overwrite, _counter(told, "drawing", None))
    return verdict


def _candidate(
    path: Path, reference: Events, seed: int, packages: Collection[str], told: Told
) -> Candidate:
    if not path.is_dir():
        events, provenance = read_events(path)
        return Candidate(path.name, events, provenance, None, None)
    surrogate = Surrogate.load(path, packages)
    wanted = [reference.condition(c.name) for c in surrogate.detector.conditions]
    repeats = max(1, _CANDIDATES // len(reference))
    conditions = np.tile(np.stack(wanted, axis=1), (repeats, 1))
    parts = []
    for part in surrogate.iterate(conditions, seed):
        parts.append(part)
        told("sampling", sum(map(len, parts)), len(conditions))
    history = path / "history.json"
    entries = json.loads(history.read_text(encoding="utf-8")) if history.is_file() else None
    name = surrogate.provenance.get("recipe", {}).get("name", path.name)
    return Candidate(name, Events.concatenate(parts), surrogate.provenance, surrogate, entries)


def _shared(reference: Events, candidate: Events) -> Events:
    """The reference with only the candidate's readouts."""
    names = [r.name for r in candidate.detector.readouts]
    missing = set(names) - {r.name for r in reference.detector.readouts}
    if missing:
        raise DataError(f"the full simulation has no readout {', '.join(sorted(missing))}")
    return reference.select(names)


def _classifier_row(result: ClassifierResult) -> ClassifierRow:
    return ClassifierRow(result.name, result.auc, result.floor_auc, result.training_events)


def _speed(surrogate: Surrogate | None, origin: dict[str, Any], told: Told) -> list[SpeedRow]:
    """Times per event; without a surrogate at hand there is nothing to time."""
    if surrogate is None:
        return []
    timings = []
    for done, batch in enumerate(_BATCHES):
        told("timing", done, len(_BATCHES), f"batch {batch}")
        timings += speed_table(surrogate, (batch,))
    told("timing", len(_BATCHES), len(_BATCHES))
    full = origin.get("cpu_ms_per_event")
    rows = [_speed_row(timing, full) for timing in timings]
    if full is None:
        return rows
    return [
        SpeedRow(_simulator(origin), None, str(origin.get("cpu", "CPU")), float(full), 1.0),
        *rows,
    ]


def _simulator(origin: dict[str, Any]) -> str:
    """What made the reference, as its file says."""
    return str(origin.get("simulator", "Full simulation"))


def _speed_row(timing: Timing, full: float | None) -> SpeedRow:
    device = f"{timing.device}, {timing.threads} threads"
    ratio = float("nan") if full is None else full / timing.mean
    return SpeedRow("surrogate", timing.batch, device, timing.mean, ratio)


def _warnings(judged: Candidate, digest: str) -> list[str]:
    made_by = judged.provenance.get("surrogate", judged.provenance)
    trained_on = made_by.get("data", {}).get("sha256")
    if trained_on == digest:
        return ["the test file is the one that the surrogate was trained on"]
    return []


def _pm(measured: Measurement) -> str:
    return f"{measured.value:.3f} ± {measured.error:.3f}"


def _counter(told: Told, stage: str, total: int | None) -> Callable[[str], None]:
    """Turns a line of text before each part into a count."""
    done = 0

    def count(text: str) -> None:
        nonlocal done
        told(stage, done, total, text.partition(" (")[0])
        done += 1

    return count


def _classifier_told(told: Told) -> Callable[[str, int, int], None]:
    return lambda text, done, total: told("classifying", done, total, text)


def _silent(stage: str, done: int, total: int | None, note: str = "") -> None:
    return
