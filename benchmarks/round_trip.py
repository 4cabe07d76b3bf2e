"""What the codec of each recipe loses: true events, encoded and decoded, told from true events.

    python benchmarks/round_trip.py [RECIPE ...]

goes over every shipped recipe, or those that are named, with every file of full simulation of its
detector: those in ../shared/data, the shipped samples and, for jets, collisions simulated here.
Writes benchmarks/results/round_trip.{json,md}; what is not named keeps its lines there. Some 10 s
of processor time for each pair.
"""

from __future__ import annotations

__all__ = ["main"]

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from cloudburst.errors import CloudburstError
from cloudburst.events import Events
from cloudburst.experiment import Recipe, load_recipe, locate, shipped_recipes
from cloudburst.experiment.round_trip import RoundTrip, judge_round_trip
from cloudburst.files import write_text
from cloudburst.formats import read_events
from cloudburst.machine import machine
from cloudburst.simulators import simulator

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data"
RESULTS = HERE / "results"
JETS = "simulated jets"
# files by the first readout of the recipes that they suit
FILES = {
    "layer_0": ("calogan_eplus", "calogan_gamma", "calogan_piplus", "calogan_eplus_angles"),
    "cells": ("lhcb_ecal_electron",),
    "pads": ("sample:mpd-tpc", "mpd_tpc"),
    "image": (JETS,),
}
# events of a file that are used, of which a third goes there and back
MOST = 1500
_SEED = 0
_HEAD = (
    *("recipe", "data", "events", "energy moved", "hits", "AUC, trees", "floor"),
    *("AUC, network", "floor", "above the floor", "ranks"),
)


def main(names: Sequence[str]) -> None:
    """Judges the round trips of recipes and writes the table."""
    path = RESULTS / "round_trip.json"
    known = json.loads(path.read_text(encoding="utf-8"))["rows"] if path.is_file() else []
    for name in names or shipped_recipes():
        recipe = load_recipe(name)
        known = [row for row in known if row["recipe"] != name]
        for file in FILES[(recipe.data.readouts or ["cells"])[0]]:
            known.append({"recipe": name, "data": file, **_judged(recipe, file)})
            print(*_line(known[-1]), sep="  ", flush=True)
            _write(path, sorted(known, key=lambda row: (row["recipe"], row["data"])))


def _judged(recipe: Recipe, file: str) -> dict[str, Any]:
    """The figures of one pair, or why there are none."""
    try:
        events = _events(file, recipe.data.readouts)
        found = judge_round_trip(recipe.codec, events, seed=_SEED, packages=recipe.packages)
    except CloudburstError as error:
        return {"absent": str(error)}
    return _row(found)


def _events(name: str, readouts: list[str] | None) -> Events:
    if name == JETS:
        jets = simulator("jets", "jet_image")
        return jets(jets.detector.draw_conditions(MOST, np.random.default_rng(_SEED)), _SEED)
    path = locate(name) if name.startswith("sample:") else DATA / f"{name}.h5"
    events, _ = read_events(path, slice(MOST))
    return events.select(readouts) if readouts else events


def _row(found: RoundTrip) -> dict[str, Any]:
    return {
        "events": found.events,
        "moved": found.moved.mean,
        "worst": found.moved.worst,
        "hits": found.hits,
        "excess": found.excess,
        "ranks": None if found.ranks is None else found.ranks._asdict(),
        "tests": [
            {
                "name": one.name,
                "auc": list(one.auc),
                "floor": list(one.floor_auc),
                "training_events": one.training_events,
            }
            for one in found.found
        ],
    }


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    day, known = datetime.now(UTC).date().isoformat(), machine()
    document = {"date": day, "machine": known, "rows": rows}
    write_text(path, json.dumps(document, indent=1) + "\n", overwrite=True)
    lines = [_HEAD, ["---"] * len(_HEAD), *map(_line, rows)]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    text = (
        f"# What codecs lose\n\n{day}, {known['processor']}. True events, encoded and decoded, "
        "told from true events by classifiers; the floor is full simulation told from itself. "
        "*Energy moved* is the share of an event's energy that comes back in other cells, *hits* "
        "how many come back for each one that went, *above the floor* the larger difference of "
        "AUC and floor in units of its error. *Ranks* is how far, by Kolmogorov and Smirnov, a "
        "network value of unseen events is from a standard normal one at worst, in brackets how "
        f"far exact ranks are: what is beyond that, no generator can mend either.\n\n{table}"
    )
    write_text(path.with_suffix(".md"), text, overwrite=True)


def _line(row: dict[str, Any]) -> list[str]:
    if "absent" in row:
        return [row["recipe"], row["data"], row["absent"], *[""] * (len(_HEAD) - 3)]
    figures = [
        f"{value:.3f} ± {error:.3f}"
        for test in row["tests"]
        for value, error in (test["auc"], test["floor"])
    ]
    return [
        *(row["recipe"], row["data"], f"{row['events']:,}", f"{row['moved']:.1e}"),
        *(f"{row['hits']:.4f}", *figures, f"{row['excess']:+.1f}", _ranks(row.get("ranks"))),
    ]


def _ranks(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    return f"{found['worst']:.3f} of value {found['column']} ({found['expected']:.3f})"


if __name__ == "__main__":
    main(sys.argv[1:])
