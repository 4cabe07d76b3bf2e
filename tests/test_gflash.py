import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detectors import CALORIMETERS, MATERIALS, Slab
from cloudburst.errors import ConditionError, DataError, FileError, SimulationError
from cloudburst.simulators import simulator
from cloudburst.simulators.gflash import TUNINGS, GFlash
from cloudburst.simulators.gflash.medium import Medium
from cloudburst.testing import check_simulator
from gflash_blocks import CRYSTAL, LEAD_SCINTILLATOR, block, energies, made_of


@pytest.mark.parametrize("name", sorted(CALORIMETERS))
@pytest.mark.parametrize("particle", ["e-", "gamma"])
def test_laws(name, particle):
    check_simulator(simulator("gflash", name, particle=particle), n=6)


@pytest.mark.parametrize("tuning", sorted(TUNINGS))
def test_laws_of_tunings(tuning):
    check_simulator(simulator("gflash", "lhcb_ecal", tuning=tuning), n=4)


@pytest.mark.parametrize("slabs", [LEAD_SCINTILLATOR, CRYSTAL], ids=["sampling", "homogeneous"])
def test_laws_of_users_calorimeters(slabs):
    check_simulator(made_of(block(slabs, 25, tilted=True), tuning={"albedo": 0.003}), n=6)


@st.composite
def slabs(draw):
    made = st.builds(
        Slab,
        st.sampled_from(sorted(MATERIALS.values(), key=lambda m: m.name)),
        st.floats(0.05, 60.0),
        st.booleans(),
    )
    return (*draw(st.lists(made, max_size=3)), dataclasses.replace(draw(made), active=True))


@given(slabs(), st.integers(1, 12), st.floats(0.2, 400), st.floats(0, 0.6), st.booleans())
@settings(max_examples=25)
def test_any_calorimeter_will_do(slabs, repeats, energy, theta, counts_absorber):
    calorimeter = block(slabs, repeats, counts_absorber=counts_absorber, tilted=True)
    for particle in ("e-", "gamma"):
        made = made_of(calorimeter, particle=particle)([[energy, theta, 1.0]])
        assert 0 <= made.flat().sum(dtype=float) <= 1000 * energy * (1 + 1e-6)


@pytest.mark.parametrize("slabs", [LEAD_SCINTILLATOR, CRYSTAL], ids=["sampling", "homogeneous"])
@pytest.mark.parametrize("energy", [1.0, 10.0, 100.0])
def test_depth_of_the_maximum(slabs, energy):
    """The maximum lies at ln(E / E_c) - 0.5 for electrons and + 0.5 for photons, within 0.8 X0.

    Rossi's approximation B, for all energy; the signal of active slabs is nearer to the front.
    """
    calorimeter = block(slabs, 60, bins=1)
    thickness = sum(slab.thickness for slab in slabs)
    medium = Medium.of(calorimeter.slabs)
    middles = (np.arange(60) + 0.5) * thickness / medium.radiation_length
    for particle, shift in (("e-", -0.5), ("gamma", 0.5)):
        made = energies(made_of(calorimeter, particle=particle)(np.full((120, 1), energy), seed=5))
        mean = made.mean(0)
        near = slice(max(int(mean.argmax()) - 4, 0), int(mean.argmax()) + 5)
        a, b, _ = np.polyfit(middles[near], mean[near], 2)
        wanted = math.log(1000 * energy / medium.critical_energy) + shift
        wanted -= 0.55 * medium.inverse_frequency + 0.69 * (1 - medium.e_mip)
        assert -b / 2 / a == pytest.approx(wanted, abs=0.8)


def test_energy_is_conserved():
    """A block deep and wide enough takes all; a shallow or narrow one takes less, never more."""
    crystal = (Slab(MATERIALS["lead_tungstate"], 9.0, active=True),)
    deep = made_of(block(crystal, 60, half_width=4000.0), tuning={"reach": 10.0})
    conditions = np.geomspace(0.2, 400, 40)[:, None]
    kept = deep(conditions).flat().sum(1, dtype=float) / conditions[:, 0] / 1000
    assert kept.max() <= 1 + 1e-6
    assert kept.min() > 0.9995
    shallow = made_of(block(crystal, 12))(conditions).flat().sum(1, dtype=float)
    assert (shallow <= 1000 * conditions[:, 0] * (1 + 1e-6)).all()
    assert shallow[-1] / 400e3 < 0.7


def test_albedo_takes_its_share():
    calorimeter = block(CRYSTAL, 60, half_width=4000.0)
    tuned = made_of(calorimeter, tuning={"albedo": 0.02, "reach": 5.0})
    kept = tuned(np.full((400, 1), 10.0)).flat().sum(1, dtype=float) / 10e3
    assert kept.mean() == pytest.approx(0.98, abs=1e-3)
    # quanta of 5 MeV: sigma = sqrt(0.02 0.005 / 10)
    assert kept.std() == pytest.approx(0.00316, rel=0.15)


