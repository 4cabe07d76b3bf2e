"""What it saves to keep memory that a training frees.

    python benchmarks/allocation.py

measures the processor time of a step of the recipe calogan-eplus on one thread, in batches of 32
and in bfloat16, before and after `keep_freed_memory`; writes benchmarks/results/allocation.json.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from sections import keep

from cloudburst.experiment import load_recipe
from cloudburst.experiment.allocation import keep_freed_memory
from cloudburst.experiment.build import build_codec, build_objective
from cloudburst.experiment.data import load_data
from cloudburst.training import Trainer

SETTINGS = ["training.batch=32", "training.bfloat16=true", "data.events=500"]
STEPS = 12


def milliseconds(trainer: Trainer) -> tuple[float, float]:
    """The median processor time of a step, and its error."""
    trainer.advance()
    found = []
    for _ in range(STEPS):
        started = time.process_time()
        trainer.advance()
        found.append(1000 * (time.process_time() - started))
    return float(np.median(found)), float(1.25 * np.std(found, ddof=1) / np.sqrt(STEPS))


def main() -> None:
    """Measures and writes."""
    torch.set_num_threads(1)
    recipe = load_recipe("calogan-eplus", SETTINGS)
    data = load_data(recipe.data, recipe.training.seed)
    codec = build_codec(recipe, data.training)
    batch = codec.encode(data.training)
    trainer = Trainer(build_objective(recipe, codec, batch), batch, recipe.training)
    given_back = milliseconds(trainer)
    done = keep_freed_memory()
    kept = milliseconds(trainer)
    found = {"given back [ms]": given_back, "kept [ms]": kept, "settings": SETTINGS, "done": done}
    print(found)
    keep("allocation", found)


if __name__ == "__main__":
    main()
