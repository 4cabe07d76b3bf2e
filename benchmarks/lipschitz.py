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

KEPT = ROOT / "benchmarks" / "results" / "lipschitz.json"
IMAGES = ROOT / "docs" / "images"
QUOTED = {
    "clipped": "clipped weights",
    "one": "penalty, one-sided",
    "two": "penalty, two-sided",
    "fourth": "penalty, every 4th",
    "power": "spectral, power 1",
    "exact": "spectral, exact",
    "torus": "spectral, convolution",
    "trained": "weak, trained",
    "margin": "soft margin",
    "sixteen": "multiplied",
    "measured": "measured slope",
}


def main(words: Sequence[str]) -> None:
    """Keeps results, if a folder is given, and makes the section and its figures."""
    if words:
        keep("lipschitz", json.loads((Path(words[0]) / "results.json").read_text("utf-8")))
    summary = read_summary(KEPT)
    told = json.loads(KEPT.read_text("utf-8"))
    for name, drawn in figures(summary).items():
        drawn.savefig(IMAGES / f"lipschitz-{name}.png", dpi=68)
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
        fewer=fewer(summary, len(done)),
        **quoted(summary),
        diverged=sum(row.diverged for row in summary.rows),
        collapsed=sum(row.collapsed for row in summary.rows),
    )
    fill("lipschitz.md", "lipschitz", text)
    print(text)


def quoted(summary: Summary) -> dict[str, dict[str, str]]:
    """By what is measured and short name, what the text quotes."""
    rows = {row.values["method"]: row for row in summary.rows}
    return {
        "score": {name: pm(rows[method].score) for name, method in QUOTED.items()},
        "slope": {name: pm(rows[method].last("slope")) for name, method in QUOTED.items()},
        "product": {name: pm(rows[method].product) for name, method in QUOTED.items()},
        "time": {name: f"{rows[m].milliseconds.value:.1f}" for name, m in QUOTED.items()},
    }


def fewer(summary: Summary, seeds: int) -> str:
    """Which methods have not been trained with all seeds."""
    found = [
        f"{row.values['method']}: {len(row.outcomes)}"
        for row in summary.rows
        if len(row.outcomes) < seeds
    ]
    return "fewer with " + "; ".join(found) if found else "all with all"


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
{trainings} trainings of {points} methods with {seeds} seeds ({fewer}), {steps} rounds of three
critic steps and one generator step each, judged on 1,400 segments that none of them learned
from ({date}, {machine}). Errors are standard deviations over seeds; of the processor time of a
round, half of the distance between quartiles. {diverged} diverged, {collapsed} collapsed.

{table}

![Quality of each training: dots, and the mean of each method](images/lipschitz-quality.png)

![Score against processor time](images/lipschitz-cost.png)

* **Penalties learn fastest at equal steps.** One-sided reaches a score of {score[one]},
  two-sided {score[two]}, spectral normalisation {score[exact]} with exact norms, clipped
  weights {score[clipped]}.
* **A penalty at every fourth step costs little.** A round takes {time[fourth]} ms instead of
  {time[one]}, one of spectral normalisation {time[power]}; the score is {score[fourth]}.
* **How σ is found does not matter, what it is of does.** One step of the power iteration is as
  good as exact singular values: {score[power]} against {score[exact]}. The norm of convolutions
  as maps of images is the true bound, but a loose one: the critic's slope falls to
  {slope[torus]}, and it learns
  little while it costs most.
* **How large the bound is matters less.** K = 16 ({score[sixteen]}) is no different from K = 1,
  nor is a K that holds the measured slope at one ({score[measured]}, slope {slope[measured]}):
  the optimiser divides the scale out again. A soft margin is no better
  ({score[margin]}). A bound that is trained runs away, to a product of norms of
  {product[trained]}, and its seeds part.
* **Why penalties win** shows in slope and norms. Under a bound on weights the Wasserstein loss
  pays for every bit of slope, so the layers line up until the slope ({slope[exact]}) is nearly
  the product of their norms ({product[exact]}): such a critic is nearly linear. Penalised
  critics have the same slope, {slope[one]}, from norms with a product of {product[one]}: they
  bend. No rule that scales layers changes that, ours included.

![Score on validation events while they learn](images/lipschitz-course.png)

![Slope of the critic while they learn](images/lipschitz-slopes.png)

![Norms of the critic's layers while they learn](images/lipschitz-norms.png)

**What this does not say.** {steps} rounds are a short training of a light critic at one
learning rate: every classifier still tells all results from full simulation, and an order among
methods that are closer than their errors means nothing. Whoever trains for days should repeat
it with the published critic and more rates, by changing three lines of the study. That nothing
was lost at this rate does not mean that nothing would be at a higher one.
"""

if __name__ == "__main__":
    main(sys.argv[1:])