def test_response_is_linear_and_resolves_as_the_square_root():
    calorimeter = block(LEAD_SCINTILLATOR, 100)
    gflash = made_of(calorimeter)
    means, spreads = [], []
    for energy in (1.0, 10.0, 100.0):
        sums = gflash(np.full((250, 1), energy)).flat().sum(1, dtype=float) / energy / 1000
        means.append(sums.mean())
        spreads.append(sums.std() * math.sqrt(energy) / sums.mean())
    np.testing.assert_allclose(np.array(means) / gflash.medium.visible, 1, atol=0.02)
    np.testing.assert_allclose(np.array(spreads) / gflash.medium.resolution, 1, atol=0.15)


def test_mirror_images_are_as_likely():
    events = simulator("gflash", "calogan")(np.full((600, 1), 10.0), seed=2)
    for name in ("layer_0", "layer_1", "layer_2"):
        array = events.readouts[name].astype(float)
        for axis in (1, 2):
            halves = np.split(array, [array.shape[axis] // 2, -(array.shape[axis] // 2)], axis)
            left, right = halves[0].sum((1, 2)), halves[-1].sum((1, 2))
            difference = (left - right).mean()
            assert abs(difference) < 4 * (left - right).std() / math.sqrt(len(array))


@pytest.mark.parametrize("theta", [0.1, 0.3])
@pytest.mark.parametrize("phi", [0.0, 1.2, -2.5])
def test_angle_moves_the_centroid_as_its_tangent(theta, phi):
    calorimeter = block(LEAD_SCINTILLATOR, 60, bins=60, tilted=True)
    made = made_of(calorimeter)(np.tile([30.0, theta, phi], (60, 1)), seed=1)
    cells = np.stack([made.readouts[f"layer_{i}"].mean(0, dtype=float) for i in range(60)])
    shares = cells / cells.sum((1, 2), keepdims=True)
    centers = calorimeter.layers[0].axes[0].centers
    depth = 6 * np.arange(60) + 4
    for coordinate, wanted in (
        (shares.sum(2) @ centers, math.tan(theta) * math.cos(phi)),
        (shares.sum(1) @ centers, math.tan(theta) * math.sin(phi)),
    ):
        slope = np.polyfit(depth[3:30], coordinate[3:30], 1)[0]
        assert slope == pytest.approx(wanted, abs=0.03)


def test_impact_point_moves_the_shower():
    conditions = np.tile([20.0, 40.0, -20.0, 0.0, 0.0], (100, 1))
    made = simulator("gflash", "calogan_angles")(conditions, seed=1).readouts["layer_1"]
    cells = made.mean(0, dtype=float)
    centers = CALORIMETERS["calogan_angles"].layers[1].axes[0].centers
    x, y = cells.sum(1) @ centers / cells.sum(), cells.sum(0) @ centers / cells.sum()
    assert (x, y) == pytest.approx((40, -20), abs=3)


def test_what_misses_the_cells_goes_to_the_overflow_and_what_misses_the_block_is_lost():
    made = simulator("gflash", "calogan")(np.full((60, 1), 50.0))
    sums = energies(made).mean(0) / 50e3
    assert 1e-3 < sums[3] < 6e-3
    assert 0.99 < sums.sum() < 1
    tight = simulator("gflash", "calogan", tuning={"reach": 6.0})(np.full((60, 1), 50.0))
    assert energies(tight)[:, 3].max() == 0


def test_rings_see_no_direction():
    made = simulator("gflash", "calochallenge2")(np.full((150, 1), 20e3))
    rings = sum(a.sum(2, dtype=float) for a in made.readouts.values())
    shares = rings.mean(0) / rings.mean()
    np.testing.assert_allclose(shares, 1, atol=0.05)


def test_low_energies_are_showers_too():
    made = simulator("gflash", "calogan")(np.full((300, 1), 1.0))
    sums = energies(made)
    total = sums.sum(1) / 1000
    assert 0.99 < total.mean() <= 1
    assert 0.4 < (sums[:, 0] / sums.sum(1)).mean() < 0.65
    assert (made.readouts["layer_0"] > 1).sum((1, 2)).mean() > 10


def test_refuses_what_makes_no_sense():
    lead = block(LEAD_SCINTILLATOR, 20, tilted=True)
    with pytest.raises(ConditionError, match=r"0\.05 GeV is too low .* at least 0\.1 GeV"):
        made_of(lead)([[0.05, 0, 0]])
    with pytest.raises(ConditionError, match=r"theta = 0.* rad is outside the range 0\.\.0\.6"):
        made_of(lead)([[10, 0.7, 0]])
    with pytest.raises(ConditionError, match="energy"):
        simulator("gflash", "calogan")([[0.0]])
    with pytest.raises(SimulationError, match=r"no showers of 'pi\+'; .*e\+"):
        GFlash("calogan", particle="pi+")
    with pytest.raises(SimulationError, match=r"no tuning 'papr'; .*paper"):
        GFlash("calogan", tuning="papr")
    with pytest.raises(SimulationError, match=r"has no 'cores'; .*core"):
        GFlash("calogan", tuning={"cores": 2})
    for value in (-1.0, math.nan, "wide"):
        with pytest.raises(SimulationError, match="core = "):
            GFlash("calogan", tuning={"core": value})
    with pytest.raises(FileError, match="calogan"):
        GFlash("calogann")
    with pytest.raises(DataError, match="missing"):
        GFlash({"name": "nothing"})
