"""The validation journey: a candidate against full simulation becomes a report."""

from __future__ import annotations

__all__ = ["judge", "validate_journey"]

import dataclasses
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from ..benchmark import Timing, speed_table
from ..classifier import ClassifierResult, standard_tests
from ..errors import DataError, ExistsError
from ..events import Events
from ..files import refuse_existing
from ..observables import observables_for
from ..surrogate import Surrogate
from ..validation import ClassifierRow, Report, ReportContent, SpeedRow, standard_metrics
from ..validation import validate as compare
from ..validation.html import write_report
from .candidate import Candidate, FullSimulation, load_candidate, load_full_simulation
from .data import locate
from .environment import environment
from .telling import Told, counter, silent
from .verdict import Verdict

_BATCHES = (1, 128, 1024)
_REPORT = {"report.html", "report.json", "figures"}


def validate_journey(
    candidate: str | Path,
    test: str | Path,
    folder: Path,
    seed: int = 0,
    packages: Collection[str] = (),
    overwrite: bool = False,
    told: Told = silent,
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
        FileError: A file cannot be read, or the folder is there and no report to replace.
        DataError: Candidate and test events do not fit, or are too few.
    """
    _refuse_folder(Path(folder), overwrite)
    told("reading", 0, None)
    full = load_full_simulation(test)
    judged = load_candidate(locate(candidate), full.events, seed, packages, told)
    try:
        return judge(judged, full, Path(folder), seed, overwrite, told)
    except DataError as error:
        raise type(error)(f"{candidate} against {test}: {error}") from error


def judge(
    judged: Candidate,
    full: FullSimulation,
    folder: Path,
    seed: int,
    overwrite: bool,
    told: Told,
) -> Verdict:
    """Compares, classifies, times and writes the report; see `validate_journey`."""
    rules = judged.rules
    reference = _shared(full.events, judged.events)[: rules.events]
    verdict = Verdict(
        report=_compare(reference, judged.events, seed, told),
        classifier=_classify(reference, judged.events, rules.rounds, seed, told),
        speed=_speed(judged.surrogate, full, told),
        warnings=_warnings(judged, full),
    )
    content = _content(judged, full, reference, verdict)
    write_report(folder, content, overwrite, counter(told, "drawing"))
    told("drawing", 1, 1)
    return verdict


def _refuse_folder(folder: Path, overwrite: bool) -> None:
    """Raises ExistsError if a folder is there and must be kept, as all but reports must."""
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if folder.exists() and held - _REPORT:
        raise ExistsError(f"{folder} holds more than a report; choose another folder")
    refuse_existing(folder, overwrite)


def _shared(reference: Events, candidate: Events) -> Events:
    """The reference with only the candidate's readouts."""
    names = [r.name for r in candidate.detector.readouts]
    missing = set(names) - {r.name for r in reference.detector.readouts}
    if missing:
        raise DataError(
            f"the full simulation of '{reference.detector.name}' has no readout "
            f"{', '.join(sorted(missing))}, which the candidate has"
        )
    return reference.select(names)


def _compare(reference: Events, candidate: Events, seed: int, told: Told) -> Report:
    metrics = standard_metrics(reference.detector)
    report = compare(reference, candidate, metrics, seed, progress=counter(told, "comparing"))
    told("comparing", len(metrics), len(metrics))
    return report


def _classify(
    reference: Events, candidate: Events, rounds: int, seed: int, told: Told
) -> list[ClassifierRow]:
    """What classifiers find, the hardest first."""
    tests = [dataclasses.replace(t, trainings=rounds * t.trainings) for t in standard_tests()]
    rows = []
    for number, test in enumerate(tests):
        heard = _classifier_told(told, number, len(tests))
        rows.append(_classifier_row(test(reference, candidate, seed, heard)))
    told("classifying", len(tests), len(tests))
    return sorted(rows, key=lambda row: row.auc.value, reverse=True)


def _classifier_told(told: Told, number: int, tests: int) -> Callable[[str, int, int], None]:
    """Turns the progress of one of several tests into that of all."""

    def heard(text: str, done: int, total: int) -> None:
        told("classifying", number * total + done, tests * total, text.partition(", tr")[0])

    return heard


def _classifier_row(result: ClassifierResult) -> ClassifierRow:
    return ClassifierRow(result.name, result.auc, result.floor_auc, result.training_events)


def _speed(surrogate: Surrogate | None, full: FullSimulation, told: Told) -> list[SpeedRow]:
    """Times per event; without a surrogate at hand there is nothing to time."""
    if surrogate is None:
        return []
    timings = []
    for done, batch in enumerate(_BATCHES):
        told("timing", done, len(_BATCHES), f"batch {batch}")
        timings += speed_table(surrogate, (batch,))
    told("timing", len(_BATCHES), len(_BATCHES))
    rows = [_speed_row(timing, full.ms_per_event) for timing in timings]
    if full.ms_per_event is None:
        return rows
    device = str(full.provenance.get("cpu", "CPU"))
    return [SpeedRow(full.simulator, None, device, full.ms_per_event, 1.0), *rows]


def _speed_row(timing: Timing, full: float | None) -> SpeedRow:
    device = f"{timing.device}, {timing.threads} threads"
    ratio = float("nan") if full is None else full / timing.mean
    return SpeedRow("surrogate", timing.batch, device, timing.mean, ratio)


def _warnings(judged: Candidate, full: FullSimulation) -> list[str]:
    if judged.trained_on == full.digest:
        return ["the test file is the one that the surrogate was trained on"]
    return []


def _content(
    judged: Candidate, full: FullSimulation, reference: Events, verdict: Verdict
) -> ReportContent:
    provenance: dict[str, Any] = {
        "candidate": judged.provenance,
        "full simulation": full.provenance | {"sha256": full.digest},
        "validation": {"seed": verdict.report.seed, "environment": environment()},
    }
    return ReportContent(
        title=f"{judged.name} against full simulation",
        report=verdict.report,
        reference=reference,
        candidate=judged.events,
        observables=observables_for(reference.detector),
        history=judged.history,
        speed=verdict.speed or None,
        classifier=verdict.classifier,
        provenance=provenance,
        names=(full.simulator, "Surrogate" if judged.surrogate else judged.name),
        figure_label="Mean score of the observables (CRPS)",
        warnings=verdict.warnings,
    )
