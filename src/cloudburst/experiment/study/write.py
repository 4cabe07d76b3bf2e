"""Writes the results of a study: table, figures, and everything as plain data."""

from __future__ import annotations

__all__ = ["write_results"]

from pathlib import Path

from ...files import atomic_folder, write_text
from ...validation.plots import to_svg
from .figures import figures
from .summary import Summary
from .table import markdown, table_csv, trainings_csv


def write_results(summary: Summary, folder: Path) -> None:
    """Writes table.md, table.csv, trainings.csv, results.json and figures/NAME.svg."""
    texts = {
        "table.md": markdown(summary),
        "table.csv": table_csv(summary),
        "trainings.csv": trainings_csv(summary),
        "results.json": summary.to_json(),
    }
    for name, text in texts.items():
        write_text(folder / name, text, overwrite=True)
    with atomic_folder(folder / "figures", overwrite=True) as temporary:
        for name, drawn in figures(summary).items():
            write_text(temporary / f"{name}.svg", to_svg(drawn))
