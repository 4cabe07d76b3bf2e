"""The page of Lipschitz bounds, from the results of their study.

`python benchmarks/lipschitz.py FOLDER EFFORT` reads results.json in both folders, which
`cloudburst study benchmarks/lipschitz/study.toml FOLDER` and
`cloudburst study benchmarks/lipschitz/effort.toml EFFORT` write, and keeps it in
benchmarks/results. Without folders it draws figures and tables from what is kept.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lipschitz_tables import (
    EFFORTS,
    OTHERS,
    RATE,
    at_rate,
    by_method,
    effort_table,
    pm,
    rates_table,
    several,
    table,
)
from scipy import stats
from sections import ROOT, fill, keep

from cloudburst.experiment.study import Summary, figures, read_summary

RESULTS = ROOT / "benchmarks" / "results"
KEPT = RESULTS / "lipschitz.json"
EFFORT = RESULTS / "lipschitz_effort.json"
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
    "adaptive": "ABCAS",
}


def main(words: Sequence[str]) -> None:
    """Keeps results, if folders are given, and makes the section and its figures."""
    for path, folder in zip((KEPT, EFFORT), words, strict=False):
        results = json.loads((Path(folder) / "results.json").read_text("utf-8"))
        keep(path.stem, results if path == KEPT else without_gauges(results))
    whole = read_summary(KEPT)
    told = json.loads(KEPT.read_text("utf-8"))
    summary = at_rate(whole, RATE)
    # times of one sitting, and norms told apart by layer, are of one rate
    shown = figures(whole) | {k: v for k, v in figures(summary).items() if k in ("cost", "norms")}
    efforts = read_summary(EFFORT)
    shown |= {f"effort-{k}": v for k, v in figures(efforts).items() if k == "quality"}
    for name, drawn in shown.items():
        drawn.savefig(IMAGES / f"lipschitz-{name}.png", dpi=68)
    text = TEXT.format(
        table=table(summary),
        rates=rates_table(whole),
        efforts=effort_table(efforts),
        effort_trainings=efforts.trainings,
        **at_efforts(efforts),
        trainings=whole.trainings,
        methods=len(summary.rows),
        several=len(several(whole)),
        seeds=len({seed for row in whole.rows for seed in row.outcomes}),
        steps=whole.plan.changes["training.steps"],
        date=told["date"],
        machine=told["machine"],
        **quoted(summary, ""),
        **{k: v for r in OTHERS for k, v in quoted(at_rate(whole, r), f"_{r[0]}e{r[-1]}").items()},
        agreement={f"{r[0]}e{r[-1]}": agreement(whole, r) for r in OTHERS},
        diverged=sum(row.diverged for row in whole.rows),
        collapsed=sum(row.collapsed for row in whole.rows),
        lost=lost(whole),
        **span(at_rate(whole, OTHERS[0])),
    )
    fill("lipschitz.md", "lipschitz", text)
    print(text)


def agreement(summary: Summary, rate: str) -> str:
    """Rank correlation of the scores of methods at a rate with those at the rate of all."""
    pairs = [
        (rows[RATE].score, rows[rate].score) for rows in several(summary).values() if rate in rows
    ]
    known = [(a.value, b.value) for a, b in pairs if a is not None and b is not None]
    return f"{stats.spearmanr(*zip(*known, strict=True)).statistic:.2f} for {len(known)} methods"


def lost(summary: Summary) -> str:
    """Which methods lost trainings, at which rate and how many."""
    found = [
        f"{row.values['method']} at {row.values['rate']}: {row.diverged + row.collapsed} of "
        f"{len(row.outcomes)}"
        for row in summary.rows
        if row.diverged + row.collapsed
    ]
    return "; ".join(found) or "none"


def span(summary: Summary) -> dict[str, str]:
    """The best and the worst mean score."""
    scores = [row.score.value for row in summary.rows if row.score is not None]
    return {"low": f"{min(scores):.3f}", "high": f"{max(scores):.3f}"}


def without_gauges(results: dict[str, Any]) -> dict[str, Any]:
    """The same without what is large in a history and not shown: all but figures."""
    for row in results["rows"]:
        for outcome in row["outcomes"].values():
            told = [{"step": e["step"], "figure": e.get("figure")} for e in outcome["history"]]
            outcome["history"] = [entry for entry in told if entry["figure"] is not None]
    return results


def at_efforts(summary: Summary) -> dict[str, dict[str, str]]:
    """By effort and short name of the method, the scores that the text quotes."""
    methods = by_method(summary)
    rows = {name: methods[method] for name, method in QUOTED.items() if method in methods}
    longest = {method: found[EFFORTS[-1]] for method, found in rows.items()}
    return {
        name: {method: pm(found[effort].score) for method, found in rows.items()}
        for name, effort in zip(("few", "usual", "many", "long"), EFFORTS, strict=True)
    } | {
        "long_chi2": {method: pm(row.ratio) for method, row in longest.items()},
        "long_time": {name: f"{row.milliseconds.value:.1f}" for name, row in longest.items()},
    }


def quoted(summary: Summary, ending: str) -> dict[str, dict[str, str]]:
    """By what is measured and short name, what the text quotes."""
    methods = {row.values["method"]: row for row in summary.rows}
    rows = {name: methods[method] for name, method in QUOTED.items() if method in methods}
    return {
        f"score{ending}": {name: pm(row.score) for name, row in rows.items()},
        f"slope{ending}": {name: pm(row.last("slope")) for name, row in rows.items()},
        f"product{ending}": {name: pm(row.product) for name, row in rows.items()},
        f"time{ending}": {name: f"{row.milliseconds.value:.1f}" for name, row in rows.items()},
    }


TEXT = """\
{trainings} trainings of {methods} methods, {steps} rounds of three critic steps and one generator
step each, judged on 1,400 segments that none of them learned from ({date}, {machine}): all methods
at a rate of 10<sup>−3</sup> with {seeds} seeds, {several} of them at other rates too. Errors are
standard deviations over seeds; of the processor time of a round, half of the distance between
quartiles. {diverged} diverged, {collapsed} collapsed ({lost}).

