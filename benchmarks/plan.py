"""What a large production needs: cores, disks and network, from what was measured.

    python benchmarks/plan.py [--events 1e12] [--days 30]

reads benchmarks/results/produce.json, which benchmarks/produce.py writes, and writes
benchmarks/results/plan.md.
"""

import argparse
import json
from importlib import resources
from pathlib import Path
from typing import Any

from cloudburst import storage

RESULTS = Path(__file__).with_name("results")
# Largest number of showers in a shard, as `cloudburst produce` chooses it.
SHARD = 2**20


def main() -> None:
    """Writes the plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=float, default=1e12)
    parser.add_argument("--days", type=float, default=30)
    told = parser.parse_args()
    measured = json.loads((RESULTS / "produce.json").read_text())
    text = plan(measured, told.events, told.days)
    (RESULTS / "plan.md").write_text(text)
    print(text)


def plan(measured: dict[str, Any], events: float, days: float) -> str:
    """The plan as Markdown."""
    columns = [needs(measured[layout], events, days) for layout in ("dense", "sparse")]
    rows = "\n".join(
        f"| {what} | {columns[0][what]} | {columns[1][what]} |" for what in columns[0]
    )
    sample = Path(str(resources.files("cloudburst") / "samples" / "calogan-eplus.h5"))
    told = storage.read_header(sample).provenance
    full = told["cpu_ms_per_event"] * 1e3 / measured["dense"]["us_of_a_core_per_shower"]
    return (
        f"{events:.0e} showers of {measured['cells']} cells in {days:g} days, from "
        f"{measured['events']:,} showers measured on {measured['date']} on "
        f"{measured['machine']['processor']} ({measured['workers']} workers, engine "
        f"{measured['engine']}, load of the machine {measured['load_before']:.1f}):\n\n"
        f"| | dense | sparse |\n|---|---|---|\n{rows}\n\n"
        f"{told['simulator']} took {told['cpu_ms_per_event']} ms of a core for a shower, "
        f"{full:,.0f} times as long.\n"
    )


def needs(measured: dict[str, float], events: float, days: float) -> dict[str, str]:
    """What one layout needs."""
    us, size = measured["us_of_a_core_per_shower"], measured["bytes_per_shower"]
    seconds = days * 86400
    return {
        "time of a core per shower": f"{us:.0f} us",
        "core hours": f"{events * us / 3.6e9:,.0f}",
        f"cores for {days:g} days": f"{events * us / 1e6 / seconds:,.0f}",
        "bytes per shower": f"{size:.0f}",
        "disk": f"{events * size / 1e12:,.0f} TB",
        "files": f"{events / SHARD:,.0f} of {SHARD * size / 1e9:.2f} GB",
        "one core writes": f"{size / us:.0f} MB/s",
        "all cores write": f"{events * size / seconds / 1e9:.2f} GB/s",
        "a shard takes a core": f"{SHARD * us / 1e6:.0f} s",
        "verified at 100 GB/s": f"{events * size / 1e11 / 3600:.1f} h",
    }


if __name__ == "__main__":
    main()
