"""Puts the demo's results into README.md: its table, and the pictures that it shows.

    make demo figures

reads `demo/` and writes `docs/images/` and the part of README.md between the two marks.
"""

from __future__ import annotations

__all__ = ["main", "table"]

import json
import shutil
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# figure of the demo -> picture of the documents
PICTURES = {"side-by-side": "showers", "overview": "observables"}
BEGIN, END = "<!-- results: made by make figures -->", "<!-- end of results -->"


def table(report: dict[str, Any]) -> str:
    """The results of a report as a Markdown table, with the report's own verdict below."""
    rows = [*map(_speed, report["speed"]), *map(_classifier, report["classifier"])]
    lines = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return f"| | |\n|---|---|\n{lines}\n\n{report['verdict']}\n"


def _speed(row: dict[str, Any]) -> tuple[str, str]:
    batch = f", batch {row['batch']:,}" if row["batch"] else ""
    factor = f", {row['speed_up']:,.0f} times faster" if batch else ""
    return f"{row['label']}{batch} ({row['device']})", f"{row['ms_per_event']:.3g} ms{factor}"


def _classifier(row: dict[str, Any]) -> tuple[str, str]:
    auc, floor = row["auc"], row["floor"]
    return (
        f"AUC, {row['name']}",
        f"{auc['value']:.3f} ± {auc['error']:.3f} (Geant4 with itself {floor['value']:.3f}; "
        f"trained on {row['training_size']:,} of each)",
    )


def main(demo: Path) -> None:
    """Takes pictures and numbers out of the folder of a demo."""
    for figure, picture in PICTURES.items():
        shutil.copy(demo / "figures" / f"{figure}.svg", ROOT / "docs/images" / f"{picture}.svg")
    report = json.loads((demo / "report.json").read_text(encoding="utf-8"))
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = f"{before}{BEGIN}\n{table(report)}{END}{after}"
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
