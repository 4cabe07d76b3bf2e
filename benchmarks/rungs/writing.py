"""The ladder's tables and figure, from what was measured of each rung."""

from __future__ import annotations

__all__ = ["write"]

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sections import ROOT, fill, keep, machine, today

from cloudburst.distances import Measurement
from cloudburst.validation.numbers import measurement
from cloudburst.validation.plots import to_svg

from .drawing import draw_ladder
from .judging import STRONG
from .measuring import LAST, SHARED
from .names import RUNGS
from .physics import OBSERVABLES

_SEEDS = """
The flagship of each seed of its training, and mean and standard deviation of them:
"""
_PHYSICS = """
Separation of the main observables over that of Geant4 from itself, 1,250 showers each. As the
energies are those of the test showers, less than 1 is what a good rung has of observables that
grow with energy. Then the energy bin in which mean response and relative resolution stand out
most, beside Geant4's:
"""
_TELLING = """
What trees cannot do without, telling a rung's test showers from Geant4's, and by how much their
AUC falls without it:
"""


# Of the rungs that differ by their seed alone.
_LAST = RUNGS[-1]


def write(folder: Path) -> None:
    """Writes results, figure and the tables of docs/fidelity.md.

    Args:
        folder: Where `measure` has left its results.
    """
    shared = json.loads((folder / f"{SHARED}.json").read_text())
    known = [(r.name, folder / f"{r.name}.json") for r in RUNGS]
    read = {name: json.loads(path.read_text()) for name, path in known if path.exists()}
    rungs = {name: one for name, one in read.items() if LAST in one}
    seeds = _seeds(read)
    keep("ladder", {"geant4": shared, "rungs": rungs, "seeds": seeds})
    parts = [
        _areas(rungs, shared),
        _SEEDS.strip(),
        _spread(seeds),
        _costs(rungs),
        _PHYSICS.strip(),
        _physics(rungs),
    ]
    text = "\n\n".join([*parts, _TELLING.strip(), _telling(rungs)])
    head = f"# The ladder\n\nMeasured on {today()}, {machine()}.\n\n"
    path = ROOT / "benchmarks" / "results" / "ladder.md"
    path.write_text(head + text + "\n", encoding="utf-8")
    fill("fidelity.md", "ladder", text)
    svg = to_svg(draw_ladder(rungs, shared))
    (ROOT / "docs" / "images" / "ladder.svg").write_text(svg, encoding="utf-8")


def _areas(rungs: dict[str, Any], shared: dict[str, Any]) -> str:
    """AUCs by judge."""
    heads = ["", *(judge.title for judge in STRONG.values()), "observables, 406 showers"]
    rows = [
        [
            one["about"]["title"],
            *(_number(one[f"strong {name}"]) for name in STRONG),
            _number(one["weak high"]["auc"]),
        ]
        for one in rungs.values()
    ]
    floors = [_number(one["weak high"]["floor"]) for one in rungs.values()][:1]
    rows.append(["*Geant4*", *(_number(shared[f"strong {name}"]) for name in STRONG), *floors])
    return _table(heads, rows)


def _seeds(read: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Areas of the flagship by seed."""
    alike = [rung for rung in RUNGS if rung.recipe == _LAST.recipe and rung.name in read]
    return {
        str(rung.seed): {name: read[rung.name][f"strong {name}"] for name in STRONG}
        for rung in alike
    }


def _spread(seeds: dict[str, dict[str, list[float]]]) -> str:
    """Areas of each seed, their mean and their spread."""
    heads = ["seed", *(judge.title for judge in STRONG.values())]
    rows = [[seed, *(_number(one[name]) for name in STRONG)] for seed, one in seeds.items()]
    values = np.array([[one[name][0] for name in STRONG] for one in seeds.values()])
    spread = values.std(axis=0, ddof=1) if len(seeds) > 1 else np.zeros(len(STRONG))
    means = zip(values.mean(axis=0), spread, strict=True)
    return _table(heads, [*rows, ["*mean and spread*", *map(_number, means)]])


def _costs(rungs: dict[str, Any]) -> str:
    """Time of a shower, of training, and size."""
    heads = [
        "", "µs a shower, one core", "engine", "evaluations", "weights", "training, core minutes",
        "showers learned from",
    ]  # fmt: skip
    rows = []
    for one in rungs.values():
        about, speed = one["about"], one["speed"]
        time = _number(speed["microseconds"][speed["best"]])
        size, seen = f"{about['weights']:,}", f"{about['showers']:,}"
        trained = _number(one["cost"])
        rows.append([
            about["title"], time, speed["best"], about["passes"], size, trained, seen
        ])  # fmt: skip
    return _table(heads, rows)


def _physics(rungs: dict[str, Any]) -> str:
    """Separation over floor of each main observable, worst bias of response and resolution."""
    heads = ["", *(f"`{name}`" for name in OBSERVABLES), "response", "resolution"]
    rows = []
    for one in rungs.values():
        seen = one["physics"]
        ratios = [_ratio(seen["observables"][name]) for name in OBSERVABLES]
        rows.append(
            [one["about"]["title"], *ratios, _worst(seen["bias"]), _worst(seen["resolution"])]
        )
    return _table(heads, rows)


def _telling(rungs: dict[str, Any]) -> str:
    """The inputs that trees cannot do without."""
    rows = []
    for one in rungs.values():
        lists = one["telling"]
        rows.append(
            [one["about"]["title"], *(_inputs(lists[k]) for k in ("high_level", "texture"))]
        )
    return _table(["", "of observables", "of texture"], rows)


def _inputs(found: list[dict[str, Any]]) -> str:
    return ", ".join(f"`{one['name']}` ({one['fall'][0]:.3f})" for one in found) or "none"


def _ratio(one: dict[str, Any]) -> str:
    value, error = one["separation"]
    floor = one["floor"][0]
    return _number([value / floor, error / floor])


def _worst(found: list[list[float]]) -> str:
    """The bin whose difference stands out most, in per cent."""
    at = max(range(len(found[0])), key=lambda i: abs(found[0][i]) / found[1][i])
    return _number([100 * found[0][at], 100 * found[1][at]]) + " %"


def _number(found: Iterable[float]) -> str:
    return measurement(Measurement(*found))


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(lines)
