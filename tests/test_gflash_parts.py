import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detectors import CALORIMETERS, MATERIALS, Calorimeter, Slab, Stack
from cloudburst.simulators import stream
from cloudburst.simulators.gflash import Tuning
from cloudburst.simulators.gflash.depths import Depths
from cloudburst.simulators.gflash.longitudinal import profile
from cloudburst.simulators.gflash.medium import Medium, minimum_loss
from cloudburst.simulators.gflash.primaries import photon
from cloudburst.simulators.gflash.radial import radial, radii
from cloudburst.simulators.gflash.spots import grid, place, spot_counts
from gflash_blocks import BLOCK, CRYSTAL, LEAD_SCINTILLATOR, ROUND, block, column, made_of

PAPER = Tuning()


def test_medium_of_lead_and_argon():
    medium = Medium.of(CALORIMETERS["calogan"].slabs)
    # masses 2.270 and 0.556 g/cm2; X0 6.37 and 19.55 g/cm2
    assert medium.radiation_length == pytest.approx(6.0 / (2.0 / 5.61 + 4.0 / 140.6), rel=0.01)
    # E_c = 2.66 (X0 Z / A)^1.1: 7.36 and 29.1 MeV, 7.34 (0.803 7.36 / 6.37 + 0.197 29.1 / 19.55)
    assert medium.critical_energy == pytest.approx(8.96, rel=0.01)
    assert medium.moliere_radius == pytest.approx(15.6 * 21.2 / 8.96, rel=0.01)
    assert medium.z == pytest.approx(0.803 * 82 + 0.197 * 18, rel=0.002)
    assert medium.inverse_frequency == pytest.approx(6 / 15.6, rel=0.01)
    assert medium.e_mip == pytest.approx(1 / (1 + 0.007 * 64))
    assert medium.visible == pytest.approx(0.25 / (1 + 0.007 * 64), rel=0.04)
    # N = 2.6 0.73 / 0.00896 crossings; 0.85 MeV in a slab: (3 / ln 11050)^2 = 0.104
    assert medium.resolution == pytest.approx(math.sqrt(1.104 * 0.00896 / 2.6 / 0.73), rel=0.02)


def test_medium_of_one_material_is_that_material():
    medium = Medium.of(CRYSTAL * 3)
    crystal = MATERIALS["lead_tungstate"]
    assert medium.radiation_length == pytest.approx(crystal.radiation_length)
    assert (medium.inverse_frequency, medium.e_mip, medium.visible) == (0, 1, 1)
    assert medium.resolution == 0
    assert not medium.layered


# Review of Particle Physics, atomic and nuclear properties: MeV cm2/g at the minimum
@pytest.mark.parametrize(
    ("name", "loss"),
    [("lead", 1.122), ("tungsten", 1.145), ("iron", 1.451), ("copper", 1.403), ("silicon", 1.664),
     ("liquid_argon", 1.508), ("polystyrene", 1.936), ("water", 1.992), ("aluminium", 1.615)],
)  # fmt: skip
def test_minimum_ionisation_is_that_of_the_tables(name, loss):
    material = MATERIALS[name]
    assert minimum_loss(material) * 10 / material.density == pytest.approx(loss, rel=0.05)


def test_profile_in_a_sampling_calorimeter():
    """E = 10 GeV, y = 1111, ln y = 7.0131, no fluctuation."""
    shape = profile(column(10.0), np.zeros((1, 2)), ROUND, PAPER)
    # 7.0131 - 0.812 - 0.55 0.4 - 0.69 0.3
    assert shape.depth[0, 0] == pytest.approx(5.7741, abs=1e-4)
    # 0.81 + (0.458 + 2.26 / 70) 7.0131 - 0.476 0.4
    assert shape.shape[0, 0] == pytest.approx(4.0580, abs=1e-4)
    assert shape.scale[0, 0] == pytest.approx(3.0580 / 5.7741, abs=1e-4)
    assert shape.spot_depth[0, 0] == pytest.approx(5.7741 * (0.813 + 0.0019 * 70), abs=1e-3)
    assert shape.spot_shape[0, 0] == pytest.approx(4.0580 * (0.844 + 0.0026 * 70), abs=1e-3)
    assert shape.relative(column(5.7741))[0, 0] == pytest.approx(1, abs=1e-4)


