"""Time and size of writing and reading events, by layout and kind of compression.

    python benchmarks/write_events.py [showers]

writes showers made of the shipped sample, each scaled by a random factor so that no two hold
the same numbers, reads them again, and prints a table. Times are of the processor, on one core.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import h5py
import numpy as np

from cloudburst import storage
from cloudburst.events import Events

BATCH = 1024


def main(showers: int) -> None:
    """Prints the table."""
    sample = storage.read(
        Path(str(resources.files("cloudburst") / "samples")) / "calogan-eplus.h5"
    )
    batches = list(scaled(sample, np.random.default_rng(0), 8))
    count = max(1, showers // BATCH)
    print(f"{count * BATCH:,} showers of {sample.detector.cells} cells in batches of {BATCH}\n")
    filled = float((batches[0].flat() != 0).mean())
    print(f"{100 * filled:.0f} % of the cells are not empty.\n")
    print("| compression | write, us per shower | read, us per shower | bytes per shower |")
    print("|---|---|---|---|")
    for name, write in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "events.h5"
            start = time.process_time()
            write(path, (batches[i % len(batches)] for i in range(count)))
            seconds = time.process_time() - start
            size = path.stat().st_size
            reading = seconds_to_read(path)
        each = 1e6 / (count * BATCH)
        print(
            f"| {name} | {each * seconds:.1f} | {each * reading:.1f} | {size / 1e6 * each:.0f} |"
        )


def seconds_to_read(path: Path) -> float:
    """Processor time of reading everything in batches, by plain h5py where it is not ours."""
    start = time.process_time()
    with h5py.File(path) as file:
        ours = file.attrs.get("layout") is not None
        for name in () if ours else file:
            for first in range(0, len(file[name]), 4 * BATCH):
                file[name][first : first + 4 * BATCH]
    for _ in storage.iterate(path) if ours else ():
        pass
    return time.process_time() - start


def scaled(sample: Events, rng: np.random.Generator, count: int) -> Iterator[Events]:
    """Batches of showers of a sample, each with all its signals times a factor near 1."""
    for _ in range(count):
        drawn = sample[rng.integers(len(sample), size=BATCH)]
        factors = rng.uniform(0.8, 1.25, BATCH).astype(np.float32)
        cells = {
            name: array * factors.reshape(-1, *(1 for _ in array.shape[1:]))
            for name, array in drawn.readouts.items()
        }
        yield Events(drawn.detector, drawn.conditions, cells)


def ours(compress: bool = True, sparse: bool = False) -> Callable[[Path, Iterator[Events]], None]:
    """Writes by `cloudburst.storage`."""

    def write(path: Path, batches: Iterator[Events]) -> None:
        first = next(batches)
        with storage.Writer(path, first.detector, {}, compress=compress, sparse=sparse) as writer:
            writer.append(first)
            for batch in batches:
                writer.append(batch)

    return write


def library(level: int) -> Callable[[Path, Iterator[Events]], None]:
    """Writes the same arrays by the filters of the HDF5 library."""

    def write(path: Path, batches: Iterator[Events]) -> None:
        options = {"dtype": "<f4", "shuffle": True, "compression": level}

        def create(file: h5py.File, name: str, *rows: int) -> None:
            chunks, most = (512, *rows), (None, *rows)
            file.create_dataset(name, (0, *rows), maxshape=most, chunks=chunks, **options)

        with h5py.File(path, "w") as file:
            for batch in batches:
                for name, array in {"conditions": batch.conditions, **batch.readouts}.items():
                    rows = array.shape[1:]
                    if name not in file:
                        chunks, most = (512, *rows), (None, *rows)
                        file.create_dataset(
                            name, (0, *rows), maxshape=most, chunks=chunks, **options
                        )
                    file[name].resize(len(file[name]) + len(array), axis=0)
                    file[name][-len(array) :] = array

    return write


WAYS = {
    "none": ours(compress=False),
    "run lengths (ours)": ours(),
    "run lengths, sparse layout (ours)": ours(sparse=True),
    "gzip 1 of the library": library(1),
    "gzip 4 of the library": library(4),
    "gzip 9 of the library": library(9),
}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
