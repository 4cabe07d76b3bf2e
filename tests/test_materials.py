"""Materials against the tables of the Review of Particle Physics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import MATERIALS, Material
from cloudburst.detectors.elements import ELEMENTS
from cloudburst.errors import DataError

# Review of Particle Physics, atomic and nuclear properties: X_0 in g/cm2.
DEPTHS = {
    "H": 63.04, "He": 94.32, "Li": 82.78, "Be": 65.19, "C": 42.70, "Al": 24.01, "Si": 21.82,
    "Ar": 19.55, "Fe": 13.84, "Cu": 12.86, "W": 6.76, "Pb": 6.37, "U": 6.00,
}  # fmt: skip
# The same tables: X_0 in cm, E_c in MeV, R_M in cm.
SUBSTANCES = {
    "lead": (0.5612, 7.43, 1.602),
    "copper": (1.436, 19.42, 1.568),
    "tungsten": (0.3504, 7.97, 0.9327),
    "liquid_argon": (14.06, 32.84, 9.043),
    "silicon": (9.370, 40.19, 4.944),
    "lead_tungstate": (0.8903, 9.64, 1.959),
    "polystyrene": (41.31, 93.11, 9.409),
    "water": (36.08, 78.33, 9.768),
    "air": (30390, 87.92, 7330),
}


@pytest.mark.parametrize(("symbol", "depth"), DEPTHS.items())
def test_radiation_lengths_of_elements(symbol, depth):
    found = Material("pure", 1.0, ((symbol, 1.0),)).radiation_length / 10
    assert found == pytest.approx(depth, rel=2e-3)


@pytest.mark.parametrize(("name", "wanted"), SUBSTANCES.items())
def test_lengths_and_energies_of_substances(name, wanted):
    material = MATERIALS[name]
    length, energy, radius = wanted
    assert material.radiation_length / 10 == pytest.approx(length, rel=2e-3)
    # the formula is a fit: the tables' own values scatter about it
    assert material.critical_energy == pytest.approx(energy, rel=0.04)
    assert material.moliere_radius / 10 == pytest.approx(radius, rel=0.045)


def test_elements_are_in_order():
    numbers = [element.number for element in ELEMENTS.values()]
    assert numbers == list(range(1, 93))
    assert all(ELEMENTS[symbol].symbol == symbol for symbol in ELEMENTS)
    assert (ELEMENTS["Pb"].number, ELEMENTS["Pb"].mass) == (82, 207.2)


@given(st.sampled_from(sorted(ELEMENTS)), st.sampled_from(sorted(ELEMENTS)), st.floats(0.01, 0.99))
def test_a_mixture_is_between_its_elements(first, second, share):
    mixed = Material("mixed", 3.0, ((first, share), (second, 1 - share)))
    ends = [Material("pure", 3.0, ((symbol, 1.0),)) for symbol in (first, second)]
    for name in ("radiation_length", "critical_energy", "moliere_radius", "z", "a"):
        low, high = sorted(getattr(end, name) for end in ends)
        assert low * (1 - 1e-9) <= getattr(mixed, name) <= high * (1 + 1e-9), name


def test_lengths_go_with_density_and_energies_do_not():
    thin, thick = (Material("x", density, (("Fe", 1.0),)) for density in (1.0, 4.0))
    assert thin.radiation_length == pytest.approx(4 * thick.radiation_length)
    assert thin.critical_energy == pytest.approx(thick.critical_energy)


@pytest.mark.parametrize(
    ("density", "fractions", "message"),
    [
        (0.0, (("Fe", 1.0),), "density 0"),
        (float("nan"), (("Fe", 1.0),), "density nan"),
        (1.0, (("Xx", 1.0),), "unknown element 'Xx'"),
        (1.0, (("fe", 1.0),), "as in Fe"),
        (1.0, (("Fe", 0.6), ("C", 0.3)), "sum to 0.9"),
        (1.0, (("Fe", 1.1), ("C", -0.1)), "share -0.1 of C"),
        (1.0, (), "sum to 0"),
    ],
)
def test_impossible_materials_are_refused(density, fractions, message):
    with pytest.raises(DataError, match=message):
        Material("alloy", density, fractions)
