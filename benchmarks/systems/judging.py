"""Reports of runs, and the rows that every system has."""

from __future__ import annotations

__all__ = ["common_rows", "judged", "mean_distance", "measured", "speeds"]

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cloudburst.distances import Measurement
from cloudburst.experiment import QUICK, Orders, validate_journey

from .rows import Row

_EFFORT = dataclasses.replace(
    QUICK,
    name="systems",
    splits=2,
    repeats=10,
    baseline=0,
    batches=(1, 1024),
    inquiries=True,
    figures=40,
)


def judged(run: Path, test: Path) -> dict[str, Any]:
    """The numbers of a run's report, which is made in RUN-report unless it is newer than the run.

    Args:
        run: Folder of a finished run.
        test: Full simulation that it never saw.
    """
    folder = run.with_name(f"{run.name}-report")
    kept, made = folder / "report.json", run / "surrogate"
    if not kept.exists() or kept.stat().st_mtime < made.stat().st_mtime:
        validate_journey(run, test, folder, Orders(overwrite=True, effort=_EFFORT))
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


def speeds(report: Mapping[str, Any]) -> dict[int, float]:
    """Milliseconds per event of the fastest engine, by how many are made at once."""
    found: dict[int, float] = {}
    for row in report["speed"]:
        if row["batch"]:
            best = found.get(row["batch"], math.inf)
            found[row["batch"]] = min(best, row["ms_per_event"])
    return found


def common_rows(system: str, label: str, report: Mapping[str, Any]) -> list[Row]:
    """Classifier, mean distance and memorisation: what every system is measured by.

    Args:
        system: Its short name.
        label: Which of its trainings, "" if it has one.
        report: The numbers of its report.
    """
    of = f", {label}" if label else ""
    hardest = max(report["classifier"], key=lambda row: row["auc"]["value"])
    auc, floor = measured(hardest["auc"]), measured(hardest["floor"])
    size = f"{hardest['name']}; learned from {hardest['training_size']:,} events of each"
    rows = [Row(system, f"Classifier AUC{of}", "", *auc, floor.value, size)]
    distance, least = mean_distance(report, "kolmogorov_smirnov")
    note = f"{report['reference_events']:,} test events"
    name = f"Mean Kolmogorov-Smirnov distance of observables{of}"
    rows.append(Row(system, name, "", *distance, least.value, note))
    known = (report["joint"] or {}).get("memorisation")
    if known:
        share = measured(known["share"])
        note = f"p = {known['p_value']:.2g}, {known['copies']} copies"
        name = f"Share nearer to a training than to a test event{of}"
        rows.append(Row(system, name, "", *share, 0.5, note))
    return rows
