"""Compares codecs of the LHCb calorimeter's cells: powers, logarithms, standardised logarithms.

    python benchmarks/lhcb_codecs.py

fits each codec to the first 3,800 showers of ../shared/data/lhcb_ecal_electron.h5, and takes the
other 800 there and back. Writes benchmarks/results/lhcb_codecs.json, the section of
docs/choose.md, and its picture. Some two minutes of processor time.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import stats
from sections import ROOT, fill, keep, machine, today

from cloudburst.classifier import TEXTURE, ClassifierResult, ClassifierTest, Trees
from cloudburst.codec import Codec, ScaledFeatures
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.transforms import BoxCox, LogScale, Standardize, Step, Threshold
from cloudburst.validation.numbers import measurement
from cloudburst.validation.plots import to_svg
from cloudburst.validation.plots.style import SERIES, figure, styled

FILE = ROOT.parent / "shared" / "data" / "lhcb_ecal_electron.h5"
TRAINED = 3800
THRESHOLD = 0.03
# hits below which a cell says nothing of its own spectrum
FEW = 50
FEATURES = {"logarithmic": ["pz"]}
CODECS: Mapping[str, Sequence[Step]] = {
    "Box-Cox": (Threshold(THRESHOLD), BoxCox.fit),
    "log1p": (Threshold(THRESHOLD), LogScale(1.0)),
    "standardised log": (Threshold(THRESHOLD), LogScale(1.0), Standardize.fit),
}
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Shape:
    """What the values of cells look like to a network.

    Attributes:
        skewness: Mean absolute skewness of the hits of a cell, weighted with its mean signal.
        kurtosis: The same of the excess kurtosis.
        farthest: The farthest value of any cell.
        seldom: The farthest value of cells with less than FEW hits in training.
    """

    skewness: float
    kurtosis: float
    farthest: float
    seldom: float


@dataclasses.dataclass(frozen=True)
class Loss:
    """What new showers lose on the way there and back.

    Attributes:
        worst: Largest relative error of a hit.
        typical: That of 999 hits in 1,000.
        changed: Hits that are lost or made up, over all hits.
        total: Largest relative error of a shower's signal.
    """

    worst: float
    typical: float
    changed: float
    total: float


@torch.no_grad()
def there_and_back(codec: Codec, events: Events) -> tuple[Floats, Events]:
    """Network values (N, D), and what they decode to."""
    batch = codec.encode(events)
    decoded = codec.decode(batch.x, batch.conditions)
    cells = {name: tensor.numpy() for name, tensor in decoded.items()}
    return batch.x.double().numpy(), Events(events.detector, events.conditions, cells)


def cut(events: Events) -> Events:
    """The events above the threshold, which costs the same with every codec."""
    cells = events.readouts["cells"]
    kept = np.where(cells < THRESHOLD, 0, cells)
    return Events(events.detector, events.conditions, {"cells": kept})


def shape_of(values: Floats, cells: Floats) -> Shape:
    """The shape of hits in the cells that have enough of them, and of the others."""
    hits = cells > 0
    often = np.flatnonzero(hits.sum(axis=0) >= FEW)
    columns = [values[hits[:, i], i] for i in often]
    weights = cells.mean(axis=0)[often]
    skewness, kurtosis = (
        float(np.average([abs(of(column)) for column in columns], weights=weights))
        for of in (stats.skew, stats.kurtosis)
    )
    seldom = np.delete(values, often, axis=1)
    return Shape(skewness, kurtosis, float(np.abs(values).max()), float(np.abs(seldom).max()))


def loss_of(before: Floats, after: Floats) -> Loss:
    """What comes back of what went."""
    both = (before > 0) & (after > 0)
    errors = np.abs(after[both] / before[both] - 1)
    sums = np.abs(after.sum(axis=1) / before.sum(axis=1) - 1)
    changed = ((before > 0) != (after > 0)).sum() / (before > 0).sum()
    return Loss(
        float(errors.max()), float(np.quantile(errors, 0.999)), float(changed), float(sums.max())
    )


def judged(events: Events, back: Events) -> ClassifierResult:
    """What trees can tell of the way there and back."""
    return ClassifierTest(TEXTURE, Trees(iterations=40), trainings=5)(events, back, 0)


@styled
def picture(values: Mapping[str, Floats], cells: Floats) -> str:
    """Hits of a cell in the core and of one in the halo, standardised, in each codec."""
    often = np.argsort((cells > 0).sum(axis=0), kind="stable")[::-1]
    made = figure(7.6, 2.9)
    grid = made.subplots(1, 2, sharey=True)
    line = np.linspace(-4, 4, 200)
    for axes, column, name in zip(grid, (often[0], often[220]), ("core", "halo"), strict=True):
        hits = cells[:, column] > 0
        bins = np.linspace(-4, 4, 33)
        for (codec, x), colour in zip(values.items(), SERIES, strict=False):
            hit = x[hits, column]
            standard = (hit - hit.mean()) / hit.std()
            counts = np.histogram(standard, bins, density=True)[0]
            axes.stairs(counts, bins, color=colour, label=codec)
        axes.plot(line, stats.norm.pdf(line), color="0.6", linewidth=0.9, label="Gaussian")
        axes.set_title(f"A cell of the {name}, hit by {100 * hits.mean():.0f} % of showers")
        axes.set_xlabel("Value of a hit, standardised")
    grid[0].set_ylabel("Density")
    grid[1].legend(fontsize=7)
    return to_svg(made)


def main(folder: Path) -> None:
    """Compares, and writes what came of it."""
    events = cut(load_events(FILE))
    train, test = events[:TRAINED], events[TRAINED:]
    before = train.flat().astype(np.float64)
    hits = (before > 0).sum(axis=0)
    values, rows = {}, {}
    features = ScaledFeatures.for_detector(events.detector, **FEATURES)
    for name, steps in CODECS.items():
        codec = Codec.fit(train, list(steps), features)
        values[name], again = there_and_back(codec, train)
        _, back = there_and_back(codec, test)
        lost = loss_of(test.flat().astype(np.float64), back.flat().astype(np.float64))
        rows[name] = (shape_of(values[name], before), lost, judged(train, again))
    cells = {"all": len(hits), "few": int((hits < FEW).sum()), "never": int((hits == 0).sum())}
    # standardised as the picture shows them, both logarithms are one
    shown = {"Box-Cox": values["Box-Cox"], "logarithm": values["log1p"]}
    (folder / "lhcb-codecs.svg").write_text(picture(shown, before), encoding="utf-8")
    keep("lhcb_codecs", {"cells": cells, "codecs": {k: numbers(*row) for k, row in rows.items()}})
    size = next(iter(rows.values()))[2].training_events
    text = TEXT.format(
        **cells, limit=FEW, table=table(rows), trained=TRAINED, tested=len(test), size=size,
        machine=machine(), today=today(), threshold=THRESHOLD,
    )  # fmt: skip
    fill("choose.md", "lhcb_codecs", text)
    print(text)


def numbers(shape: Shape, loss: Loss, found: ClassifierResult) -> dict[str, Any]:
    """A row as plain data."""
    classifier = {"auc": found.auc._asdict(), "floor": found.floor_auc._asdict()}
    return dataclasses.asdict(shape) | dataclasses.asdict(loss) | classifier


def table(rows: Mapping[str, tuple[Shape, Loss, ClassifierResult]]) -> str:
    """The rows as Markdown."""
    lines = [f"| | {' | '.join(rows)} |", "|---" * (len(rows) + 1) + "|"]
    told = {
        "largest relative error of a hit": [power(loss.worst) for _, loss, _ in rows.values()],
        "that of 999 hits in 1,000": [power(loss.typical) for _, loss, _ in rows.values()],
        "largest relative error of a sum": [power(loss.total) for _, loss, _ in rows.values()],
        "hits lost or made up": [power(loss.changed) for _, loss, _ in rows.values()],
        "AUC of trees": [measurement(found.auc) for *_, found in rows.values()],
        "its floor": [measurement(found.floor_auc) for *_, found in rows.values()],
        "skewness of hits": [f"{shape.skewness:.2f}" for shape, *_ in rows.values()],
        "excess kurtosis of hits": [f"{shape.kurtosis:.2f}" for shape, *_ in rows.values()],
        "farthest value": [f"{shape.farthest:.1f}" for shape, *_ in rows.values()],
        "farthest value of cells seldom hit": [f"{s.seldom:.1f}" for s, *_ in rows.values()],
    }
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in told.items()]
    return "\n".join(lines)


def power(value: float) -> str:
    """A small number with a power of ten.

    >>> power(1.23e-5), power(0.0)
    ('1.2 · 10<sup>−5</sup>', '0')
    """
    if value == 0:
        return "0"
    digits = math.floor(math.log10(value))
    return f"{value / 10**digits:.1f} · 10<sup>{str(digits).replace('-', '−')}</sup>"


TEXT = """\
Cells of the LHCb calorimeter in three codecs, each behind a `Threshold` of {threshold} MeV and
fitted to {trained:,} showers of Geant4; the errors are those of {tested} other showers in single
precision, the AUC that of trees that learned from 2 × {size:,} showers to tell those that went
there and back from others ({today}, {machine}):

{table}

All three go back to within the rounding of single precision, so that nothing can be told. They
differ in what they ask of a network. Powers take the skewness out of the hits of a cell, and leave
their tails. Standardising cell by cell blows up those that are hardly ever hit: {few} of the {all}
cells have less than {limit} hits in {trained:,} showers. Such a hit lies dozens of standard
deviations out, and a network that misses the cell by one makes a signal out of nothing.
`BoxCox` lets cells seldom hit share one power, and one largest signal, taken from all their hits.
An empty cell is zero in all codecs but the standardised one; no power makes it part of a Gaussian:
it stays a spike, which the threshold on the way back restores.

![Hits of two cells in each codec](images/lhcb-codecs.svg)
"""

if __name__ == "__main__":
    main(ROOT / "docs" / "images")
