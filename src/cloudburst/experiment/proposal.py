"""From what a file holds to a recipe that learns it."""

from __future__ import annotations

__all__ = ["Proposal", "choose", "features", "propose", "trials", "used_readouts"]

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..detector import Detector
from ..detectors import is_polar
from ..errors import DataError
from ..events import Events
from ..observables import has_layers, has_response, layers_of, response
from ..validation.explore import CodecRow
from .codecs import Trial
from .recipe import Recipe

Table = dict[str, Any]

_LAYERED = "layer fractions"
_T = "cloudburst.transforms:"
# What a faithful codec may do to signals, to cells and to an AUC above its floor.
_WORST, _TYPICAL, _CHANGED, _AUC = 1e-2, 1e-3, 1e-4, 0.03
_ASYMMETRY = 3.0
_TRAINING: Table = {
    "steps": 6000,
    "batch": 128,
    "validate_every": 1000,
    "log_every": 50,
    "tolerance": 0.01,
    "average": 0.998,
}
_PLAYER: Table = {
    "rate": 1e-3,
    "betas": [0.9, 0.99],
    "clip": 5.0,
    "schedule": {"shape": "cosine", "warmup": 0.01, "final": 0.03},
}
_FEWEST = 20


class Proposal(NamedTuple):
    """A recipe, and why it is so.

    Attributes:
        recipe: The recipe.
        reasons: One sentence for each choice.
    """

    recipe: Recipe
    reasons: list[str]


def used_readouts(detector: Detector) -> list[str]:
    """The layers of a calorimeter in layers, or all readouts."""
    if has_layers(detector):
        return [layer.name for layer in layers_of(detector)]
    return [readout.name for readout in detector.readouts]


def trials(events: Events, threshold: float) -> list[Trial]:
    """The codecs to try on events with the readouts that are used."""
    cut: list[Table] = [{"class": f"{_T}Threshold", "level": threshold}] if threshold else []
    scale = _scale(events, threshold)
    log: Table = {"class": f"{_T}LogScale", "scale": scale}
    standard: Table = {"class": f"{_T}Standardize"}
    given: Table = {"class": f"{_T}ConditionalStandardize"}
    power: Table = {"class": f"{_T}BoxCox", "scale": scale}
    in_log = f"log(1 + x / {scale:g})"
    found = [
        Trial("log1p", in_log, [*cut, log]),
        Trial("standardised log", f"{in_log}, each cell standardised", [*cut, log, standard]),
        Trial(*_logit(events), [*cut, *_logit_steps(events), standard]),
        Trial("Box-Cox", "a power for each cell, standardised", [*cut, power, standard]),
        Trial(
            "log given conditions",
            f"{in_log}, each cell standardised given the conditions",
            [*cut, log, given],
        ),
    ]
    if _is_layered(events.detector):
        text = f"fractions of layers apart; cells {in_log}, standardised given layers"
        found.append(Trial(_LAYERED, text, [_layers(events, [*cut, log, given])]))
    return found


def choose(rows: Sequence[CodecRow]) -> tuple[str, str]:
    """The name of the codec to use, and why.

    Layer fractions if they are faithful; else of the faithful ones the nearest to a Gaussian.
    """
    faithful = [row for row in rows if _is_faithful(row)]
    names = [row.name for row in faithful]
    if _LAYERED in names:
        return _LAYERED, (
            "Codec: layer fractions, which give response and layer energies right to the last "
            "digit whatever a network does to single cells; the way there and back is faithful."
        )
    best = min(faithful or rows, key=lambda row: row.departure)
    if not faithful:
        return best.name, (
            f"Codec: '{best.name}', the nearest to a Gaussian; no codec is faithful, look at "
            "their errors before you train."
        )
    return best.name, (
        f"Codec: '{best.name}', of the {len(faithful)} that are faithful the nearest to a "
        f"Gaussian ({best.departure:.2f})."
    )


def features(detector: Detector) -> Table:
    """What networks are told: scaled conditions, and logarithms of those that span a decade."""
    logs = [c.name for c in detector.conditions if not c.categories and 0 < 10 * c.low <= c.high]
    return {"class": "cloudburst.codec:ScaledFeatures"} | ({"logarithmic": logs} if logs else {})


def propose(events: Events, file: str, trial: Trial, why: str, threshold: float) -> Proposal:
    """A recipe for events with the readouts that are used.

    Args:
        events: Sound events.
        file: What the recipe calls their file.
        trial: The codec that was chosen.
        why: Why it was.
        threshold: The threshold that was chosen, in the unit of the cells.
    """
    detector, reasons = events.detector, [why]
    if threshold:
        unit = detector.readouts[0].unit
        reasons.insert(0, f"Threshold: cells below {threshold:g} {unit} are negligible.")
    data = _data(events, file, reasons)
    told = features(detector)
    if "logarithmic" in told:
        logs = ", ".join(told["logarithmic"])
        reasons.append(f"Logarithm of {logs}: it spans a decade or more.")
    networks, reason = _networks(trial, detector)
    reasons.append(reason)
    recipe = Recipe.model_validate(
        {
            "name": f"{detector.name}-explored",
            "description": f"'{detector.name}', proposed by an exploration of its events",
            "data": data,
            "codec": {"steps": list(trial.steps), "features": told},
            **networks,
        }
    )
    return Proposal(recipe, reasons)


