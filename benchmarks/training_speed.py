"""Steps per second of recipes, and their share of this machine's peak.

    python benchmarks/training_speed.py demo calogan-eplus

writes benchmarks/results/training_speed.json and .md: for each recipe in float32, in bfloat16
and compiled, the steps per second, the rate of floating-point operations in matrix products and
convolutions (counted by torch, forwards and backwards), its share of that of a bare matrix
product of 1,024 x 512 x 512 on as many threads, and the share of the time that goes into
products.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from cloudburst.experiment import Recipe, load_recipe
from cloudburst.experiment.build import build_codec, build_objective
from cloudburst.experiment.data import load_data
from cloudburst.machine import machine
from cloudburst.training import Trainer

RESULTS = Path(__file__).parent / "results"
PRODUCTS = ("mm", "addmm", "bmm", "baddbmm", "convolution", "mkldnn_linear", "linear")
VARIANTS = {
    "float32": {},
    "bfloat16": {"bfloat16": True},
    "compiled": {"compiled": True},
}
SECONDS = 5.0


def trainer_of(recipe: Recipe, **variant: bool) -> Trainer:
    """A trainer of a recipe's players on its data."""
    config = dataclasses.replace(recipe.training, **variant)
    torch.set_num_threads(config.threads or torch.get_num_threads())
    data = load_data(recipe.data, config.seed)
    codec = build_codec(recipe, data.training)
    batch = codec.encode(data.training)
    return Trainer(build_objective(recipe, codec, batch), batch, config)


def steps_per_second(trainer: Trainer) -> float:
    """The rate of a trainer, after a step that is not counted."""
    trainer.advance()
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        trainer.advance()
        steps += 1
    return steps / (time.perf_counter() - start)


def operations(trainer: Trainer) -> int:
    """Floating-point operations of a step in products and convolutions."""
    with FlopCounterMode(display=False) as counted:
        trainer.advance()
    return int(counted.get_total_flops())


def share_of_products(trainer: Trainer) -> float:
    """The share of the time in operations that goes into products and convolutions."""
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        trainer.advance()
    rows = {row.key.removeprefix("aten::"): row.self_cpu_time_total for row in seen.key_averages()}
    found = sum(t for name, t in rows.items() if any(p in name for p in PRODUCTS))
    return found / sum(rows.values())


def peak(dtype: torch.dtype, repeats: int = 100) -> float:
    """FLOP/s of a bare matrix product."""
    a, b = torch.randn(1024, 512).to(dtype), torch.randn(512, 512).to(dtype)
    for _ in range(10):
        a @ b
    start = time.perf_counter()
    for _ in range(repeats):
        a @ b
    return repeats * 2 * 1024 * 512 * 512 / (time.perf_counter() - start)


def measured(name: str) -> list[dict[str, Any]]:
    """One recipe in all variants."""
    recipe, rows = load_recipe(name), []
    flops = operations(trainer_of(recipe))
    for variant, options in VARIANTS.items():
        trainer = trainer_of(recipe, **options)
        rate = steps_per_second(trainer)
        best = peak(torch.bfloat16 if "bfloat16" in options else torch.float32)
        rows.append(
            {
                "recipe": name,
                "variant": variant,
                "batch": recipe.training.batch,
                "threads": torch.get_num_threads(),
                "steps_per_second": rate,
                "gflops_per_second": flops * rate / 1e9,
                "share_of_peak": flops * rate / best,
                "share_of_time_in_products": share_of_products(trainer),
            }
        )
        print(rows[-1], flush=True)
    return rows


def table(rows: list[dict[str, Any]], machine_line: str) -> str:
    """The results as Markdown."""
    head = "| recipe | variant | batch | threads | steps/s | GFLOP/s | of peak | in products |"
    lines = [
        f"| {r['recipe']} | {r['variant']} | {r['batch']} | {r['threads']} "
        f"| {r['steps_per_second']:.3g} | {r['gflops_per_second']:.3g} "
        f"| {r['share_of_peak']:.1%} | {r['share_of_time_in_products']:.0%} |"
        for r in rows
    ]
    return "\n".join(
        (
            "# Training speed",
            "",
            machine_line,
            "",
            head,
            "|---|---|---|---|---|---|---|---|",
            *lines,
        )
    )


def main(names: list[str]) -> None:
    """Measures recipes and writes what came of it."""
    rows = [row for name in names for row in measured(name)]
    day, where = datetime.date.today().isoformat(), machine()
    document = {"date": day, "machine": where, "rows": rows}
    line = f"{day}, {where['processor']}, {where['cores']} cores, torch {where['torch']}."
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "training_speed.json").write_text(json.dumps(document, indent=1) + "\n")
    (RESULTS / "training_speed.md").write_text(table(rows, line) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
