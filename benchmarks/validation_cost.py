"""What a validation costs: processor time and memory of each part, by number of events.

    python benchmarks/validation_cost.py 10000 [FILE] [--quick | --memory] [--only PART]

compares so many showers with as many others. Both are made of real showers, the shipped sample
or another FILE: drawn with replacement from one half each, and scaled by a factor near one, so
that no two are equal. Prints a table, and writes it with the machine's name and the date to
benchmarks/results/validation_cost_N_KIND.json. Each part runs in a process of its own, on one
core. With --memory, classifiers train once and for one epoch and distances are not resampled much,
so that the memory which many events take is known before long; times then mean nothing.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import multiprocessing
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from cloudburst import storage
from cloudburst.classifier import ClassifierTest, Network, giveaways, named_tests
from cloudburst.events import Events
from cloudburst.experiment import FULL as FULL_EFFORT
from cloudburst.experiment import QUICK as QUICK_EFFORT
from cloudburst.experiment import Orders, validate_journey
from cloudburst.formats import load_events
from cloudburst.observables import observables_for
from cloudburst.validation import standard_metrics, validate
from cloudburst.validation.conditions import profiles
from cloudburst.validation.multivariate import QUICK, JointSettings, compare_jointly

RESULTS = Path(__file__).parent / "results"
WHOLE = "end to end: files, all parts, gates, figures, page"


def made(events: Events, n: int, seed: int) -> Events:
    """Showers drawn from others, conditions and cells scaled alike by a factor near one."""
    rng = np.random.default_rng(seed)
    drawn = events[rng.integers(len(events), size=n)]
    conditions = drawn.detector.conditions
    factor = rng.uniform(0.97, 1.0, n).astype(np.float32)
    scaled = drawn.conditions.copy()
    scaled[:, 0] = np.maximum(scaled[:, 0] * factor, conditions[0].low)
    factor = scaled[:, 0] / drawn.conditions[:, 0]
    cells = {k: a * factor.reshape(-1, *(1,) * (a.ndim - 1)) for k, a in drawn.readouts.items()}
    return Events(drawn.detector, scaled, cells)


class Kind(NamedTuple):
    """A kind of validation.

    Attributes:
        name: What it is called.
        joint: Settings of the joint figures.
        splits: Halvings of the reference for distances.
        repeats: Resamplings for their errors.
        tests: Classifier two-sample tests.
        giveaways: Shufflings of each input for what gives a candidate away.
    """

    name: str
    joint: JointSettings
    splits: int
    repeats: int
    tests: tuple[ClassifierTest, ...]
    giveaways: int


def whole(kind: Kind, reference: Events, candidate: Events) -> None:
    """All of it, as `cloudburst validate` does it: files, gates, figures, page."""
    effort = dataclasses.replace(
        QUICK_EFFORT if kind.name == "quick" else FULL_EFFORT,
        splits=kind.splits,
        repeats=kind.repeats,
        tests=kind.tests,
        giveaways=kind.giveaways > 1,
        joint=kind.joint,
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("candidate.h5", "test.h5")]
        for path, events in zip(paths, (candidate, reference), strict=True):
            storage.write(path, events, {})
        validate_journey(*paths, Path(folder) / "report", Orders(effort=effort))


def short(test: ClassifierTest) -> ClassifierTest:
    """The same with one training as short as can be."""
    fewer = {"epochs": 1} if isinstance(test.judge, Network) else {"iterations": 2}
    return dataclasses.replace(test, judge=dataclasses.replace(test.judge, **fewer), trainings=1)


FULL = JointSettings(splits=2, most=5000)
ONCE = JointSettings(splits=1, repeats=2, clusterings=1, draws=2)
KINDS = {
    "full": Kind("full", FULL, 4, 25, named_tests("standard"), 3),
    "quick": Kind("quick", QUICK, 1, 8, named_tests("quick"), 0),
    "memory": Kind("memory", ONCE, 1, 2, tuple(map(short, named_tests("standard"))), 1),
}


def parts(kind: Kind) -> dict[str, Callable[[Events, Events], object]]:
    """The parts of a validation by name, each a function of reference and candidate."""
    found: dict[str, Callable[[Events, Events], object]] = {
        "nothing (the events themselves)": lambda x, y: None,
        "observables": lambda x, y: [o(e) for o in observables_for(x.detector) for e in (x, y)],
        "distances": lambda x, y: validate(
            x, y, standard_metrics(x.detector), splits=kind.splits, repeats=kind.repeats
        ),
        "joint figures": lambda x, y: compare_jointly(x, y, y, settings=kind.joint),
        "against conditions": lambda x, y: profiles(x, y, splits=min(kind.splits, 2)),
    }
    for test in kind.tests:
        found[f"classifier: {test.name}"] = test
    found[WHOLE] = lambda x, y: whole(kind, x, y)
    if kind.giveaways:
        found["what gives it away"] = lambda x, y: giveaways(x, y, repeats=kind.giveaways)
    return found


def measured(path: Path, n: int, name: str, kind: str, queue: multiprocessing.Queue) -> None:
    """Seconds of processor time and of the clock, and the largest memory in MB, of one part."""
    torch.set_num_threads(1)
    events = load_events(path)
    half = len(events) // 2
    reference, candidate = made(events[:half], n, 0), made(events[half:], n, 1)
    processor, clock = time.process_time(), time.perf_counter()
    parts(KINDS[kind])[name](reference, candidate)
    queue.put(
        {
            "part": name,
            "processor_seconds": round(time.process_time() - processor, 2),
            "clock_seconds": round(time.perf_counter() - clock, 2),
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    )


def main(n: int, path: Path, kind: str, only: str) -> None:
    """Measures all parts, or anew only those whose name begins so, and keeps the others."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    output = RESULTS / f"validation_cost_{n}_{kind}.json"
    rows = [
        row
        for row in (json.loads(output.read_text())["parts"] if only and output.is_file() else [])
        if not row["part"].startswith(only)
    ]
    print("| part | processor s | clock s | memory MB |\n|---|---|---|---|")
    for name in (part for part in parts(KINDS[kind]) if part.startswith(only)):
        process = context.Process(target=measured, args=(path, n, name, kind, queue))
        process.start()
        row = queue.get()
        process.join()
        rows.append(row)
        print("| {part} | {processor_seconds} | {clock_seconds} | {memory_mb} |".format(**row))
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{platform.machine()}, one core, shared with other work",
        "python": platform.python_version(),
        "events": n,
        "cells": load_events(path, slice(0, 1)).detector.cells,
        "kind": kind,
        "joint": dataclasses.asdict(KINDS[kind].joint),
        "parts": rows,
        "processor_seconds": round(
            sum(r["processor_seconds"] for r in rows if r["part"] != WHOLE), 1
        ),
        "memory_mb": max(row["memory_mb"] for row in rows),
    }
    RESULTS.mkdir(exist_ok=True)
    output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"\n{result['processor_seconds']} s of one core, {result['memory_mb']} MB")


if __name__ == "__main__":
    sample = Path(str(resources.files("cloudburst") / "samples" / "calogan-eplus-test.h5"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=int)
    parser.add_argument("file", type=Path, nargs="?", default=sample)
    parser.add_argument("--quick", dest="kind", action="store_const", const="quick")
    parser.add_argument("--memory", dest="kind", action="store_const", const="memory")
    parser.add_argument("--only", default="", help="parts whose name begins so")
    options = parser.parse_args()
    main(options.events, options.file, options.kind or "full", options.only)
