"""Where points are in a calorimeter as Geant4 has it, and what is there.

    python geant4_points.py CALORIMETER.json < POINTS > ANSWERS

Reads points in mm as float64, with shape (n, 3); writes as many pairs of float64: the cell that
energy would be counted in, or -1, and the radiation length in mm.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

from cloudburst.detectors import load_calorimeter
from cloudburst.extras import require
from cloudburst.simulators.geant4.run import Run
from cloudburst.simulators.geant4.world import cell_numbers


def main() -> None:
    points = np.frombuffer(sys.stdin.buffer.read()).reshape(-1, 3)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    g4 = require("geant4_pybind", "geant4")
    calorimeter = load_calorimeter(json.loads(Path(sys.argv[1]).read_text()))
    run = Run(g4, calorimeter, "em", 0.7, lambda *event: None)
    run.make([shot()])
    numbers = cell_numbers(calorimeter)
    manager = g4.G4TransportationManager.GetTransportationManager()
    navigator = manager.GetNavigatorForTracking()
    found = np.array([located(g4, navigator, numbers, point) for point in points])
    answers.write(found.tobytes())
    answers.flush()
    os._exit(0)


def shot():
    return {"seeds": [1, 2], "particle": "e-", "energy": 1.0, "position": [0.1, 0.1, -1.0],
            "direction": [0.0, 0.0, 1.0]}  # fmt: skip


def located(g4, navigator, numbers, point) -> tuple[float, float]:
    volume = navigator.LocateGlobalPointAndSetup(g4.G4ThreeVector(*point), None, False)
    logical = volume.GetLogicalVolume()
    length = logical.GetMaterial().GetRadlen() / g4.mm
    sensitive = logical.GetSensitiveDetector()
    if sensitive is None:
        return -1, length
    above = int(sensitive.GetName().removeprefix("cells"))
    touchable = navigator.CreateTouchableHistory()
    section, part, column = (touchable.GetReplicaNumber(above + up) for up in (2, 1, 0))
    return numbers[section, part, column], length


if __name__ == "__main__":
    main()
