"""The comparison journey: several candidates against one full simulation become one page."""

from __future__ import annotations

__all__ = ["compare_journey"]

import math
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from ..errors import DataError
from ..events import Events
from ..observables import observables_for
from ..validation import Contender
from ..validation.comparison import Comparison, Competitor, write_comparison
from ..validation.multivariate import Absence
from .baseline import parametric
from .candidate import Candidate, FullSimulation, load_candidate, load_full_simulation
from .common import common_ground
from .contenders import contender
from .data import locate
from .effort import FULL
from .speed import measured_speed
from .telling import Told, counter, silent
from .validate import Orders, refuse_folder

_BATCHES = (1024,)
_HEAD = ("candidate", "ms/event", "times faster", "distance/floor", "within 2 x", "AUC")


def compare_journey(
    test: str | Path,
    candidates: Sequence[str | Path],
    folder: Path,
    orders: Orders | None = None,
    packages: Collection[str] = (),
    told: Told = silent,
) -> list[tuple[str, ...]]:
    """Judges runs, surrogates or files of events side by side and writes one report.

    Args:
        test: Full simulation that no candidate saw; a path or "sample:NAME".
        candidates: Folders of runs or surrogates, or files of events; at least one.
        folder: Folder of report.html, report.json and the figures.
        orders: How to judge.
        packages: Packages besides cloudburst whose classes a surrogate may use.
        told: Hears how far it is.

    Returns:
        A short table, its head first: what full simulation and each candidate come to.

    Raises:
        FileError: A file cannot be read, or the folder is there and no report to replace.
        DataError: A candidate and the test events have nothing in common, or are too few.
    """
    orders = orders or Orders()
    refuse_folder(Path(folder), orders.overwrite)
    if not candidates:
        raise DataError("a comparison needs a candidate; name a run, surrogate or file of events")
    told("reading", 0, None)
    most = orders.effort.events
    full = load_full_simulation(test, most)
    judged = [
        load_candidate(locate(one), full.events, orders.seed, packages, told, most)
        for one in candidates
    ]
    content = _content(full, judged, orders, told)
    write_comparison(folder, content, orders.overwrite, counter(told, "drawing"))
    told("drawing", 1, 1)
    return [_HEAD, *map(_line, content.rows)]


def _content(
    full: FullSimulation, judged: Sequence[Candidate], orders: Orders, told: Told
) -> Comparison:
    reference = _shared(full, judged)
    names = _distinct([one.name for one in judged])
    found = [
        _competitor(name, one, full, reference, orders, told)
        for name, one in zip(names, judged, strict=True)
    ]
    found += _parametric(full, reference, orders, told)
    return Comparison(
        title=f"{', '.join(names)} against full simulation",
        reference=reference,
        ideal=found[0][1],
        competitors=[one for one, _ in found],
        observables=observables_for(reference.detector)[: FULL.figures],
        provenance=full.provenance | {"sha256": full.digest},
        name=full.simulator,
    )


def _line(row: Contender) -> tuple[str, ...]:
    known = math.isfinite(row.ms_per_event)
    return (
        row.name,
        f"{row.ms_per_event:.3g}" if known else "",
        f"{row.speed_up:,.0f}" if math.isfinite(row.speed_up) else "",
        f"{row.ratio.value:.2f} ± {row.ratio.error:.2f}",
        f"{row.agreeing} of {row.quantities}",
        f"{row.auc.value:.3f} ± {row.auc.error:.3f}" if row.auc else "",
    )


def _shared(full: FullSimulation, judged: Sequence[Candidate]) -> Events:
    """The full simulation with what all candidates have, at conditions that all reach."""
    reference = full.events
    for one in judged:
        reference = common_ground(reference, one.events).reference
    return reference


def _competitor(
    name: str,
    one: Candidate,
    full: FullSimulation,
    reference: Events,
    orders: Orders,
    told: Told,
) -> tuple[Competitor, Contender]:
    common = common_ground(reference, one.events)
    speed = measured_speed(one, full, _BATCHES, told)
    took = speed.fastest or one.ms_per_event or math.nan
    times = took, full.ms_per_event or math.nan
    row, report, ideal = contender(
        name, reference, common.candidate, times, orders.effort, orders.seed, told
    )
    warnings = [*common.warnings, *_warnings(one, full)]
    return Competitor(row, report, common.candidate, one.provenance, warnings), ideal


def _warnings(one: Candidate, full: FullSimulation) -> list[str]:
    found = []
    if one.unusable.count:
        found.append(f"{one.unusable.count:,} events were left out: {one.unusable.reason}")
    if one.trained_on == full.digest:
        found.append("the test file is the one that it was trained on")
    return found


def _parametric(
    full: FullSimulation, reference: Events, orders: Orders, told: Told
) -> list[tuple[Competitor, Contender]]:
    """Parametric showers of the same calorimeter, where there are any: the bar to clear."""
    told("parametrising", 0, None)
    made = parametric(reference, orders.effort.baseline, full.provenance.get("particle"))
    told("parametrising", 1, 1)
    if isinstance(made, Absence):
        return []
    times = made.ms_per_event, full.ms_per_event or math.nan
    row, report, ideal = contender(
        made.name, reference, made.events, times, orders.effort, orders.seed, told
    )
    return [(Competitor(row, report, made.events, made.provenance), ideal)]


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, numbered where they are not distinct."""
    counts = Counter(names)
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if counts[name] > 1 else name)
    return found
