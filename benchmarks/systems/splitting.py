"""Splits the real data into training and test files.

    python benchmarks/systems/splitting.py RUNS

reads ../shared/data and writes NAME-train.h5, the first events, and NAME-test.h5, the others, to
RUNS/data. Some of the positrons go into straight-train.h5 and straight-test.h5; with photons and
pions they make particles-train.h5 and particles-test.h5, with the positrons of many directions
angles-train.h5.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cloudburst.experiment import combine
from cloudburst.formats import read_events
from cloudburst.storage import write

DATA = Path(__file__).parents[3] / "shared" / "data"
TRAINING = {
    "calogan_eplus": 6000,
    "calogan_gamma": 1100,
    "calogan_piplus": 1350,
    "calogan_eplus_angles": 1000,
    "lhcb_ecal_electron": 3800,
    "mpd_tpc": 3000,
}
# positrons that go straight into the middle, for as many as there are of others
STRAIGHT = {"train": 2000, "test": 400}
PARTICLES = {"e+": "straight", "gamma": "calogan_gamma", "pi+": "calogan_piplus"}


def split(folder: Path) -> None:
    """Writes all files to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, first in TRAINING.items():
        events, provenance = read_events(DATA / f"{name}.h5")
        rows = {"train": slice(0, first), "test": slice(first, len(events))}
        for part, index in rows.items():
            told = {**provenance, "rows": [index.start, index.stop]}
            write(folder / f"{name}-{part}.h5", events[index], told, overwrite=True)
    for part, first in STRAIGHT.items():
        events, told = read_events(folder / f"calogan_eplus-{part}.h5")
        write(folder / f"straight-{part}.h5", events[:first], told, overwrite=True)
        files = [(label, str(folder / f"{n}-{part}.h5")) for label, n in PARTICLES.items()]
        combine(files, folder / f"particles-{part}.h5", "particle", {}, overwrite=True)
    _join_angles(folder)


def _join_angles(folder: Path) -> None:
    """The positrons of known direction are few; others teach what showers look like."""
    names = ("straight-train", "calogan_eplus_angles-train")
    files = [("e+", str(folder / f"{name}.h5")) for name in names]
    ahead = dict.fromkeys(("x0", "y0", "theta", "phi"), 0.0)
    combine(files, folder / "angles-train.h5", "particle", ahead, overwrite=True)


if __name__ == "__main__":
    split(Path(sys.argv[1]) / "data")
