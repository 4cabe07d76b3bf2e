"""Sections of documentation pages that scripts make, each between two marks of its name."""

import datetime
import json
import os
import platform
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def machine() -> str:
    """The processor of this machine, and how many cores it has."""
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def today() -> str:
    """The date."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def keep(name: str, results: dict[str, object]) -> None:
    """Writes the numbers of a script to benchmarks/results, with date and machine."""
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    told = {"date": today(), "machine": machine(), **results}
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def fill(page: str, name: str, text: str) -> None:
    """Replaces what stands between the marks of a section of a page of docs."""
    begin, end = f"<!-- {name}: made by benchmarks/{name}.py -->", f"<!-- end of {name} -->"
    path = ROOT / "docs" / page
    before, rest = path.read_text(encoding="utf-8").split(begin)
    after = rest.split(end)[1]
    path.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
