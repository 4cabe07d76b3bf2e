"""The validation journey: a candidate against full simulation becomes a report."""

from __future__ import annotations

__all__ = ["Orders", "judge", "refuse_folder", "validate_journey"]

import dataclasses
import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import DataError, ExistsError
from ..events import Events
from ..files import check_destination
from ..observables import Observable, observables_for
from ..validation import Contender, ReportContent
from ..validation.gates import Gate
from ..validation.html import write_report
from ..validation.multivariate import Absence
from ..validation.summary import worst_first
from .baseline import parametric
from .candidate import Candidate, FullSimulation, load_candidate, load_full_simulation
from .common import Common, common_ground
from .contenders import contender
from .data import locate
from .effort import FULL, Effort
from .environment import environment
from .evidence import Evidence, collect
from .gatekeeping import GateEvidence, stand_at_gates
from .inquiries import Subject, with_inquiries
from .learned import learned_from
from .parity import export_parity
from .speed import Speed, keep_speed, measured_speed, timing_pairs
from .telling import Told, counter, silent
from .verdict import Verdict

_REPORT = {"report.html", "report.json", "figures"}


@dataclasses.dataclass(frozen=True)
class Orders:
    """How a candidate is to be judged.

    Attributes:
        seed: Seed of sampling, splits and classifiers.
        overwrite: Whether a report already there is replaced.
        effort: How much time to take.
        keeps_speed: Whether the run keeps these timings as those to hold later ones against.
    """

    seed: int = 0
    overwrite: bool = False
    effort: Effort = FULL
    keeps_speed: bool = False


def validate_journey(
    candidate: str | Path,
    test: str | Path,
    folder: Path,
    orders: Orders | None = None,
    packages: Collection[str] = (),
    told: Told = silent,
) -> Verdict:
    """Judges a run, a surrogate or a file of events and writes the report.

    Args:
        candidate: Folder of a run or surrogate, or a file of events.
        test: Full simulation that the candidate never saw; a path or "sample:NAME".
        folder: Folder of report.html, report.json and the figures.
        orders: How to judge.
        packages: Packages besides cloudburst whose classes a surrogate may use.
        told: Hears how far it is.

    Raises:
        FileError: A file cannot be read, or the folder is there and no report to replace.
        DataError: Candidate and test events have nothing in common, or are too few.
    """
    orders = orders or Orders()
    refuse_folder(Path(folder), orders.overwrite)
    told("reading", 0, None)
    effort = orders.effort
    full = load_full_simulation(test, effort.events)
    judged = load_candidate(
        locate(candidate), full.events, orders.seed, packages, told, effort.events
    )
    try:
        return judge(judged, full, Path(folder), orders, told)
    except DataError as error:
        raise type(error)(f"{candidate} against {test}: {error}") from error


def judge(
    judged: Candidate, full: FullSimulation, folder: Path, orders: Orders, told: Told
) -> Verdict:
    """Compares, classifies, times and writes the report; see `validate_journey`."""
    common = common_ground(full.events[: judged.rules.events], judged.events)
    reference, candidate = common.reference, common.candidate
    learned, effort = learned_from(judged), _effort(judged, orders)
    evidence = collect(reference, candidate, learned, effort, orders.seed, told)
    if effort.inquiries:
        subject = Subject(*common[:2], judged.surrogate, learned.events, orders.seed)
        evidence = with_inquiries(evidence, subject, told)
    speed = measured_speed(judged, full, orders.effort.batches, told)
    gates = _gates(judged, common, evidence, speed)
    warnings = _warnings(judged, full, common)
    verdict = Verdict(evidence.report, evidence.classifier, speed.rows, warnings, gates)
    contenders, absent = _contenders(judged, full, common, speed, orders, told)
    if orders.keeps_speed and judged.folder:
        keep_speed(judged.folder, speed.timings)
    content = dataclasses.replace(
        _content(judged, full, common, evidence, verdict),
        observables=_shown(reference, evidence, orders.effort.figures),
        provenance=_provenance(judged, full, orders),
        contenders=contenders,
        absences=(*evidence.absences, *absent),
    )
    figures = write_report(folder, content, orders.overwrite, counter(told, "drawing"))
    told("drawing", 1, 1)
    return dataclasses.replace(verdict, figures=figures)