def _data(events: Events, file: str, reasons: list[str]) -> Table:
    """What to learn from; adds to the reasons."""
    mirrors = _mirrors(events)
    names = [readout.name for readout in events.detector.readouts]
    table: Table = {"file": file, "readouts": names, "validation": 0.15}
    if not mirrors:
        return table
    reasons.append(f"Mirrored along {', '.join(mirrors)}: no side is told from the other.")
    return table | {"mirror": mirrors}


def _networks(trial: Trial, detector: Detector) -> tuple[Table, str]:
    """Generator, objective and training, and why."""
    if trial.name != _LAYERED:
        tables: Table = {
            "generator": {"class": "cloudburst.generators:LatentGenerator"},
            "critic": {"class": "cloudburst.critics:NetworkCritic"},
            "objective": {"class": "cloudburst.objectives:WassersteinGP"},
            "training": _TRAINING,
        }
        return tables, "Networks: perceptrons in a Wasserstein game, to start from."
    generator: Table = {
        "class": "cloudburst.generators:ChainGenerator",
        "split": len(detector.readouts),
        "latent": 32,
        "hidden": [256, 128],
    }
    tables = {
        "generator": generator,
        "objective": {"class": "cloudburst.objectives:EnergyScoring"},
        "training": _TRAINING | {"players": {"generator": _PLAYER}},
    }
    return tables, "Networks: layer energies first, then cells given them, by energy scores."


def _is_layered(detector: Detector) -> bool:
    """Whether energies of layers can be told apart from cells."""
    units = {readout.unit for readout in detector.readouts}
    layers = is_polar(detector) or has_layers(detector)
    return layers and has_response(detector) and len(units) == 1 and len(detector.readouts) > 1


def _layers(events: Events, cells: list[Table]) -> Table:
    highest = [_above(response(events.detector)(events)), *[1.0] * (len(events.readouts) - 1)]
    energies = [
        {"class": f"{_T}Logit", "high": highest},
        {"class": f"{_T}Standardize"},
    ]
    return {"class": f"{_T}LayerFractions", "energies": energies, "cells": cells}


def _logit(events: Events) -> tuple[str, str]:
    if has_response(events.detector):
        return "logit of fractions", "logit of cells over the incident energy, standardised"
    return "logit", "logit of cells over the largest signal, standardised"


def _logit_steps(events: Events) -> list[Table]:
    cells = events.flat().astype(np.float64)
    if not has_response(events.detector):
        return [{"class": f"{_T}Logit", "high": _above(cells.max(axis=1), 1.1)}]
    # the response is the summed fraction: a cell's is its share of it
    share = cells.max(axis=1) / np.maximum(cells.sum(axis=1), 1e-30)
    fractions = share * np.nan_to_num(response(events.detector)(events))
    return [{"class": f"{_T}Fractions"}, {"class": f"{_T}Logit", "high": _above(fractions, 1.1)}]


def _above(values: np.ndarray, factor: float = 1.002) -> float:
    """A number of three digits above all values."""
    top = factor * float(np.nanmax(values))
    if not (math.isfinite(top) and top > 0):
        raise DataError("no signal in any event: there is nothing to learn")
    step = 10.0 ** (math.floor(math.log10(top)) - 3)
    return float(f"{math.ceil(top / step) * step:.4g}")


def _scale(events: Events, threshold: float) -> float:
    """The median signal, to two digits."""
    flat = events.flat()
    hits = flat[(flat > 0) & (flat >= threshold)]
    return float(f"{float(np.median(hits)):.2g}") if len(hits) else 1.0


def _mirrors(events: Events) -> list[str]:
    """Axes along which neither conditions nor events tell one side from the other."""
    if len(events.detector.conditions) > 1 or len(events) < _FEWEST:
        return []
    return [name for name in ("x", "y") if _is_symmetric(events, name)]


def _is_symmetric(events: Events, name: str) -> bool:
    try:
        turned = events.mirrored(name).flat()
    except DataError:
        return False
    flat = events.flat().astype(np.float64)
    sums = np.maximum(flat.sum(axis=1), 1e-30)
    # signal of each cell less that of its image, as a share of the event's
    first = np.arange(flat.shape[1]) < flat.shape[1] // 2
    tilt = ((flat - turned) * first).sum(axis=1) / sums
    error = float(tilt.std()) / math.sqrt(len(tilt))
    return abs(float(tilt.mean())) <= _ASYMMETRY * max(error, 1e-12)


def _is_faithful(row: CodecRow) -> bool:
    near = row.worst <= _WORST and row.typical <= _TYPICAL and row.changed <= _CHANGED
    return near and _hidden(row)


def _hidden(row: CodecRow) -> bool:
    """Whether a classifier, its errors allowed for, does not see the round trip."""
    if row.auc is None or row.floor is None:
        return True
    error = math.hypot(row.auc.error, row.floor.error)
    return row.auc.value - row.floor.value <= _AUC + 2 * error
