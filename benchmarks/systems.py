"""Measures the published systems, and writes docs/systems.md.

    python benchmarks/systems.py RUNS [NAME ...]

measures all systems, or those named, by their finished runs in the folder RUNS, on real data of
../shared/data that these never saw. Writes benchmarks/results/systems/NAME.json, pictures in
docs/images/systems, and docs/systems.md from everything that is kept there. How each run is
made is said in the file of its system beside benchmarks/systems/rows.py.

    python benchmarks/systems.py --page

writes the page alone.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path

from sections import ROOT, machine, today
from systems import calogan, lagan, lhcb, mpd
from systems.page import page
from systems.rows import System

RESULTS = ROOT / "benchmarks" / "results" / "systems"
PAGE = ROOT / "docs" / "systems.md"

# in the order of the page
MEASURES: dict[str, Callable[[Path], System]] = {
    "calogan": calogan.measure,
    "lagan": lagan.measure,
    "lhcb": lhcb.measure,
    "mpd": mpd.measure,
}


def keep(system: System) -> None:
    """Writes what was measured of a system, with date and machine."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    told = {"date": today(), "machine": machine(), **dataclasses.asdict(system)}
    text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False)
    (RESULTS / f"{system.name}.json").write_text(text + "\n", encoding="utf-8")


def write_page() -> None:
    """docs/systems.md, of all that is kept."""
    kept = [RESULTS / f"{name}.json" for name in MEASURES]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in kept if path.exists()]
    PAGE.write_text(page(found), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Measures what the command line names, and writes the page."""
    if arguments != ["--page"]:
        runs, *names = arguments
        for name in names or MEASURES:
            print(name, flush=True)
            keep(MEASURES[name](Path(runs)))
    write_page()


if __name__ == "__main__":
    main(sys.argv[1:])