At a rate of 10<sup>−3</sup>:

{table}

![Quality of each training: dots, and the mean of each method](images/lipschitz-quality.png)

![Score against processor time at a rate of 0.001](images/lipschitz-cost.png)

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

### At other rates

What has fewer than three seeds has no error; the spread at 10<sup>−3</sup> tells how far to trust
it.

{rates}

* **The order holds where there is time to learn.** Scores at 10<sup>−3</sup> and at three times
  that rate have a rank correlation of {agreement[3e3]}. Penalties stay first, at
  {score_3e3[one]} and {score_3e3[two]}, with one at every fourth step close behind at
  {score_3e3[fourth]}; spectral normalisation follows at {score_3e3[power]}.
* **The rate matters as much as the method.** With three times the rate, spectral normalisation
  comes farther than penalties do at 10<sup>−3</sup> ({score[one]}). At a third of it 400 rounds
  are too short for any: all lie between {low} and {high}, and their order there, with a rank
  correlation of {agreement[3e4]}, says nothing.
* **Clipped weights do not bear the highest rate:** there their validation score runs away, while
  all others learn on. A trained bound runs away at both rates, at the higher one to a slope of
  {slope_3e3[trained]}, and gains little.

### With more and with less effort

Six methods at the best rate, 3 × 10<sup>−3</sup>, with three seeds each ({effort_trainings}
trainings): one, three and six critic steps for each step of the generator, and four times the
rounds.

{efforts}

![Quality of each training by method and effort](images/lipschitz-effort-quality.png)

* **Time decides more than the method.** Four times the rounds take every method farther than any
  change among these six does: one-sided penalties from {usual[one]} to {long[one]}, spectral
  normalisation from {usual[power]} to {long[power]}. Penalties stay first in the mean, but their
  seeds part.
* **A penalty at every fourth step is the best buy.** It reaches {long[fourth]} at
  {long_time[fourth]} ms of processor time a round, with chi2 at {long_chi2[fourth]} of its floor;
  at every step it is {long[one]} at {long_time[one]} ms and {long_chi2[one]}.
* **A larger bound is the steadiest.** K = 16 gets more than K = 1 out of six critic steps
  ({many[sixteen]} against {many[power]}), and after 1,600 rounds its seeds agree best:
  {long[sixteen]}, chi2 {long_chi2[sixteen]}.
* **Three critic steps are enough.** Against one they help every method ({few[one]} to
  {usual[one]} for one-sided penalties, {few[power]} to {usual[power]} for spectral
  normalisation); six cost up to twice the time and change little ({many[one]}, {many[power]}).

![Score on validation events while they learn](images/lipschitz-course.png)

![Slope of the critic while they learn](images/lipschitz-slopes.png)

![Norms of the critic's layers while they learn, at a rate of 0.001](images/lipschitz-norms.png)

**What this does not say.** {steps} rounds are a short training of a light critic: every
classifier still tells all results from full simulation, and an order among methods that are
closer than their errors means nothing. Not every method was trained at every rate, nor with every
seed there. `cloudburst study benchmarks/lipschitz/study.toml` completes the grid, and
`benchmarks/lipschitz/effort.toml` is the study of efforts. Whoever trains for days should repeat
them with the published critic, by changing three lines of each.
"""

if __name__ == "__main__":
    main(sys.argv[1:])
