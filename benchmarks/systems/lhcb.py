"""The LHCb calorimeter: conditions told by a frozen regressor, or by the critic.

    D=RUNS/data/lhcb_ecal_electron-train.h5
    R=RUNS/lhcb-ecal-regressor.safetensors
    cloudburst regress $D $R --steps 3500 --batch 64
    T="python benchmarks/systems/training.py RUNS"
    O="training.batch=32 training.bfloat16=true data.file=$D"
    $T/lhcb-ecal MINUTES lhcb-ecal $O training.steps=1900 training.validate_every=950
        training.average=0.998 "training.players={generator=P,critic=P}"
        "objective.penalties=[{class='cloudburst.objectives:RegressorPenalty',file='$R',weight=1}]"
    $T/lhcb-ecal-told MINUTES lhcb-ecal-told $O training.steps=1200 training.validate_every=400
        training.average=0.99 objective.critic_steps=2
        "training.players={generator=Q,critic=Q with rate=4e-4}"

with P={rate=3e-4,betas=[0.5,0.9],schedule={shape='cosine',final=0.1}} and Q the same but for
rate=2e-4 and betas=[0.0,0.9]. RUNS/lhcb-ecal-regressor.seconds holds the processor seconds of the
regressor; benchmarks/systems/splitting.py makes RUNS/data.
"""

from __future__ import annotations

__all__ = ["measure"]

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cloudburst.events import Events
from cloudburst.experiment import load_recipe
from cloudburst.experiment.runs import load_surrogate
from cloudburst.formats import read_events
from cloudburst.observables import Observable, observables_for
from cloudburst.surrogate import Surrogate
from cloudburst.validation import matched_pairs
from cloudburst.validation.labels import named
from cloudburst.validation.plots import binning, side_by_side
from cloudburst.validation.plots.style import CANDIDATE, FILL, REFERENCE, figure, styled

from .judging import common_rows, judged, measured, milliseconds
from .rows import Cost, Picture, Row, System, cost_of, picture

_SYSTEM = "lhcb"
_RUNS = {"regressor": "lhcb-ecal", "told": "lhcb-ecal-told"}
_TEST = Path("data") / "lhcb_ecal_electron-test.h5"
_PUBLISHED_COST = "3,000 epochs of 50,000 showers, 70 h of a K80"
_PUBLISHED_REGRESSOR = "500 epochs of 500 steps, batch 256"
_REGRESSOR = (3420, 3500, 64)
# what the paper's figure 4 shows
_SHOWN = (
    "width.across", "width.along", "delta_x", "asymmetry.across", "asymmetry.along",
    "sparsity(10 MeV)",
)  # fmt: skip
_NAMES = ("Geant4", "WGAN-GP")
_BATCHES = (1, 1024)


def measure(runs: Path) -> System:
    """All that is known of the runs in the folder `runs`."""
    found = {
        label: runs / name for label, name in _RUNS.items() if (runs / name / "surrogate").is_dir()
    }
    reports = {label: judged(run, runs / _TEST) for label, run in found.items()}
    rows: list[Row] = []
    for label, report in reports.items():
        rows += common_rows(_SYSTEM, label, report)
        rows += _joint(label, report)
        rows += _observables(label, report)
        rows += _readings(label, report)
    test = read_events(runs / _TEST)[0]
    surrogates = {label: load_surrogate(run, ()) for label, run in found.items()}
    rows += _speed(next(iter(surrogates.values())), test)
    costs = [_without_paths(cost_of(run, _PUBLISHED_COST)) for run in found.values()]
    return System(
        _SYSTEM,
        "LHCb: electrons in the electromagnetic calorimeter",
        "Electrons of 1 to 100 GeV in 30 × 30 cells of 2 cm, given momentum and impact point "
        "(Chekalina et al., [arXiv:1812.01319](https://arxiv.org/abs/1812.01319)). Generator, "
        "critic and regressor have the weights that ran for the study: 697,632 for 100 numbers of "
        "noise, 660,928, and 20,025,797 or as many as the critic. In one run a frozen regressor "
        "of the conditions adds its loss to the generator's, and the critic sees images alone; "
        "in the other the critic is told of the conditions. Powers by maximum likelihood "
        "(Box-Cox) encode the cells.",
        tuple(rows),
        (*_regressor(runs), *costs),
        tuple(_pictures(test, surrogates)),
        _shortfall(reports),
    )


def _regressor(runs: Path) -> list[Cost]:
    """What the regressor's training took, if that is kept."""
    kept = runs / "lhcb-ecal-regressor.seconds"
    if not kept.exists():
        return []
    minutes = sum(map(float, kept.read_text(encoding="utf-8").split())) / 60
    return [Cost("lhcb-ecal-regressor", minutes, *_REGRESSOR, _PUBLISHED_REGRESSOR)]


def _without_paths(cost: Cost) -> Cost:
    """The cost with files named without their folders."""
    return dataclasses.replace(cost, changes=re.sub(r"'[^']*/([^'/]+)'", r"'\1'", cost.changes))


def _joint(label: str, report: Mapping[str, Any]) -> list[Row]:
    """Precision and recall of all observables together."""
    checks = (report["joint"] or {}).get("checks", [])
    note = (
        "0.640 is of a regressor's embeddings (HSE, no bound on the critic), ours of observables"
    )
    return [
        Row(
            _SYSTEM, f"Area of precision and recall (PRD), {label}", "0.640",
            *measured(check["measured"]), measured(check["floor"]).value, note,
        )
        for check in checks
        if check["name"] == "PRD area"
    ]  # fmt: skip


