"""docs/systems.md, made of what is kept of every system."""

from __future__ import annotations

__all__ = ["page"]

import math
from collections.abc import Mapping, Sequence
from typing import Any

from cloudburst.distances import Measurement
from cloudburst.validation.numbers import measurement, rounded

_HEAD = """# Published systems

Four generative models of detector response were published with their code: for a calorimeter,
for jet images, for the LHCb electromagnetic calorimeter and for the time projection chamber of
MPD. Each works here on real data: its detector, its networks with their published numbers of
weights, a recipe that trains it, and the figures that it was judged by.

*Published* is what paper, talk or code give; most give pictures and no numbers. *Ours* is measured
on the runs described below each table. They took minutes of one processor core, where the
published trainings had far more events and steps: they show that the systems work, not how good
they can become. *Floor* is what full simulation gets in place of the surrogate. Errors are
statistical, of one training each. All numbers, pictures and this page are made by
`benchmarks/systems.py`.
"""


def page(systems: Sequence[Mapping[str, Any]]) -> str:
    """The page as Markdown, of systems as benchmarks/results/systems keeps them."""
    return "\n".join([_HEAD, *(_section(system) for system in systems)])


def _section(system: Mapping[str, Any]) -> str:
    parts = [f"## {system['title']}", system["source"], _rows(system["rows"])]
    parts += [
        f"![{p['caption'].split('. ')[0].rstrip('.')}](images/systems/{p['name']})\n\n"
        f"*{p['caption']}*"
        for p in system["pictures"]
    ]
    parts += [_costs(system["costs"]), f"**Where it falls short.** {system['shortfall']}"]
    parts.append(f"Measured on {system['date']}, {system['machine']}.")
    return "\n\n".join(part for part in parts if part) + "\n"


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| quantity | published | ours | floor | remark |", "|---|---|---|---|---|"]
    for row in rows:
        cells = (row["quantity"], row["published"] or "–", _ours(row), _floor(row), row["note"])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _ours(row: Mapping[str, Any]) -> str:
    return measurement(Measurement(row["ours"], row["error"]))


def _floor(row: Mapping[str, Any]) -> str:
    """To as many digits as the measured value shows."""
    if row["floor"] is None:
        return "–"
    error = row["error"]
    if not error > 0:
        return rounded(row["floor"])
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{row['floor']:.{min(digits, 6)}f}"


def _costs(costs: Sequence[Mapping[str, Any]]) -> str:
    if not costs:
        return ""
    lines = [
        "| training | processor minutes | events | steps | batch | published |",
        "|---|---|---|---|---|---|",
    ]
    for cost in costs:
        cells = (f"{cost['minutes']:.0f}", f"{cost['events']:,}", f"{cost['steps']:,}")
        lines.append(
            f"| `{cost['run']}` | {' | '.join(cells)} | {cost['batch']} | {cost['published']} |"
        )
    changed = [
        f"`{cost['run']}` was trained with `{cost['changes']}`."
        for cost in costs
        if cost.get("changes")
    ]
    return "\n\n".join(["\n".join(lines), " ".join(changed)]).rstrip()
