"""Transforms at their borders, against numbers worked by hand, and on real showers."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import components
from cloudburst.errors import DataError, SpecError
from cloudburst.transforms import (
    Compose,
    ConditionalStandardize,
    LayerFractions,
    Logit,
    LogScale,
    Scale,
    Standardize,
    Threshold,
)
from components import TOY, TRANSFORMS

FRONT = TOY.readouts[0].size
EVENTS = components.showers()
CELLS, CONDITIONS = torch.from_numpy(EVENTS.flat()), torch.from_numpy(EVENTS.conditions)
FITTED = {name: make(CELLS, CONDITIONS, TOY) for name, make in TRANSFORMS.items()}
NOTHING = torch.zeros(0)


def column(*values):
    return torch.tensor(values)[:, None]


# what a shower may be at its worst, in MeV at 50 GeV: nothing, one hit cell, cells of next to
# nothing, an empty layer, all energy in one cell
SIGNALS = st.sampled_from([0.0, 0.0, 1e-24, 1e-10, 1e-3, 0.5, 40.0, 2e3])
SHOWERS = st.one_of(
    st.just([0.0] * TOY.cells),
    st.tuples(st.integers(0, TOY.cells - 1), st.sampled_from([1e-24, 1e-3, 1.0, 49_900.0])).map(
        lambda hit: [hit[1] * (i == hit[0]) for i in range(TOY.cells)]
    ),
    st.lists(SIGNALS, min_size=TOY.cells, max_size=TOY.cells),
    st.lists(SIGNALS, min_size=FRONT, max_size=FRONT).map(
        lambda cells: cells + [0.0] * (TOY.cells - FRONT)
    ),
)

# |inverse(forward(x)) - x| <= relative * x + absolute (MeV); float32 has 6e-8
ERRORS = {
    "BoxCox": (1e-4, 0.0),
    "Complement": (2e-7, 2e-7),
    "Compose": (2e-6, 1e-5),
    "ConditionalStandardize": (1e-6, 1e-2),
    "Fractions": (2e-7, 0.0),
    "Logit": (1e-4, 0.02),
    "LogScale": (2e-6, 0.0),
    "Scale": (2e-7, 0.0),
    "SpectralLines": (3e-4, 0.0),
    "Standardize": (1e-6, 1e-2),
    "Threshold": (0.0, 1e-3),
}


def test_every_transform_has_its_errors_stated():
    # what is scaled to a sum has no error of its own; ranks have borders of their own
    others = {"ConditionalQuantiles", "LayerFractions", "LayerFractions, ranked", "LayerShares"}
    # these have tests of their own
    others |= {"AboveThreshold", "Centred", "TotalFirst"}
    assert ERRORS.keys() | others == TRANSFORMS.keys()


@pytest.mark.parametrize("name", ERRORS)
@given(showers=st.lists(SHOWERS, min_size=1, max_size=4))
def test_borders(name, showers):
    x = torch.tensor(showers)
    c = torch.tensor([[50.0, 0.0, 1.0]]).expand(len(x), 3)
    y = FITTED[name](x, c)
    back = FITTED[name].inverse(y, c)
    relative, absolute = ERRORS[name]
    assert y.isfinite().all()
    # numbers below 1e-37 may be flushed to zero
    assert ((back - x).abs() <= relative * x + absolute + 1e-37).all()


@given(showers=st.lists(SHOWERS, min_size=1, max_size=4))
def test_borders_of_layer_fractions(showers):
    x = torch.tensor(showers)
    c = torch.tensor([[50.0, 0.0, 1.0]]).expand(len(x), 3)
    transform = FITTED["LayerFractions"]
    y = transform(x, c)
    back = transform.inverse(y, c)
    assert y.isfinite().all()
    assert (back >= 0).all()
    assert (back[x == 0] == 0).all()
    # energies in MeV of 50,000; a layer of less than 0.05 MeV may be lost among the others
    energies, real = ([v[:, :FRONT].sum(1), v[:, FRONT:].sum(1)] for v in (back, x))
    for energy, wanted in zip(energies, real, strict=True):
        assert ((energy - wanted).abs() <= 1e-5 * wanted + 0.05).all()
    torch.testing.assert_close(sum(energies), sum(real), rtol=1e-5, atol=0.05)


@given(shower=SHOWERS, seed=st.integers(0, 99), size=st.sampled_from([0.1, 1.0, 100.0]))
def test_whatever_a_network_makes_is_decoded(shower, seed, size):
    c = torch.tensor([[50.0, 0.0, 1.0]])
    for name in ("LayerFractions", "LogScale", "Compose"):
        transform = FITTED[name]
        y = transform(torch.tensor([shower]), c)
        wild = y + size * torch.randn(y.shape, generator=torch.Generator().manual_seed(seed))
        back = transform.inverse(wild, c)
        assert back.isfinite().all()
        assert (back >= 0).all()
        settled = transform.settle(wild, c)
        torch.testing.assert_close(transform.inverse(settled, c), back, atol=1e-3, rtol=1e-3)


def test_log_scale():
    transform = LogScale(2.0)
    x = column(0.0, 2.0, 2 * (math.e - 1), 2 * (math.exp(5) - 1))
    torch.testing.assert_close(transform(x, NOTHING), column(0.0, math.log(2), 1.0, 5.0))
    assert torch.equal(transform.inverse(column(-3.0, -1e-9, 0.0), NOTHING), column(0.0, 0.0, 0.0))
    assert transform.inverse(column(1e9), NOTHING).isfinite()


def test_logit():
    transform = Logit(2.0, 6.0, alpha=0.1)
    # (x - 2) / 4 drawn into 0.1 .. 0.9: 4 is the middle, 2 and what lies below become 0.1
    x = column(1.0, 2.0, 3.0, 4.0, 6.0, 7.0)
    p = [0.1, 0.1, 0.3, 0.5, 0.9, 0.9]
    torch.testing.assert_close(transform(x, NOTHING), column(*(math.log(q / (1 - q)) for q in p)))
    wild = torch.tensor([[-50.0, 0.0, 50.0]])
    torch.testing.assert_close(transform.inverse(wild, NOTHING), torch.tensor([[2.0, 4.0, 6.0]]))


def test_logit_with_a_range_for_each_column():
    transform = Logit([0.0, -1.0], [2.0, 1.0])
    x = torch.tensor([[1.0, 0.0], [0.2, 0.8]])
    y = transform(x, NOTHING)
    torch.testing.assert_close(
        y, torch.tensor([[0, 0], [math.log(1 / 9), math.log(9)]]), atol=1e-5, rtol=1e-5
    )
    torch.testing.assert_close(transform.inverse(y, NOTHING), x)


def test_threshold_lies_half_a_quantum_low():
    transform = Threshold(1.0, quantum=0.5)
    x = column(0.0, 0.7499, 0.75, 1.0, 3.0, -2.0)
    assert torch.equal(transform(x, NOTHING), x)
    wanted = column(0.0, 0.0, 0.75, 1.0, 3.0, 0.0)
    assert torch.equal(transform.inverse(x, NOTHING).abs(), wanted)


def test_scale():
    assert torch.equal(Scale(1000.0)(column(0.0, 5.0), NOTHING), column(0.0, 0.005))
    assert torch.equal(Scale(4.0).inverse(column(0.5, -1.0), NOTHING), column(2.0, 0.0))


def test_standardize():
    x = torch.tensor([[1.0, 7.0], [3.0, 7.0]])
    transform = Standardize.fit(x, CONDITIONS[:2], TOY)
    assert transform.mean.tolist() == [2.0, 7.0]
    # constant columns are only shifted
    assert transform.std.tolist() == [1.0, 1.0]
    assert torch.equal(transform(torch.tensor([[5.0, 8.0]]), NOTHING), torch.tensor([[3.0, 1.0]]))
    y = Standardize.fit(CELLS, CONDITIONS, TOY)(CELLS, CONDITIONS)
    torch.testing.assert_close(y.mean(0), torch.zeros(TOY.cells), atol=1e-5, rtol=0)
    torch.testing.assert_close(y.var(0, correction=0), torch.ones(TOY.cells))


def test_conditional_standardize_takes_out_mean_and_width():
    rng = torch.Generator().manual_seed(0)
    energy = torch.empty(20_000, 1).uniform_(1, 100, generator=rng)
    noise = torch.randn(20_000, 2, generator=rng)
    # mean and logarithm of the width are polynomials of the logarithm of the energy
    log = energy.log()
    x = torch.cat([2 + 3 * log, -log.square()], 1) + noise * torch.cat(
        [energy**0.25, energy**-0.25], 1
    )
    transform = ConditionalStandardize.fit(x, energy, TOY)
    y = transform(x, energy)
    for low, high in ((1, 10), (10, 50), (50, 100)):
        part = y[(energy[:, 0] > low) & (energy[:, 0] < high)]
        torch.testing.assert_close(part.mean(0), torch.zeros(2), atol=0.1, rtol=0)
        torch.testing.assert_close(part.std(0), torch.ones(2), atol=0.25, rtol=0)
    torch.testing.assert_close(transform.inverse(y, energy), x, rtol=1e-4, atol=1e-4)


def test_conditional_standardize_stays_finite_where_it_was_not_fitted():
    transform = FITTED["ConditionalStandardize"]
    c = torch.tensor([[1e-3, -5.0, 0.0], [1e6, 5.0, 1.0], [0.0, 0.0, 0.0]])
    assert transform(torch.zeros(3, TOY.cells), c).isfinite().all()


def test_layer_fractions_by_hand():
    cells = torch.zeros(2, TOY.cells)
    cells[0, 0], cells[0, 3], cells[0, FRONT] = 4000.0, 2000.0, 3000.0
    cells[1, FRONT + 1] = 5000.0
    c = torch.tensor([[10.0, 0.0, 0.0], [10.0, 0.0, 0.0]])
    transform = LayerFractions.fit(cells, c, TOY, energies=[], cells=[Scale(1000.0)])
    y = transform(cells, c)
    assert transform.columns(TOY.cells) == y.shape[1] == 2 + TOY.cells
    # (6 + 3) GeV of 10 GeV, 6 of 9 in front; 5 of 10, none in front
    torch.testing.assert_close(y[:, :2], torch.tensor([[0.9, 2 / 3], [0.5, 0.0]]))
    torch.testing.assert_close(y[:, 2:], cells / 1000)
    torch.testing.assert_close(transform.inverse(y, c), cells)
    torch.testing.assert_close(
        transform.layer_energies(y, c), torch.tensor([[6000.0, 3000.0], [0.0, 5000.0]])
    )
    # whatever the cells are, their layer keeps its energy
    y[:, 2:] *= 7
    torch.testing.assert_close(transform.inverse(y, c), cells)


def test_layer_fractions_need_an_energy():
    with pytest.raises(DataError, match="no condition 'energi'; did you mean 'energy'"):
        LayerFractions.fit(CELLS, CONDITIONS, TOY, [], [], condition="energi")
    with pytest.raises(DataError, match="cannot convert 'mm' to 'MeV'"):
        LayerFractions.fit(CELLS, CONDITIONS, TOY, [], [], condition="x")


def test_compose_applies_in_order_and_undoes_in_reverse():
    transform = Compose([Scale(2.0), LogScale(1.0)])
    x = column(0.0, 6.0)
    torch.testing.assert_close(transform(x, NOTHING), column(0.0, math.log(4)))
    torch.testing.assert_close(transform.inverse(transform(x, NOTHING), NOTHING), x)
    assert torch.equal(Compose([])(x, NOTHING), x)


@pytest.mark.parametrize(
    ("transform", "arguments"),
    [
        (LogScale, {"scale": 0.0}),
        (LogScale, {"scale": -1.0}),
        (LogScale, {"scale": math.nan}),
        (Scale, {"factor": 0.0}),
        (Scale, {"factor": math.nan}),
        (Logit, {"low": 1.0, "high": 1.0}),
        (Logit, {"low": [0.0, 1.0], "high": [1.0, 0.5]}),
        (Logit, {"alpha": 0.0}),
        (Logit, {"alpha": 0.5}),
        (Threshold, {"level": -1.0}),
        (Threshold, {"level": 1.0, "quantum": -0.5}),
    ],
)
def test_arguments_without_sense_are_refused(transform, arguments):
    with pytest.raises(SpecError, match=transform.__name__):
        transform(**arguments)


def test_real_showers_survive_cell_by_cell(geant4):
    x = torch.from_numpy(geant4.flat())
    c = torch.from_numpy(geant4.conditions)
    transform = Compose.fit(x, c, geant4.detector, [LogScale(1e-3), Standardize.fit])
    back = transform.inverse(transform(x, c), c)
    assert ((back - x).abs() <= 5e-6 * x + 2e-9).all()
    assert np.isclose(back.double().sum(), x.double().sum(), rtol=1e-6)
