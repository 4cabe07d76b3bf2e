"""A small report to test with, with every part that a report can have."""

import dataclasses

import numpy as np

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.distances import Measurement
from cloudburst.events import Events
from cloudburst.observables import Observable, total
from cloudburst.validation import Check, ClassifierRow, Report, ReportContent, SpeedRow

HOSTILE = '<script>alert("x")</script>'

DETECTOR = Detector(
    "toy",
    (Condition("energy", "GeV", 1.0, 100.0),),
    (
        Readout(
            "layer_0",
            (Axis.regular("x", 4, -20, 20, "mm"), Axis.regular("y", 5, -20, 20, "mm")),
            "MeV",
        ),
        Readout("overflow", (Axis.regular("section", 3, 0, 3),), "MeV"),
    ),
)


def sample(n: int = 60, scale: float = 1.0, seed: int = 0) -> Events:
    """Events whose layer holds `scale` times the incident energy, give or take a per cent."""
    rng = np.random.default_rng(seed)
    energy = rng.uniform(2, 99, (n, 1)).astype(np.float32)
    shares = rng.dirichlet(np.full(20, 0.5), n).reshape(n, 4, 5)
    signal = energy[:, :, None] * 1000 * scale * rng.normal(1, 0.01, (n, 1, 1)) * shares
    readouts = {"layer_0": signal, "overflow": rng.exponential(size=(n, 3))}
    return Events(DETECTOR, energy, {name: x.astype(np.float32) for name, x in readouts.items()})


def check(name: str, measured: float, floor: float = 0.1, error: float = 0.01) -> Check:
    return Check(name, Measurement(measured, error), Measurement(floor, error))


REPORT = Report(
    "toy",
    60,
    60,
    3,
    (
        check("total:separation", 0.15),
        check("total:wasserstein", 0.1),
        check(f"{HOSTILE}:separation", 0.5),
        check("broken:separation", 0.2, 0.0, 0.0),
        check("fpd", 0.11),
    ),
)


def content(**changes) -> ReportContent:
    """A report with every part, and what is to be different in it."""
    full = ReportContent(
        title=f"Toy {HOSTILE}",
        report=REPORT,
        reference=sample(),
        candidate=sample(80, 1.02, 1),
        observables=[
            dataclasses.replace(total(DETECTOR.readouts[0]), name="total", label="$E$"),
            Observable(HOSTILE, "MeV", lambda e: e.readouts["overflow"].sum(axis=1)),
        ],
        history=[
            {"step": 10, "losses": {"critic": -1.0, "generator": 2.0}},
            {"step": 20, "losses": {"critic": -2.0, "generator": 1.0}, "figure": 0.25},
            {"step": 30, "losses": {"critic": -3.0, "generator": 0.5}, "figure": 0.75},
        ],
        speed=[
            SpeedRow("Geant4", None, "1 core", 805.0, 1.0),
            SpeedRow("surrogate", 1, "2 cores", 0.8, 1006.25),
            SpeedRow("surrogate", 1024, "2 cores", 0.007, 115_000.0),
        ],
        classifier=[ClassifierRow("trees", Measurement(0.71, 0.01), Measurement(0.5, 0.02), 1500)],
        provenance={"data": {"file": f"a{HOSTILE}.h5", "events": 60}, "seed": 3, "empty": {}},
        warnings=[f"look out {HOSTILE}"],
    )
    return dataclasses.replace(full, **changes)
