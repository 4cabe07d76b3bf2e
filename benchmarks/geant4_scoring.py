"""Processor time of showers with and without cells whose energies are summed.

    python benchmarks/geant4_scoring.py DATA

prints, for each calorimeter, the least time of a 10 GeV shower in milliseconds: in slabs that are
not divided and not scored, and in cells. Each is the least of several runs of the same ten
showers, each in a process of its own, in turns, since other programs only ever add time.
"""

import json
import os
import subprocess
import sys
import time

from cloudburst.detectors import load_calorimeter
from cloudburst.extras import require
from cloudburst.simulators.geant4.data import find_data
from cloudburst.simulators.geant4.physics import PHYSICS
from cloudburst.simulators.geant4.run import Run

NAMES = ("calogan", "lhcb_ecal", "calochallenge2")
ENERGY = 10_000.0  # MeV
SHOWERS, REPEATS, ROUNDS = 10, 5, 3


def scoring(data: str) -> dict[str, dict[str, float]]:
    """For each calorimeter, milliseconds of processor time without cells and with them."""
    times: dict[str, dict[str, list[float]]] = {n: {"bare": [], "cells": []} for n in NAMES}
    for _ in range(ROUNDS):
        for name in NAMES:
            for kind, found in times[name].items():
                command = [sys.executable, __file__, data, name, kind]
                told = subprocess.run(command, check=True, capture_output=True, text=True)
                found.append(json.loads(told.stdout.splitlines()[-1]))
    return {n: {kind: min(found) for kind, found in kinds.items()} for n, kinds in times.items()}


def measure(data: str, name: str, kind: str) -> float:
    """The least time of one process."""
    os.environ |= find_data(PHYSICS["em"].reads, [], data, {})
    calorimeter = load_calorimeter(name)
    g4 = require("geant4_pybind", "geant4")
    run = Run(g4, calorimeter, "em", 0.7, lambda *event: None, scored=kind == "cells")
    start = {"position": [0.003, 0.007, -0.01], "direction": [0.0, 0.0, 1.0]}
    shots = [
        {"seeds": [1, i + 1], "particle": "e-", "energy": ENERGY, **start} for i in range(SHOWERS)
    ]
    run.make(shots)
    found = []
    for _ in range(REPEATS):
        before = time.process_time()
        run.make(shots)
        found.append(1000 * (time.process_time() - before) / SHOWERS)
    return min(found)


def main() -> None:
    """Measures one kind, as another process of this script asks, or all."""
    data, *one = sys.argv[1:]
    print(json.dumps(measure(data, *one) if one else scoring(data)), flush=True)
    if one:
        # what Geant4 does at the end of a process may fail
        os._exit(0)


if __name__ == "__main__":
    main()
