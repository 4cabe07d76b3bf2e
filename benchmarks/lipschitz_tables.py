"""Tables of the page of Lipschitz bounds, which `lipschitz.py` makes."""

import math

from cloudburst.distances import Measurement
from cloudburst.experiment.study import Row, Summary

# the rate that all methods are trained at, and those that the main ones are trained at besides
RATE = "1e-3"
OTHERS = ("3e-4", "3e-3")
# critic steps for each step of the generator, and how long
EFFORTS = (
    "1 critic step", "3 critic steps", "6 critic steps", "3 critic steps, 1,600 rounds",
)  # fmt: skip


def at_rate(summary: Summary, rate: str) -> Summary:
    """What was trained at one rate."""
    return summary._replace(rows=[row for row in summary.rows if row.values["rate"] == rate])


def several(summary: Summary) -> dict[str, dict[str, Row]]:
    """By method that was trained at several rates, and rate, what came of it."""
    found: dict[str, dict[str, Row]] = {}
    for row in summary.rows:
        found.setdefault(row.values["method"], {})[row.values["rate"]] = row
    return {method: rows for method, rows in found.items() if len(rows) > 1}


def table(summary: Summary) -> str:
    """A line for each method, with its floor at the end."""
    heads = ["", "chi2/floor", "AUC", "score", "slope", "product of norms", "lost", "ms/step"]
    lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    lines += [f"| {' | '.join(cells(row))} |" for row in summary.rows]
    if summary.floors is not None:
        ratio, area = map(pm, summary.floors)
        lines.append(f"| *full simulation against itself* | {ratio} | {area} | | | | | |")
    return "\n".join(lines)


def cells(row: Row) -> list[str]:
    """What the table says of a method."""
    lost = f"{row.diverged + row.collapsed} of {len(row.outcomes)}"
    measured = [row.ratio, row.auc, row.score, row.last("slope"), row.product]
    return [row.values["method"], *map(pm, measured), lost, pm(row.milliseconds)]


def rates_table(summary: Summary) -> str:
    """Score of each method that was trained at several rates, and how many trainings it lost."""
    rates = sorted((RATE, *OTHERS), key=float)
    lines = ["| | " + " | ".join(f"score at {rate}" for rate in rates) + " | lost |"]
    lines.append("|---" + "|--:" * (len(rates) + 1) + "|")
    for method, rows in several(summary).items():
        cells = [scored(rows.get(rate)) for rate in rates]
        gone = sum(row.diverged + row.collapsed for row in rows.values())
        trained = sum(len(row.outcomes) for row in rows.values())
        lines.append(f"| {' | '.join([method, *cells])} | {gone} of {trained} |")
    return "\n".join(lines)


def scored(row: Row | None) -> str:
    """A score as a table tells it, with the number of seeds where they are fewer than three."""
    if row is None:
        return "-"
    seeds = len(row.outcomes)
    return pm(row.score) + (f" ({seeds} seed{'s' * (seeds > 1)})" if seeds < 3 else "")


def by_method(summary: Summary) -> dict[str, dict[str, Row]]:
    """By method and effort, what came of it."""
    found: dict[str, dict[str, Row]] = {}
    for row in summary.rows:
        found.setdefault(row.values["method"], {})[row.values["effort"]] = row
    return found


def effort_table(summary: Summary) -> str:
    """Score of each method at each effort, and what the longest one gives besides."""
    scores = [f"score, {effort}" for effort in EFFORTS]
    heads = ["", *scores, "chi2/floor, longest", "AUC, longest"]
    lines = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    for method, rows in by_method(summary).items():
        longest = rows[EFFORTS[-1]]
        found = [scored(rows[effort]) for effort in EFFORTS]
        lines.append(f"| {' | '.join([method, *found, pm(longest.ratio), pm(longest.auc)])} |")
    return "\n".join(lines)


def pm(measured: Measurement | None) -> str:
    """A value with its error, rounded to the error's second digit, or "-"."""
    if measured is None:
        return "-"
    if not (math.isfinite(measured.error) and measured.error > 0):
        return f"{float(f'{measured.value:.3g}'):,g}"
    digits = min(4, max(0, 1 - math.floor(math.log10(measured.error))))
    return f"{measured.value:.{digits}f} ± {measured.error:.{digits}f}"
