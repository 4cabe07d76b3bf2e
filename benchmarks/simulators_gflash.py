"""Compares parametric showers with full simulation, and measures their speed.

    python benchmarks/simulators_gflash.py [speed]

needs the Geant4 files of ../shared/data. Tunings were fitted to the first halves of some of them
by `fit_gflash.py`; the comparison is with the second halves, and with all photons and all angles.
Writes benchmarks/results/simulators_gflash.json, the section of docs/simulators.md, and its two
pictures; with `speed`, measures only that anew.
"""

import dataclasses
import json
import os
import sys
import time
from collections.abc import Sequence

import numpy as np
from gflash_data import SAMPLES, Moments, Quantity, Sample, energy, quantities, reference, simulate
from gflash_figures import profiles, trends
from sections import ROOT, fill, keep, machine, today

from cloudburst.classifier import HIGH_LEVEL, ClassifierTest, Group, Inputs, Trees
from cloudburst.detector import Detector
from cloudburst.events import Events
from cloudburst.simulators import simulator
from cloudburst.simulators.gflash import TUNINGS

EDGES = np.geomspace(1, 100.001, 6)
MOST = 800  # events of a file
TUNED = ("calogan_eplus.h5", "lhcb_ecal_electron.h5", "calochallenge2_electron.h5")


def judged(sample: Sample) -> Events:
    """The events that no tuning was fitted to."""
    events = reference(sample)
    start = len(events) // 2 if sample.file in TUNED else 0
    return events[start : start + MOST]


def compare(events: Events, made: Events) -> list[dict[str, object]]:
    """By quantity: relative difference of means and ratio of spreads, with errors."""
    rows = []
    energies = energy(events)
    for quantity in quantities(events):
        full, fast = (Moments.of(quantity.function(e), energies, EDGES) for e in (events, made))
        scale = np.abs(full.mean)
        error = np.hypot(full.spread, fast.spread) / np.sqrt(full.count) / scale
        both = (fast.spread > 0) & (full.spread > 0)
        ratio = fast.spread[both] / full.spread[both]
        rows.append(
            {
                "quantity": quantity.name,
                "unit": quantity.unit,
                "geant4": full.mean.tolist(),
                "gflash": fast.mean.tolist(),
                "difference": float(np.mean((fast.mean - full.mean) / scale)),
                "largest": float(np.max(np.abs(fast.mean - full.mean) / scale)),
                "error": float(np.sqrt(np.sum(error**2)) / len(error)),
                "spread": float(np.exp(np.mean(np.log(ratio)))),
                "spread_error": float(1 / np.sqrt(full.count.sum())),
            }
        )
    return rows


def areas(events: Events, made: Events) -> dict[str, dict[str, list[float]]]:
    """Areas under the ROC curve of trees: by all high-level features, and by shapes alone."""
    shapes = [q for q in quantities(events) if not q.name.startswith("cells")]
    found = {}
    for name, inputs in (("high_level", HIGH_LEVEL), ("shapes", seen(shapes))):
        result = ClassifierTest(inputs, Trees())(events, made)
        found[name] = {"auc": list(result.auc), "floor": list(result.floor_auc)}
        found[name]["training_events"] = [result.training_events]
    return found


def seen(shapes: Sequence[Quantity]) -> Inputs:
    """Inputs of a classifier: the incident energy and some quantities."""

    def values(events: Events) -> np.ndarray:
        return np.stack([energy(events), *(q.function(events) for q in shapes)], axis=1)

    def names(detector: Detector) -> tuple[str, ...]:
        return ("incident energy", *(q.name for q in shapes))

    return Inputs("shapes", (Group(names, values, 1.0),))


def speed() -> dict[str, dict[str, float]]:
    """Milliseconds of one core for a shower along the axis, by calorimeter and energy in GeV."""
    found: dict[str, dict[str, float]] = {}
    for name in ("calogan", "lhcb_ecal", "calochallenge2"):
        gflash = simulator("gflash", name)
        found[name] = {}
        for gev in (1, 10, 50, 100):
            one = {"calogan": [gev], "calochallenge2": [1000 * gev]}.get(name, [0, 0, gev, 0, 0])
            conditions = np.repeat(np.array([one], float), 32, axis=0)
            found[name][str(gev)] = min(timed(gflash, conditions) for _ in range(20))
    return found


def timed(gflash: object, conditions: np.ndarray) -> float:
    """Milliseconds of processor for one of these showers."""
    start = time.process_time()
    gflash(conditions)
    return (time.process_time() - start) / len(conditions) * 1e3


