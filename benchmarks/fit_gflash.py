"""Fits the named tunings of the parametric showers to full simulation.

    python benchmarks/fit_gflash.py calogan | lhcb_ecal | calochallenge2

compares parametric showers with events of the first half of the file of full simulation, as many
in each bin of energy, and prints the tuning that comes nearest. What is minimised is the mean,
over quantities and bins of energy, of

    (difference of means / spread)^2 + ln(ratio of spreads)^2.

The other half of the file is left for `simulators_gflash.py` to judge by.
"""

import dataclasses
import sys

import numpy as np
from gflash_data import SAMPLES, Moments, energy, quantities, reference, simulate
from scipy.optimize import minimize

from cloudburst.events import Events
from cloudburst.simulators.gflash import Tuning

EDGES = np.geomspace(1, 100.001, 6)
EACH = 40  # events in a bin
TRIES = 100  # in each of three searches
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
    events = reference(sample)
    events = even(events[: len(events) // 2])
    energies = energy(events)
    wanted = [Moments.of(q.function(events), energies, EDGES) for q in quantities(events)]

    def misfit(steps: np.ndarray) -> float:
        made = simulate(sample, events, tuning(name, steps), seed=0)
        found = [Moments.of(q.function(made), energies, EDGES) for q in quantities(made)]
        return float(np.mean([distance(w, f) for w, f in zip(wanted, found, strict=True)]))

    zero = np.zeros(len(FREE[name]))
    print(f"untuned: {misfit(zero):.4f}", flush=True)
    best = minimize(misfit, zero, method="Nelder-Mead", options=simplex(zero, 1.0))
    for size in (0.7, 0.4):  # a shrunken simplex stops too early
        best = minimize(misfit, best.x, method="Nelder-Mead", options=simplex(best.x, size))
    print(f"tuned: {best.fun:.4f}")
    print({key: round(float(value), 4) for key, value in tuning(name, best.x).items()})


def simplex(start: np.ndarray, size: float) -> dict[str, object]:
    """Options of a search from a point with steps of that size."""
    corners = np.vstack([start, start + size * np.eye(len(start))])
    return {"maxfev": TRIES, "initial_simplex": corners}


def even(events: Events) -> Events:
    """The first events in each bin of energy."""
    bins = np.digitize(energy(events), EDGES) - 1
    chosen = [np.flatnonzero(bins == number)[:EACH] for number in range(len(EDGES) - 1)]
    return events[np.sort(np.concatenate(chosen))]


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
