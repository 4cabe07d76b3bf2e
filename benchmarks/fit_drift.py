"""Fits the effective constants of the drift simulator to published responses of the MPD TPC.

    python benchmarks/fit_drift.py

compares simulated segments at the conditions of the first half of ../shared/data/mpd_tpc.h5 with
that half, and prints the density of clusters, the tail of their sizes, their largest size and
the gain that come nearest. What is minimised is the sum, over the quantiles of the logarithm of
the summed amplitude and over the spreads of the barycentres about the track, of squared
differences in units of the error of the real sample. The gain brings the medians of the
amplitude together. The other half is left for `simulators_drift.py` to judge by.
"""

import dataclasses
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from cloudburst.detectors import MPD_CHAMBER, Chamber
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.observables import image_moments
from cloudburst.simulators.drift import Drift

FILE = Path(__file__).parents[2] / "shared" / "data" / "mpd_tpc.h5"
HALF = 2000
# each condition of the real sample is simulated so many times
REPEATS = 3
QUANTILES = (0.02, 0.05, 0.25, 0.75, 0.95, 0.98, 0.99)
START = {"density": 1.7, "tail": 0.26, "largest": 6000.0}


def real(half: int) -> Events:
    """One half, 0 or 1, of the published responses."""
    return load_events(FILE, slice(half * HALF, (half + 1) * HALF))


def chamber(parameters: np.ndarray, gain: float) -> Chamber:
    """The chamber with effective constants, given as logarithms over the start."""
    density, tail, largest = np.exp(parameters) * list(START.values())
    gas = dataclasses.replace(
        MPD_CHAMBER.gas, cluster_density=density, tail=tail, largest=int(largest)
    )
    return dataclasses.replace(MPD_CHAMBER, gas=gas, gain=gain)


def summary(events: Events) -> tuple[np.ndarray, float]:
    """Quantiles of the amplitude over the median, spreads of the barycentres; and the median."""
    moments = image_moments(events.readouts["pads"])
    pad, time, dip = (events.condition(c) for c in ("pad_coordinate", "drift_length", "dip_angle"))
    # amplitudes rise with the path
    logs = np.log(moments.amplitude * np.cos(np.radians(dip)))
    median = float(np.median(logs))
    along, steep = moments.time_mean - 7 - time % 1, np.abs(dip)
    across = moments.pad_mean - 3 - pad % 1
    straight = np.abs(events.condition("crossing_angle")) < 7
    groups = [
        across[straight], across[~straight],
        along[steep < 15], along[(steep > 15) & (steep < 40)], along[steep > 40],
    ]  # fmt: skip
    quantiles = np.quantile(logs, QUANTILES) - median
    return np.concatenate([quantiles, [np.log(group.std()) for group in groups]]), median


def errors(events: Events) -> np.ndarray:
    """Errors of `summary`, by bootstrap."""
    rng = np.random.default_rng(0)
    drawn = [summary(events[rng.integers(len(events), size=len(events))])[0] for _ in range(200)]
    return np.std(drawn, axis=0)


def main() -> None:
    """Prints the constants, and how near they come."""
    events = real(0)
    wanted, median = summary(events)
    spread = errors(events)
    conditions = np.repeat(events.conditions, REPEATS, axis=0)

    def found(parameters: np.ndarray, gain: float) -> tuple[np.ndarray, float]:
        made = Drift(chamber(parameters, gain).to_dict())(conditions, seed=1)
        return summary(made)

    def misfit(parameters: np.ndarray) -> float:
        # once to see how far the median is off, once with the gain that mends it
        _, off = found(parameters, 3.0)
        values, _ = found(parameters, 3.0 * np.exp(median - off))
        return float((((values - wanted) / spread) ** 2).sum())

    simplex = np.vstack([np.zeros(3), 0.2 * np.eye(3)])
    options = {"maxfev": 60, "initial_simplex": simplex}
    best = minimize(misfit, np.zeros(3), method="Nelder-Mead", options=options)
    _, off = found(best.x, 3.0)
    values, _ = found(best.x, gain := 3.0 * np.exp(median - off))
    print(f"misfit {best.fun:.1f} for {len(wanted)} figures, after {best.nfev} tries")
    print(dict(zip(START, np.exp(best.x) * list(START.values()), strict=True)), f"gain {gain:.4g}")
    print("pulls", ((values - wanted) / spread).round(1))


if __name__ == "__main__":
    main()
