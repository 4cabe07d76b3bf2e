"""Sampling calorimeters: their slabs, guns and cells, and those that users describe."""

import copy
import dataclasses
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detector import Condition, Detector
from cloudburst.detectors import CALORIMETERS, load_calorimeter
from cloudburst.detectors.description import calorimeter_from_dict, calorimeter_to_dict
from cloudburst.detectors.guns import EnergyGun, MomentumGun
from cloudburst.errors import ConditionError, DataError, FileError, FormatError
from cloudburst.simulators import simulator

EXAMPLE = Path(__file__).parents[1] / "examples" / "calorimeter" / "steel.toml"
SHIPPED = sorted(CALORIMETERS)


def described():
    return tomllib.loads(EXAMPLE.read_text())


def test_radiation_lengths_by_hand():
    calogan = CALORIMETERS["calogan"]
    # 2 mm of 5.61 mm lead and 4 mm of 140.6 mm liquid argon
    assert calogan.radiation_lengths[:2] == pytest.approx([2 / 5.612, 4 / 140.64], rel=1e-3)
    assert [calogan.depth, len(calogan.slabs)] == [480, 160]
    totals = {name: c.radiation_lengths.sum() for name, c in CALORIMETERS.items()}
    assert totals["calogan"] == pytest.approx(30.8, abs=0.05)
    assert totals["lhcb_ecal"] == pytest.approx(24.2, abs=0.05)
    assert totals["calochallenge2"] == pytest.approx(18.1, abs=0.05)
    assert CALORIMETERS["lhcb_ecal"].depth == 396
    assert CALORIMETERS["calochallenge2"].depth == 76.5


def test_what_counts():
    assert CALORIMETERS["calogan"].counted.all()
    assert CALORIMETERS["lhcb_ecal"].counted.tolist() == [False, True] * 66


def test_cells_by_hand():
    calogan = CALORIMETERS["calogan"]
    x = np.array([0.1, -79, -81, 300, 0.1, 0.1, -239, 0, 0])
    y = np.array([0.1, 0.1, 0.1, 0.1, -241, 0.1, 239, 0, 0])
    z = np.array([1.0, 1, 1, 1, 100, 436.9, 437, -0.1, 480])
    middle = 288 + 6 * 12 + 6
    last = 288 + 144 + 0 * 6 + 5
    wanted = [96 + 48, 96 + 48, 48, 504, 505, middle, last, -1, -1]
    assert calogan.cells(x, y, z).tolist() == wanted


def test_polar_cells_by_hand():
    disc = CALORIMETERS["calochallenge2"]
    r, alpha = np.array([1.0, 4.7, 41.8, 41.9]), np.radians([1.0, 22.6, -1.0, 90.0])
    z = np.array([0.1, 1.71, 76.4, 3.0])
    wanted = [0, 144 + 9 + 1, 44 * 144 + 15 * 9 + 8, -1]
    assert disc.cells(r * np.cos(alpha), r * np.sin(alpha), z).tolist() == wanted


@given(st.sampled_from(SHIPPED), st.data())
def test_the_centre_of_a_cell_is_in_the_cell(name, data):
    calorimeter = CALORIMETERS[name]
    layer = data.draw(st.sampled_from(calorimeter.layers))
    number = data.draw(st.integers(0, layer.size - 1))
    index = np.unravel_index(number, layer.shape)
    u, v = (axis.centers[i] for axis, i in zip(layer.axes, index, strict=True))
    if layer.axes[0].name == "alpha":
        u, v = v * math.cos(u), v * math.sin(u)
    z = np.mean(calorimeter.sections[layer.name])
    found = calorimeter.cells(*(np.array([value]) for value in (u, v, z)))
    assert found.tolist() == [calorimeter.starts[layer.name] + number]


def test_axes_may_come_in_the_other_order_or_be_left_out():
    data = described()
    rear = data["readouts"][1]
    rear["axes"] = rear["axes"][::-1]
    front = data["readouts"][0]
    front["axes"] = front["axes"][1:]
    calorimeter = calorimeter_from_dict(data)
    assert calorimeter.detector.readout("rear").shape == (5, 12)
    assert calorimeter.detector.readout("front_0").shape == (20,)
    one = [np.array([value]) for value in (190.0, 15.0, 1.0)]
    assert calorimeter.cells(*one).tolist() == [11]
    r, alpha = 30.0, math.radians(-170)
    one = [np.array([v]) for v in (r * math.cos(alpha), r * math.sin(alpha), 60.0)]
    assert calorimeter.cells(*one).tolist() == [100 + 2 * 12 + 0]


