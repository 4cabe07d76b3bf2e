"""The page of Lipschitz bounds, from the results of their study.

`python benchmarks/lipschitz.py FOLDER` reads `FOLDER/results.json`, which
`cloudburst study benchmarks/lipschitz/study.toml FOLDER` writes, and keeps it in
benchmarks/results/lipschitz.json. Without FOLDER it draws figures and table from what is kept.
"""

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from sections import ROOT, fill, keep

from cloudburst.distances import Measurement
from cloudburst.experiment.study import Row, Summary, figures, read_summary
from cloudburst.validation.plots import to_svg

KEPT = ROOT / "benchmarks" / "results" / "lipschitz.json"
IMAGES = ROOT / "docs" / "images"
SHOWN = ("quality", "course", "slopes", "norms", "cost")


def main(words: Sequence[str]) -> None:
    """Keeps results, if a folder is given, and makes the section and its figures."""
    if words:
        keep("lipschitz", json.loads((Path(words[0]) / "results.json").read_text("utf-8")))
    summary = read_summary(KEPT)
    told = json.loads(KEPT.read_text("utf-8"))
    for name, drawn in figures(summary).items():
        (IMAGES / f"lipschitz-{name}.svg").write_text(to_svg(drawn), encoding="utf-8")
    done = {seed for row in summary.rows for seed in row.outcomes}
    changes = summary.plan.changes
    text = TEXT.format(
        table=table(summary),
        trainings=summary.trainings,
        points=len(summary.rows),
        seeds=len(done),
        steps=changes["training.steps"],
        date=told["date"],
        machine=told["machine"],
        diverged=sum(row.diverged for row in summary.rows),
        collapsed=sum(row.collapsed for row in summary.rows),
    )
    fill("lipschitz.md", "lipschitz", text)
    print(text)


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


def pm(measured: Measurement | None) -> str:
    """A value with its error, rounded to the error's second digit, or "-"."""
    if measured is None:
        return "-"
    if not (math.isfinite(measured.error) and measured.error > 0):
        return f"{measured.value:.3g}"
    digits = min(4, max(0, 1 - math.floor(math.log10(measured.error))))
    return f"{measured.value:.{digits}f} ± {measured.error:.{digits}f}"


TEXT = """\
{trainings} trainings of {points} methods with {seeds} seeds, {steps} rounds of three critic steps
and one generator step each, judged on 1,400 segments that none of them learned from ({date},
{machine}). Errors are standard deviations over seeds; of the time, half of the distance between
quartiles. {diverged} diverged and {collapsed} collapsed.

{table}

![Quality of each training](images/lipschitz-quality.svg)

![Score while they learn](images/lipschitz-course.svg)

![Slope of the critic while they learn](images/lipschitz-slopes.svg)

![Norms of the critic's layers while they learn](images/lipschitz-norms.svg)

![Score against time](images/lipschitz-cost.svg)
"""

if __name__ == "__main__":
    main(sys.argv[1:])
