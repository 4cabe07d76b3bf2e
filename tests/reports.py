"""A small report to test with, with every part that a report can have."""

import dataclasses
import functools

import numpy as np

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.distances import Measurement
from cloudburst.events import Events
from cloudburst.observables import Observable, total
from cloudburst.validation import (
    Check,
    ClassifierRow,
    Contender,
    Giveaway,
    Report,
    ReportContent,
    SpeedRow,
)
from cloudburst.validation.conditions import HeldOut, profiles
from cloudburst.validation.gates import Family, Finding, Gate
from cloudburst.validation.multivariate import Absence, JointSettings, compare_jointly

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


GATES = (
    Gate("G0", "Invariants", (Family("finite", (Finding("NaN", 0.0, 0.0),)),)),
    Gate(
        "G2",
        "Physics by condition",
        (
            Family("response by condition", (Finding(f"mean {HOSTILE}", 3.0, 1.0, 0.1, 0.0, "%",
                                                     "response", f"+3 % {HOSTILE}"),)),
            Family("tails", (), "needs 810 events in each sample"),
        ),
    ),
    Gate("G4", "Export parity", (), remark="there is no export beside the run"),
)  # fmt: skip
CONTENDERS = (
    Contender("full simulation", 805.0, 1.0, 60, 5, 5, Measurement(1.0, 0.0), None),
    Contender("parametric", 6.0, 134.0, 60, 1, 5, Measurement(9.0, 0.5), Measurement(0.99, 0.01)),
    Contender(HOSTILE, 0.007, 115_000.0, 60, 4, 5, Measurement(1.2, 0.1), None),
)
SMALL = JointSettings(splits=1, most=200, repeats=3, clusterings=1, draws=2)


@functools.cache
def together():
    """Joint figures and profiles of samples that are large enough for them."""
    reference, candidate = sample(450), sample(450, 1.02, 1)
    found = compare_jointly(reference, candidate, sample(300, seed=7), 0, SMALL)
    return found, profiles(
        reference, candidate, trained={"energy": (2.0, 60.0)}, bins=4, repeats=2
    )


SPEED = [
    SpeedRow("Geant4", None, "1 core", 805.0, 1.0),
    SpeedRow("surrogate", 1, "2 cores", 0.8, 1006.25),
    SpeedRow("surrogate", 1024, "2 cores", 0.007, 115_000.0),
]
HISTORY = [
    {"step": 10, "losses": {"critic": -1.0, "generator": 2.0}},
    {"step": 20, "losses": {"critic": -2.0, "generator": 1.0}, "figure": 0.25},
    {"step": 30, "losses": {"critic": -3.0, "generator": 0.5}, "figure": 0.75},
]


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
        history=HISTORY,
        speed=SPEED,
        classifier=[ClassifierRow("trees", Measurement(0.71, 0.01), Measurement(0.5, 0.02), 1500)],
        provenance={"data": {"file": f"a{HOSTILE}.h5", "events": 60}, "seed": 3, "empty": {}},
        warnings=[f"look out {HOSTILE}"],
        gates=GATES,
        joint=together()[0],
        profiles=together()[1],
        held_out=HeldOut("energy", 40.0, 50.0, REPORT, REPORT, False),
        giveaways=[Giveaway(HOSTILE, Measurement(0.1, 0.01)), Giveaway("E0", Measurement(0, 0.1))],
        contenders=CONTENDERS,
        absences=[Absence("memorisation", f"unknown {HOSTILE}")],
    )
    return dataclasses.replace(full, **changes)


# what leaves a report with nothing but its events
BARE = {
    "observables": [],
    "history": [],
    "speed": [],
    "classifier": [],
    "provenance": {},
    "gates": (),
    "joint": None,
    "profiles": (),
    "held_out": None,
    "giveaways": (),
    "contenders": (),
    "absences": (),
}
