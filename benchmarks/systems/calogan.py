"""CaloGAN: positrons, several particles, impact point and angles.

    T="python benchmarks/systems/training.py RUNS"
    D=../shared/data
    S="schedule={shape='cosine',final=0.1}"
    P="generator={rate=2e-4,betas=[0.5,0.999],$S},critic={rate=RATE,betas=[0.5,0.999],$S}"
    O="data.validation=0.05 training.batch=32 training.bfloat16=true training.average=0.998
        training.validate_every=200 training.players={$P}"
    $T/calogan-eplus MINUTES calogan-eplus data.file=$D/calogan_eplus.h5 data.events=6000
        "data.mirror=['x','y']" generator.told=true training.steps=STEPS $O
    $T/calogan-acgan MINUTES calogan-acgan data.file=RUNS/data/particles-train.h5
        "data.mirror=['x','y']" generator.told=true generator.spread=1.0 training.steps=STEPS $O
    $T/calogan-angles MINUTES calogan-angles data.file=RUNS/data/angles-train.h5
        "data.mirror={y=['y0','phi']}" training.steps=STEPS $O

with the STEPS and RATE that docs/systems.md names; RUNS/data is as
benchmarks/systems/splitting.py makes it. The run of angles that is shown was made in two parts,
of 3,600 steps and then on to 5,600.
"""

from __future__ import annotations

__all__ = ["measure"]

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudburst.distances import Measurement
from cloudburst.events import Events
from cloudburst.experiment.runs import load_surrogate
from cloudburst.formats import read_events
from cloudburst.surrogate import Surrogate
from cloudburst.validation import interpolate, matched_pairs, similar_events
from cloudburst.validation.plots import film, mean_image, neighbours

from .judging import common_rows, farthest, hardest, judged, measured, readings, speed
from .rows import Cost, Picture, Row, System, cost_of, picture

_SYSTEM = "calogan"
_LAYERS = ["layer_0", "layer_1", "layer_2"]
_PUBLISHED_MS = {1: "13.1 (CPU)", 1024: "2.03 (CPU)"}
_PUBLISHED_COST = "50 epochs of 100,000 showers, batch 256"
_BINS, _DRAWS = 10, 200


def measure(runs: Path) -> System:
    """All that is known of the three runs in the folder `runs`."""
    kinds = {
        name: runs / f"calogan-{name}"
        for name in ("eplus", "acgan", "angles")
        if (runs / f"calogan-{name}" / "surrogate").is_dir()
    }
    tests = {
        "eplus": runs / "data" / "calogan_eplus-test.h5",
        "acgan": runs / "data" / "particles-test.h5",
        "angles": runs / "data" / "calogan_eplus_angles-test.h5",
    }
    reports = {name: judged(run, tests[name]) for name, run in kinds.items()}
    labels = {"eplus": "e+", "acgan": "e+, γ, π+", "angles": "e+ with point and angles"}
    rows = [row for name, report in reports.items()
            for row in common_rows(_SYSTEM, labels[name], report)]  # fmt: skip
    rows += [
        row for name, report in reports.items() for row in readings(_SYSTEM, labels[name], report)
    ]
    surrogates = {name: load_surrogate(run, ()) for name, run in kinds.items()}
    note = "one core; Geant4 takes 805 ms here, 1772 ms there"
    energies = np.linspace(1, 100, 100, dtype=np.float32)[:, None]
    rows += speed(_SYSTEM, "shower", surrogates["eplus"], energies, _PUBLISHED_MS, note)
    rows += _apart(runs, surrogates.get("acgan"))
    if "acgan" in surrogates:
        rows += _responses(_events(tests["acgan"]), surrogates["acgan"])
    costs = tuple(cost_of(run, _PUBLISHED_COST) for run in kinds.values())
    pictures = _pictures(surrogates, {name: _events(path) for name, path in tests.items()}, runs)
    return System(
        _SYSTEM,
        "CaloGAN: showers in a lead and liquid-argon calorimeter",
        "Positrons, photons and pions of 1 to 100 GeV in three layers of 504 cells "
        "(Paganini, de Oliveira, Nachman, [arXiv:1705.02355](https://arxiv.org/abs/1705.02355), "
        "[arXiv:1712.10321](https://arxiv.org/abs/1712.10321)). Generator and critic have the "
        "published 29,726,280 and 2,744,332 trainable weights, and more where they are told more. "
        "The recipe `calogan-eplus` learns positrons, `calogan-acgan` tells three particles apart "
        "(ACGAN), `calogan-angles` follows impact point and direction. Published, energy and "
        "particle only multiply the noise; here the energy, times a one for the particle, stands "
        "beside it too, which a short training follows sooner. The published energy term asks of "
        "pions to leave all of their energy; ours is for positrons and photons alone. Nothing is "
        "published of how the networks were told of point and angles. Here the generator is told "
        "where the particle crosses each layer; the critic, how far from there the shower stands, "
        "as the published one is told how far the deposited energy is from the incident one.",
        tuple(rows),
        costs,
        tuple(pictures),
        _shortfall(reports, costs),
    )