def test_thresholds_and_units_of_what_is_read_out():
    data = described()
    data["readouts"][1] |= {"unit": "keV", "threshold": 500.0}
    calorimeter = calorimeter_from_dict(data)
    energies = np.full((2, calorimeter.detector.cells), 0.04)
    energies[1] = 0.6
    signals = calorimeter.read_out(energies)
    assert signals["front_0"].max(axis=(1, 2)).tolist() == pytest.approx([0, 0.6])
    assert signals["rear"].max(axis=(1, 2)).tolist() == pytest.approx([0, 600])
    assert signals["beside"][0].tolist() == pytest.approx([0.04] * 6)


def test_the_energy_gun():
    gun = CALORIMETERS["calogan_angles"].gun
    theta, phi = math.radians(10), math.radians(90)
    particles = gun.aim(np.array([[2.0, 3.0, -4.0, theta, phi]]))
    assert particles.names == ("e+",)
    assert particles.energy.tolist() == [2000]
    assert particles.position.tolist() == [[3, -4, 0]]
    assert particles.direction[0] == pytest.approx([0, math.sin(theta), math.cos(theta)])


def test_the_momentum_gun_knows_masses():
    gun = CALORIMETERS["lhcb_ecal"].gun
    particles = gun.aim(np.array([[0.0, 3.0, 4.0, 1.0, 2.0]]))
    total = math.hypot(5000, 0.51099895)
    assert particles.energy[0] == pytest.approx(total - 0.51099895, rel=1e-12)
    assert particles.direction[0] == pytest.approx([0, 0.6, 0.8])
    slow = gun.shooting("proton").aim(np.array([[0.0, 0.0, 1e-3, 0.0, 0.0]]))
    assert slow.energy[0] == pytest.approx(1 / (2 * 938.27208816), rel=1e-6)


def test_a_condition_may_name_the_particle():
    conditions = (
        Condition("particle", "", 0, 1, ("e-", "gamma")),
        Condition("energy", "GeV", 1, 10),
    )
    detector = Detector("two", conditions, CALORIMETERS["calogan"].detector.readouts)
    gun = EnergyGun(detector, "e-")
    assert gun.particles == ("e-", "gamma")
    assert gun.aim(np.array([[1, 5.0], [0, 5.0]])).names == ("gamma", "e-")


def test_guns_refuse_what_they_do_not_understand():
    calogan = CALORIMETERS["calogan"]
    with pytest.raises(DataError, match="did you mean 'gamma'"):
        calogan.gun.shooting("gama")
    with pytest.raises(DataError, match="MomentumGun needs the conditions px, py, pz"):
        MomentumGun(calogan.detector, "e-")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"energy": 0.0}, "no kinetic energy; it must be above 0 MeV"),
        ({"theta": 2.0}, "must be below 90 degrees"),
        ({"x0": 600.0}, "between -500 and 500 mm"),
    ],
)
def test_particles_that_do_nothing_are_refused(changes, message):
    calorimeter = CALORIMETERS["calogan_angles"]
    names = [condition.name for condition in calorimeter.detector.conditions]
    good = {"energy": 1.0, "x0": 0.0, "y0": 0.0, "theta": 0.1, "phi": 0.0}
    rows = np.array([[good[n] for n in names], [(good | changes)[n] for n in names]])
    assert len(calorimeter.aim(rows[:1]).energy) == 1
    with pytest.raises(ConditionError, match=message) as error:
        calorimeter.aim(rows)
    assert "row 1" in str(error.value)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_description_is_the_calorimeter(name):
    calorimeter = CALORIMETERS[name]
    data = calorimeter_to_dict(calorimeter)
    assert tomllib.loads(tomli_w.dumps(data)) == data
    assert calorimeter_from_dict(data) == calorimeter


def test_a_calorimeter_of_ones_own():
    calorimeter = load_calorimeter(EXAMPLE)
    assert [layer.name for layer in calorimeter.layers] == [f"front_{i}" for i in range(5)] + [
        "rear"
    ]
    assert calorimeter.sections["front_4"] == (40, 50)
    assert calorimeter.detector.readout("beside").shape == (6,)
    assert calorimeter.slabs[0].material.density == 17.6
    assert type(calorimeter.gun) is EnergyGun
    assert load_calorimeter(calorimeter_to_dict(calorimeter)) == calorimeter


