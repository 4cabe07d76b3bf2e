"""Fits the named tunings of the parametric showers to full simulation.

    python benchmarks/fit_gflash.py calogan | lhcb_ecal | calochallenge2

compares parametric showers with the first part of the file of full simulation, and prints the
tuning that comes nearest. What is minimised is the mean, over quantities and bins of energy, of

    (difference of means / spread)^2 + ln(ratio of spreads)^2.

The other part of the file is left for `simulators_gflash.py` to judge by.
"""

import dataclasses
import sys

import numpy as np
from gflash_data import SAMPLES, Moments, energy, quantities, reference, simulate
from scipy.optimize import minimize

from cloudburst.simulators.gflash import Tuning

EVENTS = 400
EDGES = np.geomspace(1, 100.001, 6)
# the parameters that the cells of a calorimeter tell something about, and their natural steps
STEPS = {
    "depth": 0.2, "shape": 0.05, "depth_spread": 0.1, "shape_spread": 0.1, "core": 0.1,
    "tail": 0.1, "weight": 0.03, "reach": 0.3, "spots": 0.3, "response": 0.05,
    "resolution": 0.1, "albedo": 0.001,
}  # fmt: skip
FREE = {
    "calogan": ("depth", "shape", "depth_spread", "shape_spread", "core", "tail", "weight",
                "reach", "albedo"),
    "lhcb_ecal": ("depth", "depth_spread", "core", "tail", "weight", "reach", "spots", "response",
                  "resolution"),
    "calochallenge2": ("depth", "shape", "depth_spread", "shape_spread", "core", "tail", "weight",
                       "reach", "spots", "response", "resolution"),
}  # fmt: skip
START = dataclasses.asdict(Tuning(reach=10.0))


def main(name: str) -> None:
    """Prints the fitted tuning of a calorimeter, and how far it got."""
    sample = next(s for s in SAMPLES.values() if s.calorimeter == name)
    events = reference(sample, slice(0, EVENTS))
    energies = energy(events)
    wanted = [Moments.of(q.function(events), energies, EDGES) for q in quantities(events)]

    def misfit(steps: np.ndarray) -> float:
        made = simulate(sample, events, tuning(name, steps), seed=0)
        found = [Moments.of(q.function(made), energies, EDGES) for q in quantities(made)]
        return float(np.mean([distance(w, f) for w, f in zip(wanted, found, strict=True)]))

    zero = np.zeros(len(FREE[name]))
    print(f"untuned: {misfit(zero):.4f}", flush=True)
    options = {"maxfev": 350, "initial_simplex": np.vstack([zero, np.eye(len(zero))])}
    best = minimize(misfit, zero, method="Nelder-Mead", options=options)
    print(f"tuned: {best.fun:.4f} after {best.nfev} tries")
    print({key: round(value, 4) for key, value in tuning(name, best.x).items()})


def tuning(name: str, steps: np.ndarray) -> dict[str, float]:
    """The fields that a point of the search stands for; factors are moved by their logarithm."""
    fields = {}
    for key, step in zip(FREE[name], steps, strict=True):
        move = float(np.clip(step, -8, 8)) * STEPS[key]
        additive = key in ("depth", "weight", "albedo")
        fields[key] = START[key] + move if additive else START[key] * np.exp(move)
    fields.setdefault("reach", START["reach"])
    return {key: max(value, 0.0) if key == "albedo" else value for key, value in fields.items()}


def distance(wanted: Moments, found: Moments) -> float:
    """How far one quantity is off, over all energies."""
    pull = (found.mean - wanted.mean) / np.maximum(wanted.spread, 1e-3 * np.abs(wanted.mean))
    ratio = np.log((found.spread + 1e-9) / (wanted.spread + 1e-9))
    return float(np.mean(np.clip(pull**2, 0, 25) + np.clip(ratio**2, 0, 4)))


if __name__ == "__main__":
    main(sys.argv[1])