def test_spreads_of_profiles():
    """sigma = 1 / (1.25 7.0131 - 2.5), 1 / (0.79 7.0131 - 0.82); rho = 0.784 - 0.023 7.0131."""
    n = 40_000
    normals = np.random.default_rng(0).standard_normal((n, 2))
    shape = profile(np.full((n, 1), 10.0), normals, ROUND, PAPER)
    log_depth, log_shape = np.log(shape.depth[:, 0]), np.log(shape.shape[:, 0])
    assert log_depth.std() == pytest.approx(0.15959, rel=0.02)
    assert log_shape.std() == pytest.approx(0.21188, rel=0.02)
    assert np.corrcoef(log_depth, log_shape)[0, 1] == pytest.approx(0.6227, abs=0.02)


def test_spreads_in_a_homogeneous_block():
    n = 40_000
    normals = np.random.default_rng(0).standard_normal((n, 2))
    shape = profile(np.full((n, 1), 10.0), normals, BLOCK, PAPER)
    assert np.log(shape.depth).std() == pytest.approx(1 / (1.26 * 7.0131 - 1.4), rel=0.02)
    assert np.log(shape.shape).std() == pytest.approx(1 / (0.86 * 7.0131 - 0.58), rel=0.02)


def test_radial_profile():
    """E = 10 GeV, tau = 1, Z = 70: worked out of equations 24-26 and A.2.4 by hand."""
    found = radial(column(1.0), column(10.0), ROUND, PAPER)
    log_e, fall = 2.302585, math.exp(-1)
    core = 0.0251 + 0.00319 * log_e + 0.1162 - 0.02667 - 0.0203 * 0.3 + 0.0397 * 0.4 * fall
    assert found.core[0, 0] == pytest.approx(core, rel=1e-6)
    rise = math.exp(-2.59 * 0.355) + math.exp((0.3585 + 0.0421 * log_e) * 0.355)
    assert found.tail[0, 0] == pytest.approx(
        0.4427 * rise - 0.14 * 0.3 - 0.495 * 0.4 * fall, rel=1e-6
    )
    u = (0.401 + 0.1309 - 1) / (1.313 - 0.0686 * log_e)
    weight = 2.5662 * math.exp(u - math.exp(u)) + 0.3 * (0.348 - 0.642 * 0.4)
    assert found.weight[0, 0] == pytest.approx(weight, rel=1e-6)
    assert 0.11 < found.core[0, 0] < 0.13
    assert 0.55 < found.tail[0, 0] < 0.75
    assert 0.7 < found.weight[0, 0] < 0.95


def test_half_of_a_part_lies_within_its_radius():
    n = 50_000
    uniforms = (np.arange(n, dtype=np.float32) + 0.5) / n
    ones = np.ones(n, np.float32)
    found = radii(uniforms, 3 * ones, 40 * ones, 0.8 * ones, 1e6)
    core, tail = found[: int(0.8 * n)], found[int(0.8 * n) :]
    assert np.median(core) == pytest.approx(3, rel=1e-3)
    assert np.median(tail) == pytest.approx(40, rel=1e-2)
    assert np.mean(core < 6) == pytest.approx(4 / 5, rel=1e-3)
    assert radii(uniforms, 3 * ones, 40 * ones, 0.8 * ones, 100.0).max() <= 100


def test_numbers_of_spots():
    assert spot_counts(np.array([10.0]), ROUND, 1.0) == round(10.3 / 0.07 * 10**0.959)
    assert spot_counts(np.array([10.0]), BLOCK, 2.0) == round(2 * 93 * math.log(70) * 10**0.876)
    assert spot_counts(np.array([1e-3]), ROUND, 1.0) == 10