def separation(first: NDArray[Any], second: NDArray[Any]) -> float:
    """The separation power over ten bins of equal population of both samples together."""
    edges = np.quantile(np.concatenate([first, second]), np.linspace(0, 1, _BINS + 1))
    edges[0], edges[-1] = -np.inf, np.inf
    p, q = (np.histogram(sample, edges)[0] / len(sample) for sample in (first, second))
    return float(0.5 * ((p - q) ** 2 / (p + q + 1e-5)).sum())


def _separated(first: NDArray[Any], second: NDArray[Any]) -> Measurement:
    """Separation, and its error by drawing both samples anew."""
    rng = np.random.default_rng(0)
    drawn = [
        separation(rng.choice(first, len(first)), rng.choice(second, len(second)))
        for _ in range(_DRAWS)
    ]
    return Measurement(separation(first, second), float(np.std(drawn, ddof=1)))


def _events(path: Path) -> Events:
    return read_events(path)[0].select(_LAYERS)


def _first_layer(events: Events, particle: float | None = None) -> NDArray[Any]:
    """The energy of the first layer, of one particle if there are several."""
    energies = events.readouts["layer_0"].sum(axis=(1, 2), dtype=np.float64)
    return energies if particle is None else energies[events.condition("particle") == particle]


def _apart(runs: Path, acgan: Surrogate | None) -> list[Row]:
    """How far photons and positrons are apart in the first layer, in full simulation and ours."""
    files = {name: _events(runs / "data" / f"calogan_{name}-train.h5") for name in _PAIR}
    eplus, gamma = (_first_layer(files[name]) for name in _PAIR)
    real = _separated(gamma, eplus)
    half = len(eplus) // 2
    floor = separation(eplus[half : half + len(gamma)], eplus[:half])
    name = "Separation of E₀ between γ and e+"
    note = f"{len(gamma):,} photons and {len(eplus):,} positrons; theirs has 100,000 of each"
    rows = [Row(_SYSTEM, f"{name}, Geant4", "0.0836", *real, floor, note)]
    if acgan is not None:
        test = _events(runs / "data" / "particles-test.h5")
        rng = np.random.default_rng(0)
        asked = np.stack([rng.uniform(1, 100, 6000), np.repeat([0.0, 1.0], 3000)], axis=1)
        made = acgan.sample(asked.astype(np.float32), 0)
        found = _separated(_first_layer(made, 1.0), _first_layer(made, 0.0))
        truth = separation(_first_layer(test, 1.0), _first_layer(test, 0.0))
        note = "the floor is that of the Geant4 test events"
        rows.append(Row(_SYSTEM, f"{name}, ACGAN", "", *found, truth, note))
    return rows


_PAIR = ("eplus", "gamma")


def _responses(test: Events, acgan: Surrogate) -> list[Row]:
    """Mean deposited over incident energy of each particle, generated and in full simulation."""
    made = acgan.sample(test.conditions, 0)
    shares = [e.flat().sum(axis=1) / e.condition("energy") / 1000 for e in (made, test)]
    particle = test.condition("particle")
    rows = []
    for value, label in enumerate(("e+", "γ", "π+")):
        ours, theirs = (share[particle == value] for share in shares)
        found = Measurement(float(ours.mean()), float(ours.std() / np.sqrt(len(ours))))
        name, note = f"Mean response of {label}, ACGAN", "the floor is Geant4's mean"
        rows.append(Row(_SYSTEM, name, "", *found, float(theirs.mean()), note))
    return rows


