"""Mass production: time, processor time, memory and bytes of a million showers.

    python benchmarks/produce.py SURROGATE [--events 1000000] [--workers 2] [--engine eager]

produces showers of a surrogate in worker processes, dense and sparse, verifies and merges them,
and says where the time of one shower goes. Writes benchmarks/results/produce.json and .md.
"""

import argparse
import datetime
import hashlib
import json
import os
import resource
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from cloudburst import storage
from cloudburst.benchmark import machine
from cloudburst.experiment import (
    Production,
    merge_journey,
    produce_journey,
    verify_journey,
)
from cloudburst.surrogate import Surrogate

RESULTS = Path(__file__).with_name("results")
_SAMPLE = 32_768


def main() -> None:
    """Measures, and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("surrogate", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", default="eager")
    told = parser.parse_args()
    result: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "load_before": os.getloadavg()[0],
        "events": told.events,
        "workers": told.workers,
        "engine": told.engine,
        "cells": Surrogate.load(told.surrogate).detector.cells,
    }
    with tempfile.TemporaryDirectory() as folder:
        for layout in ("dense", "sparse"):
            result[layout] = produced(told, layout == "sparse", Path(folder) / layout)
    result["us_per_shower_by_part"] = parts(told.surrogate, told.engine)
    result["load_after"] = os.getloadavg()[0]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "produce.json").write_text(json.dumps(result, indent=1) + "\n")
    (RESULTS / "produce.md").write_text(table(result))
    print(table(result))


def produced(told: argparse.Namespace, sparse: bool, folder: Path) -> dict[str, float]:
    """Produces, verifies and merges."""
    production = Production(told.surrogate, told.events, sparse=sparse, engine=told.engine)
    with Peak() as peak:
        before, start = children_seconds(), time.perf_counter()
        manifest = produce_journey(production, folder / "out", told.workers)
        wall = time.perf_counter() - start
        cpu = children_seconds() - before
    size = sum(record.bytes for record in manifest.records.values())
    start = time.perf_counter()
    assert not verify_journey(folder / "out")[1]
    verified = time.perf_counter() - start
    start = time.perf_counter()
    merge_journey(folder / "out", folder / "all.h5")
    merged = time.perf_counter() - start
    return {
        "seconds": wall,
        "cpu_seconds_of_workers": cpu,
        "us_of_a_core_per_shower": 1e6 * cpu / told.events,
        "sampling_us_per_shower": 1e3 * (manifest.cpu_ms_per_event or 0),
        "bytes_per_shower": size / told.events,
        "largest_worker_mib": peak.mib,
        "verify_seconds": verified,
        "merge_seconds": merged,
    }


def children_seconds() -> float:
    """Processor time of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Peak:
    """The largest memory of any child process while a block runs, in MiB."""

    def __enter__(self) -> "Peak":
        self.mib = 0.0
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.wait(0.2):
            for child in psutil.Process().children():
                try:
                    self.mib = max(self.mib, child.memory_info().rss / 2**20)
                except psutil.NoSuchProcess:
                    continue


def parts(folder: Path, engine: str) -> dict[str, float]:
    """Microseconds of processor time per shower, by part, in this process."""
    surrogate = Surrogate.load(folder)
    conditions = [[c.low for c in surrogate.detector.conditions]] * _SAMPLE
    list(surrogate.iterate(conditions, 1, engine=engine))
    start = time.process_time()
    batches = list(surrogate.iterate(conditions, 1, engine=engine))
    seconds = {"sample": time.process_time() - start}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "shard.h5"
        for what, options in (
            ("check and copy", {"compress": False}),
            ("write, dense", {}),
            ("write, sparse", {"sparse": True}),
        ):
            start = time.process_time()
            with storage.Writer(path, surrogate.detector, {}, overwrite=True, **options) as writer:
                for batch in batches:
                    writer.append(batch)
            seconds[what] = time.process_time() - start
        start = time.process_time()
        hashlib.sha256(path.read_bytes())
        seconds["checksum"] = time.process_time() - start
    return {what: 1e6 * value / _SAMPLE for what, value in seconds.items()}


def table(result: dict[str, Any]) -> str:
    """The results as Markdown."""
    rows = "\n".join(
        f"| {what.replace('_', ' ')} | {value:.1f} | {result['sparse'][what]:.1f} |"
        for what, value in result["dense"].items()
    )
    split = "\n".join(
        f"| {what} | {value:.1f} |" for what, value in result["us_per_shower_by_part"].items()
    )
    return (
        f"# Mass production\n\n`python benchmarks/produce.py SURROGATE`, {result['date']}: "
        f"{result['events']:,} showers of {result['cells']} cells, engine {result['engine']}, "
        f"{result['workers']} workers of one thread each on {result['machine']['processor']}; "
        f"load of the machine {result['load_before']:.1f} before and {result['load_after']:.1f} "
        "after, so that seconds are an upper bound where it is above the number of workers.\n\n"
        f"| | dense | sparse |\n|---|---|---|\n{rows}\n\n"
        "Where the processor time of a shower goes, in one process:\n\n"
        f"| part | us |\n|---|---|\n{split}\n"
    )


if __name__ == "__main__":
    main()
