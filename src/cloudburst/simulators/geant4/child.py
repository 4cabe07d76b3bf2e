"""The process that runs Geant4: `python -m cloudburst.simulators.geant4.child`.

Its first line of input describes the run; each further line is a list of shots, which it answers
with one answer an event. It ends when its input does.
"""

from __future__ import annotations

__all__ = ["main"]

import json
import os
import resource
import sys
import time

import numpy as np
from numpy.typing import NDArray

from ...detectors.calorimeters import load_calorimeter
from ...extras import require
from . import wire
from .run import Run


def main() -> None:
    """Runs until its input ends or nobody listens any more."""
    answers = os.fdopen(os.dup(1), "wb")
    # Geant4 writes to standard output
    os.dup2(2, 1)
    began = time.process_time()

    def deliver(numbers: NDArray[np.int64], energies: NDArray[np.float64], seconds: float) -> None:
        wire.write_answer(answers, wire.write_sums(numbers, energies), seconds)

    setup = json.loads(sys.stdin.readline())
    g4 = require("geant4_pybind", "geant4")
    calorimeter = load_calorimeter(setup["calorimeter"])
    run = Run(g4, calorimeter, setup["physics"], setup["cut"], deliver)
    about = {"version": g4.G4Version.strip("$ ").removeprefix("Name: ")}
    wire.write_answer(answers, json.dumps(about).encode(), time.process_time() - began)
    for line in sys.stdin:
        run.make(json.loads(line))


if __name__ == "__main__":
    status = 0
    # an abort of Geant4 is reported; its memory serves nobody
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        main()
    except BrokenPipeError:
        status = 1
    sys.stderr.flush()
    # what Geant4 does at the end of a process may fail, and serves nobody
    os._exit(status)