def refuse_folder(folder: Path, overwrite: bool) -> None:
    """Raises ExistsError if a folder is there and must be kept, as all but reports must."""
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if folder.exists() and held - _REPORT:
        raise ExistsError(f"{folder} holds more than a report; choose another folder")
    check_destination(folder, overwrite)


def _effort(judged: Candidate, orders: Orders) -> Effort:
    """As much as ordered, and as many rounds of classifiers as the recipe wants."""
    rounds = judged.rules.rounds
    tests = [dataclasses.replace(t, trainings=rounds * t.trainings) for t in orders.effort.tests]
    return dataclasses.replace(orders.effort, tests=tuple(tests))


def _gates(
    judged: Candidate, common: Common, evidence: Evidence, speed: Speed
) -> tuple[Gate, ...]:
    pairs, no_pairs = timing_pairs(judged.folder, speed.timings)
    known = GateEvidence(
        judged.unusable,
        judged.surrogate,
        judged.events.conditions,
        pairs,
        no_pairs,
        *export_parity(judged.folder, judged.surrogate),
    )
    limits = judged.rules.gates
    return stand_at_gates(common.reference, common.candidate, evidence, known, limits)


def _contenders(
    judged: Candidate,
    full: FullSimulation,
    common: Common,
    speed: Speed,
    orders: Orders,
    told: Told,
) -> tuple[tuple[Contender, ...], tuple[Absence, ...]]:
    """Full simulation, a parametric one and the candidate at one number of events."""
    told("parametrising", 0, None)
    made = parametric(common.reference, orders.effort.baseline, full.provenance.get("particle"))
    told("parametrising", 1, 1)
    if isinstance(made, Absence):
        return (), (made,)
    full_ms = full.ms_per_event or math.nan
    reference = common.reference[made.rows]
    ours = speed.fastest or judged.ms_per_event or math.nan, full_ms
    theirs = made.ms_per_event, full_ms
    name = "surrogate" if judged.surrogate else judged.name
    asked = orders.effort, orders.seed
    try:
        mine, _, ideal = contender(name, reference, common.candidate, ours, *asked)
        other, _, _ = contender(made.name, reference, made.events, theirs, *asked)
    except DataError as error:
        return (), (Absence("parametric simulation", str(error)),)
    return (ideal, other, mine), ()


def _warnings(judged: Candidate, full: FullSimulation, common: Common) -> list[str]:
    found = list(common.warnings)
    if judged.trained_on == full.digest:
        found.insert(0, "the test file is the one that the surrogate was trained on")
    for what, left_out in (("candidate", judged.unusable), ("full simulation", full.unusable)):
        if left_out.count:
            found.append(
                f"{left_out.count:,} of {left_out.total:,} events of the {what} were left out: "
                f"{left_out.reason}"
            )
    return found


def _content(
    judged: Candidate, full: FullSimulation, common: Common, evidence: Evidence, verdict: Verdict
) -> ReportContent:
    return ReportContent(
        title=f"{judged.name} against full simulation",
        report=verdict.report,
        reference=common.reference,
        candidate=common.candidate,
        observables=(),
        history=judged.history,
        speed=verdict.speed or None,
        classifier=verdict.classifier,
        names=(full.simulator, "Surrogate" if judged.surrogate else judged.name),
        figure_label="Mean score of the observables (CRPS)",
        warnings=verdict.warnings,
        gates=verdict.gates,
        joint=evidence.joint,
        profiles=evidence.profiles,
        held_out=evidence.held_out,
        giveaways=evidence.giveaways,
        pairs=judged.rules.pairs,
        inquiries=evidence.inquiries,
    )


def _provenance(judged: Candidate, full: FullSimulation, orders: Orders) -> dict[str, Any]:
    return {
        "candidate": judged.provenance,
        "full simulation": full.provenance | {"sha256": full.digest},
        "validation": {
            "seed": orders.seed,
            "effort": orders.effort.name,
            "environment": environment(),
        },
    }


def _shown(reference: Events, evidence: Evidence, most: int) -> list[Observable]:
    """The observables to draw, in their usual order: all, or the worst ones."""
    usual = observables_for(reference.detector)
    worst = [standing.name for standing in worst_first(evidence.report)][:most]
    return [observable for observable in usual if observable.name in worst]