MISTAKES = {
    "unknown key 'half_widht'; did you mean 'half_width'": lambda d: d.update(half_widht=1),
    "unknown key 'stacks.0.slabs.0.thick'; did you mean 'thickness'": lambda d: d["stacks"][0][
        "slabs"
    ][0].update(thick=1),
    "unknown key 'readouts.1.axes.0.bin'; did you mean 'bins'": lambda d: d["readouts"][1]["axes"][
        0
    ].update(bin=1),
    "'particle' is missing": lambda d: d.pop("particle"),
    "half_width: Input should be greater than 0": lambda d: d.update(half_width=-1),
    "unknown particle 'electron'": lambda d: d.update(particle="electron"),
    "unknown material 'stel'; did you mean 'steel'": lambda d: d["stacks"][1]["slabs"][0].update(
        material="stel"
    ),
    "unknown element 'Wo'": lambda d: d["materials"]["tungsten_alloy"].update(
        fractions={"Wo": 1.0}
    ),
    "no active slab": lambda d: [
        slab.update(active=False) for stack in d["stacks"] for slab in stack["slabs"]
    ],
    "overflow 'over' is no readout": lambda d: d.update(overflow="over"),
    "needs one number for each of the 6 sections": lambda d: d["readouts"][2].update(
        axes=[{"name": "section", "bins": 5, "low": 0, "high": 5}]
    ),
    "needs the sections .*beside": lambda d: d.pop("overflow"),
    "must begin behind 'front_4' at 50 mm": lambda d: d["readouts"][1].update(depth=[45, 275]),
    "end within the block, at 275 mm": lambda d: d["readouts"][1].update(depth=[50, 280]),
    "wider than the block": lambda d: d.update(half_width=90),
    "alpha must go once around": lambda d: d["readouts"][1]["axes"][0].update(high=90.0),
    "must be among x and y, or among alpha and r": lambda d: d["readouts"][1]["axes"][0].update(
        name="x"
    ),
    "r begins at -1 mm": lambda d: d["readouts"][1]["axes"][1].update(edges=[-1, 10]),
    "give edges, or bins, low and high": lambda d: d["readouts"][1]["axes"][1].update(bins=3),
    "a name with {} where the number goes": lambda d: d["readouts"][0].update(name="front"),
    "no gun has the conditions energy, x0, angle": lambda d: d["conditions"][2].update(
        name="angle"
    ),
    "cannot convert 'deg' to 'mm'": lambda d: d["readouts"][1]["axes"][1].update(unit="deg"),
    "cannot convert 'ns' to 'MeV'": lambda d: d["readouts"][1].update(unit="ns"),
}


@pytest.mark.parametrize("message", MISTAKES)
def test_mistakes_in_a_description_are_named(message, tmp_path):
    data = copy.deepcopy(described())
    MISTAKES[message](data)
    path = tmp_path / "mine.toml"
    path.write_text(tomli_w.dumps(data))
    with pytest.raises(DataError, match=message) as error:
        load_calorimeter(path)
    assert str(error.value).startswith(str(path))


def test_a_description_takes_the_place_of_a_name():
    simulated = simulator("gflash", str(EXAMPLE))(np.array([[20.0, 0.0, 0.1]] * 50), seed=1)
    assert simulated.detector == load_calorimeter(EXAMPLE).detector
    shares = [simulated.readouts[r.name].sum() for r in simulated.detector.readouts]
    assert (np.array(shares) > 0).all()


def test_files_that_are_no_description(tmp_path):
    with pytest.raises(FileError, match="did you mean 'calogan'"):
        load_calorimeter("calogn")
    with pytest.raises(FileError, match="no such file"):
        load_calorimeter(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text("name = ")
    with pytest.raises(FormatError, match="not a TOML file"):
        load_calorimeter(path)


def test_a_calorimeter_needs_its_own_gun():
    calogan, lhcb = CALORIMETERS["calogan"], CALORIMETERS["lhcb_ecal"]
    with pytest.raises(DataError, match="the gun is that of 'lhcb_ecal'"):
        dataclasses.replace(calogan, gun=lhcb.gun)
