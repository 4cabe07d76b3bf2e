"""Where the time of a shower goes, stage by stage on one thread, beside the machine's peak.

    python benchmarks/roofline.py RUN

writes benchmarks/results/DATE-stages.json, .md and .png: noise, network, decoding and each
engine's program for a block of 256 showers, and the operations that take longest in torch.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure
from torch.profiler import ProfilerActivity, profile

from cloudburst import noise
from cloudburst.benchmark import machine, peaks, work_of
from cloudburst.engines import available
from cloudburst.errors import CloudburstError
from cloudburst.surrogate import Surrogate

RESULTS = Path(__file__).parent / "results"
BLOCK = 256


def shortest(work: Callable[[], object], repeats: int = 100) -> float:
    """Shortest time of a call over a block's showers, in microseconds, after a warm-up.

    The shortest is the one that other programs disturbed least.
    """
    times = []
    for i in range(repeats + 5):
        start = time.perf_counter()
        work()
        if i >= 5:
            times.append(time.perf_counter() - start)
    return float(np.min(times)) / BLOCK * 1e6


def stages(surrogate: Surrogate) -> dict[str, float]:
    """Microseconds a shower of each stage on one thread."""
    shape = surrogate.generator.noise_shape
    drawn = surrogate.detector.draw_conditions(BLOCK, np.random.default_rng(0))
    c, z = torch.from_numpy(drawn), noise.normal(0, 0, BLOCK, shape)
    features = surrogate.codec.features(c)
    values = surrogate.generator(z, features)
    noise.prepare()
    fast = noise.source(1)
    result = {
        "noise, torch": shortest(lambda: noise.normal(0, 0, BLOCK, shape)),
        "noise, numba": shortest(lambda: fast(0, 0, BLOCK, shape)),
        "network": shortest(lambda: surrogate.generator(z, features)),
        "decoding": shortest(lambda: surrogate.codec.decode(values, c)),
    }
    task = surrogate._task()
    for engine in available():
        try:
            program = engine.start(task, 1)
        except CloudburstError as error:
            print(f"{engine.name}: {error}")
            continue
        result[f"program, {engine.name}"] = shortest(lambda program=program: program(z, c))
    return result


def operations(surrogate: Surrogate) -> dict[str, float]:
    """The share of the time that each of torch's operations takes, the longest first."""
    shape = surrogate.generator.noise_shape
    drawn = surrogate.detector.draw_conditions(BLOCK, np.random.default_rng(0))
    c, z = torch.from_numpy(drawn), noise.normal(0, 0, BLOCK, shape)
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        for _ in range(20):
            surrogate(z, c)
    times = {row.key: row.self_cpu_time_total for row in seen.key_averages()}
    total = sum(times.values())
    longest = sorted(times, key=lambda name: -times[name])[:10]
    return {name: times[name] / total for name in longest}


def draw(times: dict[str, float], bound: float) -> Figure:
    """Bars of the stages, and the time that bare matrix products would take."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    axes.barh(list(times), list(times.values()), color="#0072B2")
    axes.axvline(bound, color="black", ls=":", label="bare products in float32")
    axes.invert_yaxis()
    axes.set_xlabel("time on one thread [µs per shower]")
    axes.legend(frameon=False)
    return figure


@torch.inference_mode()
def main(run: str) -> None:
    """Measures one run."""
    torch.set_num_threads(1)
    surrogate = Surrogate.load(run)
    times, shares = stages(surrogate), operations(surrogate)
    peak, work = peaks(), work_of(surrogate)
    bound = work.products / peak.single * 1e6
    date = datetime.now(UTC).date().isoformat()
    document = {
        "date": date,
        "machine": machine(),
        "load": os.getloadavg()[0],
        "microseconds": times,
        "shares": shares,
        "work": work._asdict(),
        "peaks": peak._asdict(),
    }
    RESULTS.mkdir(exist_ok=True)
    stem = RESULTS / f"{date}-stages"
    stem.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
    draw(times, bound).savefig(stem.with_suffix(".png"), dpi=130)
    lines = ["| stage | µs a shower |", "|---|---|"]
    lines += [f"| {name} | {value:.2f} |" for name, value in times.items()]
    lines += [
        f"| bare products, float32 | {bound:.2f} |",
        "",
        "| operation | share |",
        "|---|---|",
    ]
    lines += [f"| `{name}` | {share:.0%} |" for name, share in shares.items()]
    head = f"# Stages of a shower, {date}\n\n{document['machine']['processor']}, one thread, "
    head += f"load {document['load']:.1f}\n\n"
    stem.with_suffix(".md").write_text(head + "\n".join(lines) + "\n")
    print(head + "\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1])
