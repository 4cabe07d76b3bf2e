"""Pictures of parametric showers beside full simulation."""

from collections.abc import Mapping

import numpy as np
from gflash_data import energy, quantities
from matplotlib.axes import Axes
from numpy.typing import NDArray

from cloudburst.events import Events
from cloudburst.validation import trend
from cloudburst.validation.plots import to_svg
from cloudburst.validation.plots.style import CANDIDATE, FILL, REFERENCE, SERIES, figure, styled

Made = Mapping[str, Mapping[str, Events]]

SILICON = "calochallenge2 e-"
RANGES = ((1, 3), (8, 16), (50, 100))  # GeV
KINDS = (("paper", SERIES[0], "GFlash, paper"), ("tuned", CANDIDATE, "GFlash, tuned"))
EDGES = np.geomspace(1, 100.001, 8)
PANELS = (
    ("calogan e+", "share of layer 0", "mean"),
    ("calogan gamma", "share of layer 0", "mean"),
    ("calogan e+", "width of layer 1 in y", "mean"),
    ("lhcb_ecal e-", "width in y", "mean"),
    ("lhcb_ecal e-", "response", "width"),
    ("calochallenge2 e-", "mean radius", "mean"),
)


@styled
def profiles(full: Mapping[str, Events], made: Made) -> str:
    """Mean energy in each layer of silicon over the incident one, in three ranges of energy."""
    plate = figure(7.6, 2.6)
    for axes, (low, high) in zip(plate.subplots(1, 3), RANGES, strict=True):
        energies = energy(full[SILICON])
        chosen = (energies >= low) & (energies < high)
        numbers = np.arange(45)
        axes.bar(numbers, _layers(full[SILICON][chosen]), 1, color=FILL, label="Geant4")
        axes.step(numbers, _layers(full[SILICON][chosen]), where="mid", color=REFERENCE, lw=0.8)
        for kind, colour, name in KINDS:
            layers = _layers(made[SILICON][kind][chosen])
            axes.step(numbers, layers, where="mid", color=colour, label=name, lw=1.3)
        axes.set_title(f"{low} to {high} GeV")
        axes.set_xlabel("layer")
        axes.margins(x=0)
    plate.axes[0].set_ylabel("silicon energy / incident [$10^{-3}$]")
    plate.axes[0].legend(loc="upper right")
    return to_svg(plate)


@styled
def trends(full: Mapping[str, Events], made: Made) -> str:
    """Some quantities against the incident energy."""
    plate = figure(7.6, 4.8)
    for axes, (sample, name, kind) in zip(plate.subplots(2, 3).flat, PANELS, strict=True):
        _panel(axes, full[sample], made[sample], name, kind)
        axes.set_title(sample)
    plate.axes[0].legend()
    return to_svg(plate)


def _panel(axes: Axes, full: Events, made: Mapping[str, Events], name: str, kind: str) -> None:
    energies = energy(full)
    centers = np.sqrt(EDGES[1:] * EDGES[:-1])
    value, error = _trend(full, energies, name, kind)
    axes.errorbar(
        centers, value, error, fmt="s", ms=4, color=REFERENCE, mfc="none", label="Geant4"
    )
    for key, colour, label in KINDS:
        value, error = _trend(made[key], energies, name, kind)
        axes.plot(centers, value, color=colour, label=label)
        axes.fill_between(centers, value - error, value + error, color=colour, alpha=0.25, lw=0)
    axes.set_xscale("log")
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.set_xlabel("energy [GeV]")
    what = "resolution" if kind == "width" else name
    unit = next(q.unit for q in quantities(full) if q.name == name)
    axes.set_ylabel(f"{what} [{unit}]" if unit else what)


def _trend(
    events: Events, energies: NDArray[np.float64], name: str, kind: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    quantity = next(q for q in quantities(events) if q.name == name)
    found = trend(energies, quantity.function(events), EDGES)
    if kind == "width":
        return found.width / found.mean, found.width_error / found.mean
    return found.mean, found.mean_error


def _layers(events: Events) -> NDArray[np.float64]:
    sums = [part.sum(axis=(1, 2), dtype=float) for part in events.readouts.values()]
    return np.mean(np.stack(sums, axis=1) / energy(events)[:, None], axis=0)
