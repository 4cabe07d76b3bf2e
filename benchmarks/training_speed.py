"""Steps per second of a shipped recipe, and what bounds them.

    python benchmarks/training_speed.py demo

prints the steps per second, the share of the time that goes into matrix products, and the
rate of a bare matrix product of 1,024 x 512 x 512 on as many threads.
"""

from __future__ import annotations

import sys
import time

import torch
from torch.profiler import ProfilerActivity, profile

from cloudburst.experiment import load_recipe
from cloudburst.experiment.build import build_codec, build_objective
from cloudburst.experiment.data import load_data
from cloudburst.training import Trainer

PRODUCTS = {"aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm"}


def steps_per_second(trainer: Trainer, steps: int = 100) -> float:
    """The rate of a trainer, after a few steps that are not counted."""
    for _ in range(5):
        trainer.advance()
    start = time.perf_counter()
    for _ in range(steps):
        trainer.advance()
    return steps / (time.perf_counter() - start)


def share_of_products(trainer: Trainer, steps: int = 20) -> float:
    """The share of the time in operations that goes into matrix products."""
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        for _ in range(steps):
            trainer.advance()
    times = {row.key: row.self_cpu_time_total for row in seen.key_averages()}
    return sum(times.get(name, 0.0) for name in PRODUCTS) / sum(times.values())


def peak(repeats: int = 200) -> float:
    """GFLOP/s of a bare matrix product in float32."""
    a, b = torch.randn(1024, 512), torch.randn(512, 512)
    for _ in range(10):
        a @ b
    start = time.perf_counter()
    for _ in range(repeats):
        a @ b
    return repeats * 2 * 1024 * 512 * 512 / (time.perf_counter() - start) / 1e9


def main(name: str) -> None:
    """Measures one recipe."""
    recipe = load_recipe(name)
    torch.set_num_threads(recipe.training.threads or torch.get_num_threads())
    data = load_data(recipe.data, recipe.training.seed)
    codec = build_codec(recipe, data.training)
    batch = codec.encode(data.training)
    trainer = Trainer(build_objective(recipe, codec, batch), batch, recipe.training)
    print(f"{name}: {torch.get_num_threads()} threads, batches of {recipe.training.batch}")
    print(f"{steps_per_second(trainer):.1f} steps/s")
    print(f"{share_of_products(trainer):.0%} of the time in matrix products")
    print(f"bare matrix product: {peak():.0f} GFLOP/s")


if __name__ == "__main__":
    main(sys.argv[1])
