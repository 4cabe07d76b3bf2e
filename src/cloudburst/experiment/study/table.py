"""A study's results as one table, and as a row for each training."""

from __future__ import annotations

__all__ = ["markdown", "short_rows", "table_csv", "trainings_csv"]

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from ...distances import Measurement
from .summary import Row, Summary

_HEADS = {
    "ratio": "chi2/floor",
    "auc": "classifier AUC",
    "score": "score",
    "slope": "slope",
    "product": "product of norms",
    "milliseconds": "ms/step",
}
_EXPLAINED = """\
chi2/floor: chi2 of {terms} terms of trends, over that of the full simulation against itself. \
AUC: of the classifier that finds most; 0.5 is a coin. Score: the figure of merit, smaller is \
better. Slope: mean length of the critic's gradient between real and generated events, at the \
end. Product of norms: of the critic's layers as matrices, at the end. Errors are standard \
deviations over seeds; of ms/step, processor time, half of the distance between quartiles.
Diverged: no finite numbers, or a last validation figure above {diverged:g} times the smallest. \
Collapsed: noise moves observables by less than {collapsed:g} of their standard deviation."""


def markdown(summary: Summary) -> str:
    """The table, with what its columns mean."""
    axes = list(summary.plan.axes)
    heads = [*axes, "trainings", "diverged", "collapsed", *_HEADS.values()]
    lines = [_line(heads), _line(["---"] * len(axes) + ["--:"] * (len(heads) - len(axes)))]
    lines += [_line([*_first(row), *map(_pm, _measured(row))]) for row in summary.rows]
    floors = summary.floors
    if floors is not None:
        blank = [""] * (len(axes) + 2)
        lines.append(_line(["floor", *blank, *map(_pm, floors), "", "", "", ""]))
    return f"# {summary.plan.name}\n\n" + "\n".join(lines) + f"\n\n{_explained(summary)}\n"


def short_rows(summary: Summary) -> list[list[str]]:
    """The table without what is of use to few, its head first."""
    kept = ("ratio", "auc", "score", "milliseconds")
    heads = [*summary.plan.axes, "trainings", "diverged", "collapsed", *(_HEADS[k] for k in kept)]
    columns = [list(_HEADS).index(name) for name in kept]
    rows = [[*_first(row), *(_pm(_measured(row)[i]) for i in columns)] for row in summary.rows]
    return [heads, *rows]


def table_csv(summary: Summary) -> str:
    """The table as comma-separated values, with a column for each error."""
    names = [part for name in _HEADS for part in (name, f"{name}_error")]
    heads = [*summary.plan.axes, "trainings", "diverged", "collapsed", *names]
    rows = [
        [*_first(row), *(p for m in _measured(row) for p in (m or ("", "")))]
        for row in summary.rows
    ]
    return _csv([heads, *rows])


def trainings_csv(summary: Summary) -> str:
    """A row for each training."""
    heads = [
        *summary.plan.axes, "seed", "diverged", "collapsed", "chi2", "chi2_floor", "terms", "auc",
        "auc_error", "auc_floor", "score", "spread", "ms_per_step", "failure",
    ]  # fmt: skip
    rows = []
    for row in summary.rows:
        for seed, one in row.outcomes.items():
            lost = one.diverged(row.limits.diverged), one.collapsed(row.limits.collapsed)
            q = one.quality
            values: Sequence[Any] = [""] * 8 if q is None else [
                q.chi2.value, q.chi2_floor.value, q.terms, *q.auc, q.auc_floor.value, q.score,
                q.spread,
            ]  # fmt: skip
            end = [one.milliseconds[0], one.failure]
            rows.append([*row.values.values(), seed, *map(int, lost), *values, *end])
    return _csv([heads, *rows])


def _first(row: Row) -> list[str]:
    counts = len(row.outcomes), row.diverged, row.collapsed
    return [*row.values.values(), *map(str, counts)]


def _measured(row: Row) -> list[Measurement | None]:
    slope = row.last("slope")
    return [row.ratio, row.auc, row.score, slope, row.product, row.milliseconds]


def _explained(summary: Summary) -> str:
    limits = summary.plan.limits
    found = [o.quality for row in summary.rows for o in row.outcomes.values() if o.quality]
    return _EXPLAINED.format(
        terms=found[0].terms if found else "no",
        diverged=limits.diverged,
        collapsed=limits.collapsed,
    )


def _pm(measured: Measurement | None) -> str:
    """A value and its error, to two digits of the error."""
    if measured is None:
        return "-"
    value, error = measured
    if not (math.isfinite(error) and error > 0):
        return f"{value:.3g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{min(digits, 6)}f} ± {error:.{min(digits, 6)}f}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