@given(st.floats(0.2, 200), st.integers(10, 3000), st.floats(2, 40), st.integers(2, 80))
@settings(max_examples=60, deadline=None)
def test_spots_carry_all_energy_in_order(energy, count, length, steps):
    shape = profile(column(energy), np.zeros((1, 2)), ROUND, PAPER)
    cumulated = grid(shape, column(energy), column(length), steps)
    spots = place(cumulated, 0, count)
    assert len(spots.depth) == len(spots.energy) == spots.numbers.sum()
    assert abs(spots.numbers.sum() - count) <= 1
    assert spots.energy.sum() == pytest.approx(energy, rel=1e-12)
    assert (spots.energy >= 0).all()
    assert (np.diff(spots.depth) > 0).all()


def test_spots_follow_the_profile():
    shape = profile(column(20.0), np.zeros((1, 2)), BLOCK, PAPER)
    cumulated = grid(shape, column(20.0), column(40.0), 80)
    spots = place(cumulated, 0, 5000)
    mean = np.average(spots.depth, weights=spots.energy)
    assert mean == pytest.approx((shape.shape / shape.scale)[0, 0], rel=5e-3)
    spread = np.sqrt(np.average((spots.depth - mean) ** 2, weights=spots.energy))
    assert spread == pytest.approx((np.sqrt(shape.shape) / shape.scale)[0, 0], rel=1e-2)


def test_sampling_fluctuations_do_not_depend_on_steps():
    n, c = 3000, 0.2
    for steps in (5, 60):
        shape = profile(np.full((n, 1), 4.0), np.zeros((n, 2)), ROUND, PAPER)
        cumulated = grid(shape, np.full((n, 1), 4.0), np.full((n, 1), 30.0), steps)
        totals = cumulated.fluctuate(c, [stream(1, i) for i in range(n)]).energy[:, -1]
        assert totals.mean() == pytest.approx(4, rel=4 * 0.1 / np.sqrt(n))
        assert totals.std() / 4 == pytest.approx(c / 2, rel=0.06)


def test_photons_convert_after_nine_sevenths_of_a_radiation_length():
    starts = [photon(stream(3, i)) for i in range(6000)]
    depths = np.array([a.depth for a, _ in starts])
    shares = np.array([a.share for a, _ in starts])
    assert all(a.depth == b.depth and a.share + b.share == 1 for a, b in starts)
    assert depths.mean() == pytest.approx(9 / 7, rel=0.05)
    assert depths.std() == pytest.approx(9 / 7, rel=0.08)
    x = np.linspace(0, 1, 10001)
    density = 1 - 4 / 3 * x * (1 - x)
    variance = np.average((x - 0.5) ** 2, weights=density)
    assert shares.mean() == pytest.approx(0.5, abs=0.015)
    assert shares.var() == pytest.approx(variance, rel=0.05)


def test_depths_of_unlike_stacks():
    """10 mm of lead in front, which hides its energy, then scintillator behind lead."""
    plain = block(LEAD_SCINTILLATOR, 60)
    front = Stack(1, (Slab(MATERIALS["lead"], 10.0),))
    sections = {name: (low + 10, high + 10) for name, (low, high) in plain.sections.items()}
    calorimeter = Calorimeter(
        plain.detector, (front, *plain.stacks), 300.0, sections, False, plain.gun
    )
    depths = Depths.of(calorimeter)
    assert depths.radiation_lengths == pytest.approx(
        10 / 5.61 + 60 * (2 / 5.61 + 4 / MATERIALS["polystyrene"].radiation_length), rel=0.01
    )
    assert depths.along(np.array([10 / 5.612]))[0] == pytest.approx(10, abs=0.02)
    np.testing.assert_allclose(depths.share(np.array([5.0, 50.0])), [0, depths.visible[1]])
    # 13 mm is the middle of the first period, and the middle of its active slab is at 14 mm
    np.testing.assert_allclose(depths.within(np.array([13.0, -1.0, 371.0])), [14, -1, 371])
    conditions = np.full((40, 1), 2.0)
    hidden, seen = (made_of(c)(conditions).flat().sum(1).mean() for c in (calorimeter, plain))
    assert 0.8 < hidden / seen < 0.99
