"""FPD and KPD by JetNet, the reference implementation, as golden numbers for the tests.

    python -m venv /tmp/jetnet && /tmp/jetnet/bin/pip install jetnet==0.2.5
    /tmp/jetnet/bin/python tools/jetnet_reference.py tests/golden/jetnet.json

JetNet (Kansal et al., https://arxiv.org/abs/2211.10295) is no dependency: its own are many,
and not all of them know NumPy 2. The samples are correlated normal numbers, drawn by seeds.
"""

from __future__ import annotations

import importlib
import json
import platform
import sys
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Case(NamedTuple):
    """Two samples and the settings with which they are compared."""

    name: str
    events: tuple[int, int]
    columns: int
    shift: float
    scale: float
    smallest: int
    largest: int
    batch: int


CASES = (
    Case("one law", (4000, 4000), 12, 0.0, 1.0, 800, 4000, 800),
    Case("shifted", (4000, 3000), 12, 0.2, 1.0, 600, 3000, 600),
    Case("wider", (3000, 3000), 5, 0.0, 1.3, 600, 3000, 600),
    Case("published settings", (50_000, 50_000), 4, 0.05, 1.0, 10_000, 50_000, 5_000),
)


def samples(case: Case) -> tuple[Floats, Floats]:
    """Reference and candidate, with shapes (N, F) and (M, F)."""
    rng = np.random.default_rng(case.columns)
    mix = np.eye(case.columns) + 0.3 * rng.standard_normal((case.columns, case.columns))
    x, y = (rng.standard_normal((n, case.columns)) @ mix for n in case.events)
    return x, case.scale * y + case.shift


def measure(case: Case) -> dict[str, Any]:
    """What JetNet says of a case: value and error of both distances."""
    jetnet = importlib.import_module("jetnet.evaluation")
    x, y = samples(case)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of fewer than 50,000 events
        fpd = jetnet.fpd(x, y, min_samples=case.smallest, max_samples=case.largest)
        kpd = jetnet.kpd(x, y, batch_size=case.batch)
    return {"fpd": [float(v) for v in fpd], "kpd": [float(v) for v in kpd]}


def main(path: Path) -> None:
    """Writes the numbers of all cases."""
    found = {
        "made by": "tools/jetnet_reference.py",
        "jetnet": metadata.version("jetnet"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "cases": {case.name: measure(case) for case in CASES},
    }
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
