"""Parametric showers beside Geant4's, within stated tolerances, and from the command line."""

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.events import Events
from cloudburst.formats import load_events
from cloudburst.observables import observables_for, response
from cloudburst.simulators.gflash import GFlash

# what the shower's shape says of a calorimeter in layers
SHAPES = ("f0", "f1", "sigma_0", "sigma_1")


def pair(path, calorimeter, particle, tuning, n=300):
    """Geant4's last events, and parametric showers at their conditions."""
    gflash = GFlash(calorimeter, particle, tuning)
    full = load_events(path)[-n:]
    full = Events(gflash.detector, full.conditions, full.readouts)
    return full, gflash(full.conditions, seed=3)


def means(events, names):
    observables = {o.name: o for o in (*observables_for(events.detector), *extra(events))}
    return np.array([np.nanmean(observables[name].function(events)) for name in names])


def extra(events):
    names = [condition.name for condition in events.detector.conditions]
    return (response(events.detector),) if "energy" in names else ()


@pytest.mark.parametrize(
    ("file", "calorimeter", "particle"),
    [
        ("calogan_eplus.h5", "calogan", "e+"),
        ("calogan_gamma.h5", "calogan", "gamma"),
        ("calogan_eplus_angles.h5", "calogan_angles", "e+"),
    ],
)
@pytest.mark.parametrize("tuning", ["paper", "calogan"])
def test_lead_and_argon(shared_data, file, calorimeter, particle, tuning):
    full, fast = pair(shared_data(file), calorimeter, particle, tuning)
    a, b = means(full, SHAPES), means(fast, SHAPES)
    np.testing.assert_allclose(b[:2], a[:2], atol=0.03)  # shares of the layers
    np.testing.assert_allclose(b[2:], a[2:], rtol=0.35)  # the front is wider than the paper has it
    np.testing.assert_allclose(b[3], a[3], rtol=0.03)
    np.testing.assert_allclose(means(fast, ["response"]), means(full, ["response"]), atol=0.003)


@pytest.mark.parametrize(
    ("tuning", "response", "width"), [("paper", 0.1, 0.1), ("lhcb_ecal", 0.01, 0.03)]
)
def test_lead_and_scintillator(shared_data, tuning, response, width):
    full, fast = pair(shared_data("lhcb_ecal_electron.h5"), "lhcb_ecal", "e-", tuning, 600)
    assert fast.flat().sum() == pytest.approx(full.flat().sum(), rel=response)
    names = ["width.along", "width.across"]
    np.testing.assert_allclose(means(fast, names), means(full, names), rtol=width)
    largest = [events.flat().max(1) / events.flat().sum(1) for events in (full, fast)]
    assert np.mean(largest[1]) == pytest.approx(np.mean(largest[0]), rel=0.15)


@pytest.mark.parametrize(
    ("tuning", "response", "radius"), [("paper", 0.25, 0.2), ("calochallenge2", 0.03, 0.03)]
)
def test_tungsten_and_silicon(shared_data, tuning, response, radius):
    file = shared_data("calochallenge2_electron.h5")
    full, fast = pair(file, "calochallenge2", "e-", tuning)
    assert fast.flat().sum() == pytest.approx(full.flat().sum(), rel=response)
    for events in (full, fast):
        assert 0.02 < events.flat().sum() / events.conditions.sum() < 0.035
    depths, radii = [], []
    for events in (full, fast):
        layers = np.array([part.sum(dtype=float) for part in events.readouts.values()])
        depths.append(layers @ np.arange(45) / layers.sum())
        rings = sum(part.sum((0, 1), dtype=float) for part in events.readouts.values())
        radii.append(rings @ (4.65 * np.arange(0.5, 9)) / rings.sum())
    assert depths[1] == pytest.approx(depths[0], rel=0.04)
    assert radii[1] == pytest.approx(radii[0], rel=radius)


OWN = """
name = "tile"
particle = "e-"
half_width = 100.0
conditions = [{ name = "energy", unit = "GeV", low = 1.0, high = 50.0 }]

[[stacks]]
repeats = 40
slabs = [
    { material = "iron", thickness = 8.0 },
    { material = "polystyrene", thickness = 4.0, active = true },
]

[[readouts]]
name = "layer_{}"
depth = [0, 120]
repeats = 4
axes = [
    { name = "x", unit = "mm", bins = 10, low = -100.0, high = 100.0 },
    { name = "y", unit = "mm", bins = 10, low = -100.0, high = 100.0 },
]
"""


def test_from_the_command_line(cloudburst, tmp_path):
    out = tmp_path / "showers.h5"
    cloudburst.done(
        "simulate", "calogan", out, "--events", 100, "--seed", 4, "--condition", "energy=20:30",
        "--set", "particle=gamma", "--set", "tuning=calogan", "--workers", 1,
    )  # fmt: skip
    events, told = storage.read(out), storage.read_header(out).provenance
    assert len(events) == 100
    assert (events.conditions >= 20).all()
    assert (told["simulator"], told["particles"]) == ("gflash", ["gamma"])
    assert told["tuning"]["albedo"] > 0
    made = GFlash("calogan", "gamma", "calogan")(events.conditions, seed=4)
    assert made.flat().tobytes() == events.flat().tobytes()


@pytest.mark.slow
def test_a_calorimeter_of_ones_own(cloudburst, tmp_path):
    own, out = tmp_path / "tile.toml", tmp_path / "tile.h5"
    own.write_text(OWN)
    cloudburst.done("simulate", own, out, "--events", 40, "--workers", 1)
    events = storage.read(out)
    assert [readout.name for readout in events.detector.readouts] == [
        f"layer_{i}" for i in range(4)
    ]
    # e/mip times what a minimum-ionising particle leaves in 4 of 12 mm
    share = events.flat().sum(1, dtype=float) / events.conditions[:, 0] / 1000
    assert 0.03 < share.mean() < 0.07
    refused = cloudburst.refused("simulate", own, out, "--events", 40, "--set", "tuning=papre")
    assert "no tuning 'papre'; did you mean 'paper'?" in refused
