"""Reports of runs, and the rows that every system has."""

from __future__ import annotations

__all__ = [
    "common_rows",
    "farthest",
    "hardest",
    "judged",
    "mean_distance",
    "measured",
    "milliseconds",
    "readings",
    "speed",
]

import dataclasses
import json
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from cloudburst.distances import Measurement
from cloudburst.experiment import QUICK, Orders, validate_journey
from cloudburst.surrogate import Surrogate

from .rows import Row

_TIMES = 7
_EFFORT = dataclasses.replace(
    QUICK,
    name="systems",
    splits=2,
    repeats=10,
    batches=(1, 1024),
    inquiries=True,
    figures=40,
)


def judged(run: Path, test: Path, most: int | None = _EFFORT.events) -> dict[str, Any]:
    """The numbers of a run's report, which is made in RUN-report unless it is newer than the run.

    Args:
        run: Folder of a finished run.
        test: Full simulation that it never saw.
        most: Largest number of events of either sample.
    """
    folder = run.with_name(f"{run.name}-report")
    kept, made = folder / "report.json", run / "surrogate"
    if not kept.exists() or kept.stat().st_mtime < made.stat().st_mtime:
        validate_journey(
            run,
            test,
            folder,
            Orders(overwrite=True, effort=dataclasses.replace(_EFFORT, events=most)),
        )
    report: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return report


def measured(value: Mapping[str, float]) -> Measurement:
    """A measurement as a report keeps it."""
    return Measurement(value["value"], value["error"])


def mean_distance(report: Mapping[str, Any], distance: str) -> tuple[Measurement, Measurement]:
    """The mean of one distance over all observables, and of its floor.

    The error takes the observables as independent, which they are not.
    """
    checks = [c for c in report["checks"] if c["name"].endswith(f":{distance}")]
    found = []
    for of in ("measured", "floor"):
        values = [measured(check[of]) for check in checks]
        error = math.sqrt(sum(m.error**2 for m in values)) / len(values)
        found.append(Measurement(sum(m.value for m in values) / len(values), error))
    return found[0], found[1]


def milliseconds(surrogate: Surrogate, conditions: NDArray[Any], batch: int) -> Measurement:
    """Processor time per event, with so many made at once on one thread.

    Args:
        surrogate: What makes them.
        conditions: Where, with shape (N, C), repeated as often as needed.
        batch: How many at once.
    """
    torch.set_num_threads(1)
    asked = np.resize(conditions, (batch, conditions.shape[1]))
    surrogate.sample(asked, 0)
    found = []
    for seed in range(_TIMES):
        started = time.process_time()
        surrogate.sample(asked, seed)
        found.append(1000 * (time.process_time() - started) / batch)
    return Measurement(float(np.median(found)), float(np.std(found, ddof=1) / math.sqrt(_TIMES)))


def hardest(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a report has of the classifier that tells events best."""
    rows: list[Mapping[str, Any]] = report["classifier"]
    return max(rows, key=lambda row: row["auc"]["value"])


def farthest(report: Mapping[str, Any], most: int = 3) -> str:
    """A sentence on the observables that are farthest from full simulation.

    Args:
        report: The numbers of its report.
        most: How many it names.
    """
    checks = [c for c in report["checks"] if c["name"].endswith(":normalized_wasserstein")]
    ratios = {c["name"].partition(":")[0]: c["ratio"] for c in checks if c["ratio"]}
    worst = sorted(ratios, key=ratios.__getitem__, reverse=True)[:most]
    named = ", ".join(
        f"{name} ({ratios[name]:,.{0 if ratios[name] > 10 else 1}f})" for name in worst
    )
    return f"Farthest off, in distances of full simulation from itself, are {named}."


def common_rows(system: str, label: str, report: Mapping[str, Any]) -> list[Row]:
    """Classifier, mean distance and memorisation: what every system is measured by.

    Args:
        system: Its short name.
        label: Which of its trainings, "" if it has one.
        report: The numbers of its report.
    """
    of = f", {label}" if label else ""
    found = hardest(report)
    auc, floor = measured(found["auc"]), measured(found["floor"])
    size = f"{found['name']}; learned from {found['training_size']:,} events of each"
    rows = [Row(system, f"Classifier AUC{of}", "", *auc, floor.value, size)]
    distance, least = mean_distance(report, "separation")
    note = f"{report['reference_events']:,} test events"
    name = f"Mean separation of observables{of}"
    rows.append(Row(system, name, "", *distance, least.value, note))
    bias = report["response_bias"]
    if bias:
        percent = Measurement(100 * bias["value"], 100 * bias["error"])
        note = "deposited over incident energy, all energies"
        rows.append(Row(system, f"Response bias [%]{of}", "", *percent, 0.0, note))
    known = (report["joint"] or {}).get("memorisation")
    if known:
        share = measured(known["share"])
        note = f"p = {known['p_value']:.2g}, {known['copies']} copies"
        name = f"Share nearer to a training than to a test event{of}"
        rows.append(Row(system, name, "", *share, 0.5, note))
    return rows


def readings(system: str, label: str, report: Mapping[str, Any]) -> list[Row]:
    """Conditions read off events by trees that learned from full simulation.

    Args:
        system: Its short name.
        label: Which of its trainings.
        report: The numbers of its report.
    """
    found = {
        (r["attribute"], r["tried"]): r
        for r in report["inquiries"].get("attributes", [])
        if r["trained"] == "reference"
    }
    rows = []
    for attribute in dict.fromkeys(name for name, _ in found):
        ours, theirs = (found[attribute, tried] for tried in ("candidate", "reference"))
        unit = f" [{ours['unit']}]" if ours["unit"] else ""
        name = f"RMS error of {attribute}{unit} read off, {label}"
        note = f"trees learned from Geant4; guessing errs by {ours['spread']:.3g}"
        floor = measured(theirs["error"]).value
        rows.append(Row(system, name, "", *measured(ours["error"]), floor, note))
    return rows


def speed(
    system: str,
    event: str,
    surrogate: Surrogate,
    conditions: NDArray[Any],
    published: Mapping[int, str],
    note: str,
) -> list[Row]:
    """Milliseconds per event on one core.

    Args:
        system: Its short name.
        event: What an event is, as "shower".
        surrogate: What makes them.
        conditions: Where, with shape (N, C), repeated as often as needed.
        published: The published figure, as text, for each number of events at once.
        note: What a reader has to know to compare.
    """
    return [
        Row(
            system, f"Time per {event} [ms], {batch:,} at once", given,
            *milliseconds(surrogate, conditions, batch), None, note,
        )
        for batch, given in published.items()
    ]  # fmt: skip