def results(sample: Sample, events: Events, made: dict[str, Events]) -> dict[str, object]:
    """All that is found out about one file, with the published coefficients and tuned."""
    found: dict[str, object] = {"events": len(events), **sample._asdict()}
    half = "of the half that no tuning was fitted to"
    found["choice"] = half if sample.file in TUNED else "to which nothing was fitted"
    for kind, fast in made.items():
        found[kind] = {"rows": compare(events, fast), "areas": areas(events, fast)}
    return found


def text(found: dict[str, dict], times: dict[str, dict[str, float]], load: float) -> str:
    """The section of the page."""
    lines = [
        f"Measured {today()}, {machine()}, with a load of {load:.0f} from other programs.",
        "",
        "Milliseconds of one core for a shower along the axis:",
        "",
        "| calorimeter | 1 GeV | 10 GeV | 50 GeV | 100 GeV |",
        "|---|---|---|---|---|",
    ]
    for name, row in times.items():
        lines.append(f"| `{name}` | " + " | ".join(f"{v:.2f}" for v in row.values()) + " |")
    lines += [
        "",
        "Below, showers are in five bins of energy from 1 to 100 GeV. Differences of",
        "means are averages over the bins, relative to Geant4; their error is statistical.",
    ]
    for name, one in found.items():
        lines += ["", *_table(name, one)]
    return "\n".join(lines) + "\n" + _pictures()


def _table(name: str, one: dict) -> list[str]:
    lines = [
        f"### {name.replace(' e', ', e').replace(' gamma', ', photons')}",
        "",
        f"{one['events']:,} Geant4 showers of `{one['file']}`, {one['choice']}.",
        "",
        "| quantity | Geant4, lowest to highest bin | paper | tuned | error "
        "| spread over Geant4's, paper | tuned |",
        "|---|---|---|---|---|---|---|",
    ]
    for paper, tuned in zip(one["paper"]["rows"], one["tuned"]["rows"], strict=True):
        unit = f" {paper['unit']}" if paper["unit"] else ""
        lines.append(
            f"| {paper['quantity']} | {paper['geant4'][0]:.4g} to {paper['geant4'][-1]:.4g}{unit} "
            f"| {paper['difference']:+.1%} | {tuned['difference']:+.1%} | {tuned['error']:.1%} "
            f"| {paper['spread']:.2f} | {tuned['spread']:.2f} |"
        )
    lines += ["", "| trees that see | paper | tuned | Geant4 with itself |", "|---|---|---|---|"]
    for key, label in (
        ("shapes", "the quantities above but numbers of cells"),
        ("high_level", "all high-level features"),
    ):
        cells = [one[kind]["areas"][key]["auc"] for kind in ("paper", "tuned")]
        cells.append(one["tuned"]["areas"][key]["floor"])
        told = " | ".join(f"{value:.3f} ± {error:.3f}" for value, error in cells)
        lines.append(f"| {label}: AUC | {told} |")
    return lines


def _pictures() -> str:
    return (
        "\n![Mean energy in the layers of calochallenge2: Geant4, published and tuned "
        "parametrisation](images/gflash-profiles.svg)\n"
        "\n![Depth, width, response and resolution against energy](images/gflash-trends.svg)\n"
    )


def main() -> None:
    """Measures, keeps the numbers, and fills the page."""
    path = ROOT / "benchmarks" / "results" / "simulators_gflash.json"
    found = json.loads(path.read_text())["samples"] if sys.argv[1:] == ["speed"] else judge()
    load = os.getloadavg()[0]
    times = speed()
    keep("simulators_gflash", {"ms": times, "load": load, "tunings": tunings(), "samples": found})
    fill("simulators.md", "simulators_gflash", text(found, times, load))


def judge() -> dict[str, dict[str, object]]:
    """Compares all samples, and draws the pictures."""
    full = {name: judged(sample) for name, sample in SAMPLES.items()}
    made = {
        name: {
            "paper": simulate(sample, full[name], "paper"),
            "tuned": simulate(sample, full[name], sample.tuning),
        }
        for name, sample in SAMPLES.items()
    }
    found = {name: results(SAMPLES[name], full[name], made[name]) for name in SAMPLES}
    for picture, drawn in (("profiles", profiles(full, made)), ("trends", trends(full, made))):
        (ROOT / "docs" / "images" / f"gflash-{picture}.svg").write_text(drawn, encoding="utf-8")
    return found


def tunings() -> dict[str, dict[str, object]]:
    """The tunings that are compared."""
    return {name: dataclasses.asdict(tuning) for name, tuning in TUNINGS.items()}


if __name__ == "__main__":
    main()