def _pictures(
    surrogates: Mapping[str, Surrogate], tests: Mapping[str, Events], runs: Path
) -> list[Picture]:
    """Mean images and neighbours of positrons, and a film over the impact point."""
    test, eplus = tests["eplus"], surrogates["eplus"]
    made = eplus.sample(test.conditions, 0)
    readout = test.detector.readout("layer_1")
    names = ("Geant4", "CaloGAN")
    signals = (e.readouts["layer_1"] for e in (test, made))
    drawn = mean_image(*signals, readout, names=names)
    found = [picture("calogan-mean.png", drawn, "Mean energy in the second layer, positrons.")]
    training = _events(runs / "data" / "calogan_eplus-train.h5")
    _, shown = matched_pairs(test, made)
    index, away = similar_events(shown, training, 4)
    similar = [training[rows] for rows in index]
    caption = "Generated positrons, each beside the four training showers nearest to it."
    drawn = neighbours(shown, similar, away, names)
    found.append(picture("calogan-neighbours.png", drawn, caption))
    found.append(_film(eplus, "energy", {}, [5.0, 25.0, 50.0, 75.0, 95.0]))
    if "angles" in surrogates:
        middle = {"energy": 50.0, "y0": 0.0, "theta": 0.0, "phi": 0.0}
        found.append(_film(surrogates["angles"], "x0", middle, [-40.0, -20.0, 0.0, 20.0, 40.0]))
        straight = {"energy": 50.0, "x0": 0.0, "y0": 0.0, "phi": 0.0}
        found.append(_film(surrogates["angles"], "theta", straight, [0.0, 0.08, 0.16, 0.24, 0.32]))
    return found


def _film(
    surrogate: Surrogate, name: str, middle: Mapping[str, float], values: Sequence[float]
) -> Picture:
    """Means of ten showers along one condition, from one noise."""
    shown = interpolate(lambda c: surrogate.sample(c, 0), surrogate.detector, middle, name, values)
    caption = (
        f"Means of ten generated positrons along {name}, all with the same noise; below each, the "
        "difference to the middle."
    )
    return picture(f"calogan-film-{name}.png", film(shown), caption)


def _shortfall(reports: Mapping[str, Mapping[str, Any]], costs: Sequence[Cost]) -> str:
    told = [
        "The published training saw each of 100,000 showers 50 times; ours had minutes of a core."
    ]
    for report, cost in zip(reports.values(), costs, strict=True):
        auc = measured(hardest(report)["auc"]).value
        passes = cost.steps * cost.batch / cost.events
        told.append(
            f"`{cost.run}` saw its {cost.events:,} showers {passes:.0f} times; a classifier tells "
            f"its showers from Geant4 with an AUC of {auc:.3f}. {farthest(report)}"
            + _followed(report)
        )
    told.append(
        "Photons and pions were simulated without impact point and angles, so that only positrons "
        "have these; 1,000 of them, and 2,000 that go straight into the middle. Where these are, "
        "generated showers have all of their outer cells; elsewhere they stand where they should, "
        "but thin out, as the films show: thousands of showers of all directions are missing. "
        "That training was first one of 3,600 steps and then went on, for which its rates rose "
        "again."
    )
    return " ".join(told)


def _followed(report: Mapping[str, Any]) -> str:
    """What share of a guess's error is left where each condition is read off showers."""
    shares = {
        r["attribute"]: r["error"]["value"] / r["spread"]
        for r in report["inquiries"].get("attributes", [])
        if (r["trained"], r["tried"]) == ("reference", "candidate")
    }
    if not shares:
        return ""
    listed = ", ".join(f"{100 * share:.0f} % for {name}" for name, share in shares.items())
    return f" What is read off them errs, where a guess is 100 %, by {listed}."
