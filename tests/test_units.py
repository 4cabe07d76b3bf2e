"""Units: golden ratios, and that they are consistent."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.errors import DataError
from cloudburst.units import ratio

GROUPS = {
    "energy": ["eV", "keV", "MeV", "GeV", "TeV"],
    "length": ["um", "mm", "cm", "m"],
    "angle": ["rad", "mrad", "deg"],
    "time": ["ps", "ns", "us", "ms", "s"],
}
groups = st.sampled_from(list(GROUPS.values()))
triples = groups.flatmap(lambda units: st.tuples(*3 * [st.sampled_from(units)]))


@pytest.mark.parametrize(
    ("unit", "other", "expected"),
    [
        *(("GeV", "MeV", 1000.0), ("keV", "MeV", 1e-3), ("TeV", "eV", 1e12)),
        *(("m", "mm", 1000.0), ("cm", "um", 1e4)),
        *(("deg", "rad", math.pi / 180), ("rad", "mrad", 1000.0)),
        *(("s", "ns", 1e9), ("ps", "ns", 1e-3), ("us", "ms", 1e-3)),
    ],
)
def test_golden_ratios(unit, other, expected):
    assert ratio(unit, other) == pytest.approx(expected, rel=1e-15)


@given(triples)
def test_ratios_multiply(units):
    a, b, c = units
    assert ratio(a, b) * ratio(b, c) == pytest.approx(ratio(a, c), rel=1e-14)
    assert ratio(a, b) * ratio(b, a) == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("unit", ["MeV", "", "ADC"])
def test_any_unit_is_one_of_itself(unit):
    assert ratio(unit, unit) == 1


@pytest.mark.parametrize("pair", [("GeV", "mm"), ("ns", "deg"), ("rad", "m")])
def test_different_quantities_are_refused(pair):
    with pytest.raises(DataError, match=f"cannot convert '{pair[0]}' to '{pair[1]}'"):
        ratio(*pair)


def test_the_unknown_unit_is_the_one_that_gets_a_hint():
    for pair in (("Gev", "MeV"), ("MeV", "Gev")):
        with pytest.raises(DataError, match="did you mean 'GeV'"):
            ratio(*pair)
    with pytest.raises(DataError, match="known: "):
        ratio("ADC", "MeV")
