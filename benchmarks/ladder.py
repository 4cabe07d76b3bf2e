"""The ladder: ways to make showers, from the first published network on, on one test.

    python benchmarks/ladder.py train --work FOLDER [NAME ...]
    python benchmarks/ladder.py measure --work FOLDER [NAME ...]
    python benchmarks/ladder.py write --work FOLDER

`train` cuts the sample into training and test showers and trains the rungs that are not there yet,
going on where a training was stopped; `measure` judges and times each rung that is trained;
`write` puts together benchmarks/results/ladder.json and .md, the figure docs/images/ladder.svg and
the tables of docs/fidelity.md. A run made elsewhere is taken with --run NAME=FOLDER.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rungs.cost import Costs
from rungs.data import cut
from rungs.measuring import measure_rung, measure_shared
from rungs.names import RUNGS
from rungs.training import train_rung
from rungs.writing import write

DATA = Path(__file__).parents[2] / "shared" / "data" / "calogan_eplus.h5"


def main() -> None:
    """Does what the command line says."""
    options = _options()
    work = options.work
    elsewhere = dict(one.split("=", 1) for one in options.run)
    runs = {r.name: Path(elsewhere.get(r.name, work / "runs" / r.name)) for r in RUNGS}
    wanted = [rung for rung in RUNGS if not options.names or rung.name in options.names]
    if options.what == "write":
        write(work / "measured")
        return
    files = cut(options.data, work)
    costs = Costs()
    if options.what == "measure":
        measure_shared(files, work / "measured")
    for rung in wanted:
        trained = (runs[rung.name] / "surrogate").is_dir()
        if options.what == "train" and not trained:
            train_rung(rung, files[0], work / "runs")
        if options.what == "measure" and trained:
            measure_rung(rung, runs[rung.name], files, work / "measured", costs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["train", "measure", "write"])
    parser.add_argument("names", nargs="*", help="rungs; all if left out")
    parser.add_argument("--work", type=Path, required=True, help="folder of data, runs, results")
    parser.add_argument("--data", type=Path, default=DATA, help="the sample")
    parser.add_argument("--run", action="append", default=[], help="NAME=FOLDER of a run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
