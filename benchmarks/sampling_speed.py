"""Times a surrogate by all its engines, beside what it replaces.

    python benchmarks/sampling_speed.py RUN [THREADS]

writes benchmarks/results/DATE-sampling/ with benchmark.md, benchmark.json and benchmark.png.
It takes about ten minutes and wants the machine for itself: the load stands in each row.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import torch

from cloudburst.experiment import Wanted, benchmark_journey, time_table

RESULTS = Path(__file__).parent / "results"


def main(run: str, threads: int) -> None:
    """Measures one run."""
    torch.set_num_threads(threads)
    folder = RESULTS / f"{datetime.now(UTC).date().isoformat()}-sampling"
    result = benchmark_journey(run, Wanted(), folder, overwrite=True)
    for line in time_table(result.document()):
        print("  ".join(f"{cell:>12}" for cell in line))
    print(f"{folder}/benchmark.md")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else torch.get_num_threads())
