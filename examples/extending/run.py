"""Trains and judges a surrogate of parts that are all the laboratory's own.

python examples/extending/run.py FOLDER [KEY=VALUE ...]
"""

from __future__ import annotations

__all__ = ["main"]

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mylab import ASYMMETRY, TILE, simulate

from cloudburst import storage
from cloudburst.experiment import load_recipe, train
from cloudburst.validation import Marginal, standard_metrics, validate


def main(folder: Path, settings: Sequence[str]) -> None:
    """Simulates, trains, samples and validates in `folder`; settings change the recipe."""
    rng = np.random.default_rng(1)
    for name in ("train", "test"):
        events = simulate(TILE.draw_conditions(4000, rng), rng)
        storage.write(folder / f"{name}.h5", events, {"simulator": "mylab.simulate"})
    data = f"data.file={folder / 'train.h5'}"
    recipe = load_recipe(Path(__file__).with_name("tile.toml"), [data, *settings])
    surrogate = train(recipe, folder / "run")
    test = storage.read(folder / "test.h5")
    candidate = surrogate.sample(test.conditions, seed=1)
    report = validate(test, candidate, [Marginal(ASYMMETRY), *standard_metrics(TILE)])
    print(report.to_markdown())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