def _observables(label: str, report: Mapping[str, Any]) -> list[Row]:
    """How far each observable of the paper's figure is from Geant4's, in its own width."""
    checks = {check["name"]: check for check in report["checks"]}
    rows = []
    for name in _SHOWN:
        check = checks[f"{name}:normalized_wasserstein"]
        quantity = f"Normalised Wasserstein distance of {name}, {label}"
        floor = measured(check["floor"]).value
        rows.append(Row(_SYSTEM, quantity, "picture", *measured(check["measured"]), floor))
    return rows


def _readings(label: str, report: Mapping[str, Any]) -> list[Row]:
    """Conditions read off showers by trees that learned from Geant4."""
    readings = {
        (r["attribute"], r["tried"]): r
        for r in report["inquiries"].get("attributes", [])
        if r["trained"] == "reference"
    }
    rows = []
    for attribute in dict.fromkeys(name for name, _ in readings):
        ours, theirs = (readings[attribute, tried] for tried in ("candidate", "reference"))
        name = f"RMS error of {attribute} [{ours['unit']}] read off, {label}"
        note = f"trees learned from Geant4; guessing errs by {ours['spread']:.3g}"
        floor = measured(theirs["error"]).value
        rows.append(Row(_SYSTEM, name, "", *measured(ours["error"]), floor, note))
    return rows


def _speed(surrogate: Surrogate, test: Events) -> list[Row]:
    """Milliseconds per shower beside the published one."""
    note = "one core; Geant4 takes 314 ms here; theirs takes 0.07 ms on a GPU"
    return [
        Row(
            _SYSTEM, f"Time per shower [ms], {batch:,} at once", "4.9 (CPU)",
            *milliseconds(surrogate, test.conditions, batch), None, note,
        )
        for batch in _BATCHES
    ]  # fmt: skip


def _pictures(test: Events, surrogates: Mapping[str, Surrogate]) -> list[Picture]:
    """Electrons at the conditions of the paper's figure, and its observables."""
    made = {label: one.sample(test.conditions, 0) for label, one in surrogates.items()}
    label, first = next(iter(made.items()))
    wanted = load_recipe(_RUNS[label]).validation.pairs
    reference, candidate = matched_pairs(test, first, wanted)
    captions = [f"{energy:.1f} GeV" for energy in _energies(reference)]
    pairs = side_by_side(
        reference.readouts, candidate.readouts, test.detector.readouts, captions, _NAMES
    )
    observables = [o for o in observables_for(test.detector) if o.name in _SHOWN]
    shapes = _shapes(test, made, sorted(observables, key=lambda o: _SHOWN.index(o.name)))
    return [
        picture(
            "lhcb-pairs.png", pairs,
            "Pairs of single electrons at the conditions nearest to those of the paper's "
            "figure 3 (63.7, 6.5, 15.6 and 15.9 GeV).",
        ),
        picture(
            "lhcb-observables.svg", shapes,
            "What the paper's figure 4 shows, of the test electrons (filled) and of as many "
            "generated at their conditions.",
        ),
    ]  # fmt: skip


def _energies(events: Events) -> np.ndarray:
    momenta = np.stack([events.condition(name) for name in ("px", "py", "pz")])
    return np.linalg.norm(momenta, axis=0)


@styled
def _shapes(test: Events, made: Mapping[str, Events], shown: list[Observable]) -> Figure:
    """Each observable of all samples."""
    drawn = figure(8.4, 4.6)
    for axes, observable in zip(drawn.subplots(2, 3).flat, shown, strict=True):
        _shape(axes, observable, test, made)
    return drawn


def _shape(axes: Axes, observable: Observable, test: Events, made: Mapping[str, Events]) -> None:
    known = observable(test)
    known = known[np.isfinite(known)]
    others = {label: observable(events) for label, events in made.items()}
    others = {label: values[np.isfinite(values)] for label, values in others.items()}
    bins = binning(known, np.concatenate(list(others.values())), bins=30)
    axes.stairs(bins.fill(known).inner, bins.edges, fill=True, color=FILL)
    axes.stairs(bins.fill(known).inner, bins.edges, color=REFERENCE, linewidth=1, label="Geant4")
    for (label, values), style in zip(others.items(), ("-", "--"), strict=False):
        counts = bins.fill(values, len(known) / max(len(values), 1)).inner
        axes.stairs(counts, bins.edges, color=CANDIDATE, linestyle=style, label=label)
    axes.set_xlabel(named(observable.label, observable.unit))
    axes.set_ylim(0, 1.3 * axes.dataLim.y1)
    if observable.name == _SHOWN[0]:
        axes.set_ylabel("Electrons per bin")
        axes.legend(fontsize=7)


def _shortfall(reports: Mapping[str, Mapping[str, Any]]) -> str:
    found = " and ".join(
        f"{_agreeing(r)} of {len(_names(r))} observables ({label})" for label, r in reports.items()
    )
    return (
        "The published training saw 50,000 showers 3,000 times; ours saw 3,420 showers some "
        "twenty times, with batches of 32, larger learning rates that fall, and bfloat16, on one "
        f"core for minutes. That is far too little: {found} are within twice their floor, and "
        "showers hardly follow the conditions yet. The regressor reads momentum well and the "
        "impact point hardly (a cell is twice as wide as the range of impact points), so that "
        "what it asks of the generator there is weak. The paper calls its own second-order "
        "quantities poor."
    )


def _names(report: Mapping[str, Any]) -> list[str]:
    """The observables of a report."""
    return sorted({check["name"].partition(":")[0] for check in report["checks"]})


def _agreeing(report: Mapping[str, Any]) -> int:
    """How many observables have all distances within twice their floor."""
    off = {c["name"].partition(":")[0] for c in report["checks"] if not (c["ratio"] or 99.0) <= 2}
    return len(set(_names(report)) - off)
