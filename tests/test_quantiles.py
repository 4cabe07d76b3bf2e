"""Ranks given a condition are standard normal, and go back exactly."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cloudburst.errors import SpecError
from cloudburst.streams import Stream
from cloudburst.transforms import Complement, Compose, ConditionalQuantiles, LayerShares
from components import TOY, TRANSFORMS, showers

RNG = np.random.default_rng(0)
N = 6000


def spectra(n=N, seed=0):
    """Three columns: never, seldom and often zero, each growing with the energy."""
    rng = np.random.default_rng(seed)
    energy = rng.uniform(1, 100, n)
    filled = 1 - np.stack([np.zeros(n), np.full(n, 0.8), 0.3 / np.sqrt(energy)], axis=1)
    x = energy[:, None] * rng.exponential(size=(n, 3)) ** 2 * (rng.random((n, 3)) < filled)
    c = np.zeros((n, 3))
    c[:, 0] = energy
    return torch.from_numpy(x).float(), torch.from_numpy(c).float()


def redrawn(transform, x, c):
    return transform.redraw(transform(x, c), c, Stream(1))


def test_ranks_are_standard_normal_at_every_energy():
    x, c = spectra()
    z = redrawn(ConditionalQuantiles.fit(x, c, TOY), x, c).double().numpy()
    for chosen in (c[:, 0] < 20, (c[:, 0] > 40) & (c[:, 0] < 60), c[:, 0] > 80):
        for column in z[chosen.numpy()].T:
            assert stats.kstest(column, "norm").pvalue > 1e-3


def test_what_was_not_fitted_is_standard_normal_too():
    transform = ConditionalQuantiles.fit(*spectra(), TOY)
    z = redrawn(transform, *spectra(seed=9)).double().numpy()
    assert np.abs(z.mean(0)).max() < 4 / np.sqrt(N) + 0.01
    assert np.abs(z.std(0) - 1).max() < 0.03


def test_narrow_laws_are_followed_to_the_ends_of_the_range():
    # hot cells: a tenth of spread at each energy, far less than the energies near one knot have
    energy = torch.from_numpy(np.random.default_rng(3).uniform(1, 100, (N, 1))).float()
    noise = torch.randn(N, 2, generator=torch.Generator().manual_seed(3))
    x, c = energy * (0.1 * noise).exp(), energy.expand(N, 3)
    z = ConditionalQuantiles.fit(x, c, TOY)(x, c)
    for chosen in (energy < 3, (energy > 30) & (energy < 50), energy > 95):
        ranks = z[chosen[:, 0]]
        error = 1 / np.sqrt(len(ranks))
        assert float(ranks.mean(0).abs().max()) < 3 * error + 0.1
        assert float((ranks.std(0) - 1).abs().max()) < 3 * error + 0.1


def test_the_median_of_an_exponential_is_the_logarithm_of_two():
    x = torch.from_numpy(RNG.exponential(size=(40_000, 1))).float()
    c = torch.full((40_000, 3), 10.0) * (1 + 1e-3 * torch.rand(40_000, 1))
    transform = ConditionalQuantiles.fit(x, c, TOY, knots=2, degree=8)
    z = torch.tensor([[0.0], [1.0], [-1.0]])
    back = transform.inverse(z, c[:3])[:, 0]
    expected = [np.log(2), -np.log(stats.norm.sf(1)), -np.log(stats.norm.sf(-1))]
    np.testing.assert_allclose(back, expected, rtol=0.03)


def test_zeros_come_back_as_zeros_wherever_they_were_drawn():
    x, c = spectra()
    transform = ConditionalQuantiles.fit(x, c, TOY)
    z = redrawn(transform, x, c)
    assert torch.equal(transform.inverse(z, c) == 0, x == 0)
    assert z[x == 0].unique().numel() > 0.9 * int((x == 0).sum())
    assert torch.equal(z[x > 0], transform(x, c)[x > 0])


def test_settled_zeros_are_those_of_forward_whatever_steps_came_before():
    x, c = spectra()
    chain = Compose.fit(x, c, TOY, [Complement([]), ConditionalQuantiles.fit(x, c, TOY)])
    z = chain.redraw(chain(x, c), c, Stream(1))
    assert not torch.equal(z, chain(x, c))
    torch.testing.assert_close(chain.settle(z, c), chain(x, c))
    assert torch.equal(chain.inverse(chain.settle(z, c), c), chain.inverse(z, c))


def test_standard_normal_noise_has_the_occupancy_of_each_column():
    x, c = spectra()
    made = ConditionalQuantiles.fit(x, c, TOY).inverse(
        torch.from_numpy(RNG.standard_normal(x.shape)).float(), c
    )
    np.testing.assert_allclose((made > 0).float().mean(0), (x > 0).float().mean(0), atol=0.02)


@given(st.floats(1e-3, 1e6), st.floats(0.5, 200.0), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_any_value_above_the_smallest_goes_back(value, energy, column):
    transform = FITTED
    x = torch.zeros(1, 3)
    x[0, column] = value
    c = torch.tensor([[energy, 0.0, 0.0]])
    back = transform.inverse(transform(x, c), c)
    low = transform.inverse(transform(x * 0 + 1e-30, c), c)[0, column]
    assert back[0, column] == pytest.approx(max(value, float(low)), rel=1e-3)


def test_ranks_rise_with_the_value():
    c = torch.tensor([[50.0, 0.0, 0.0]]).expand(200, 3)
    x = torch.logspace(-2, 5, 200)[:, None].expand(200, 3)
    assert (FITTED(x, c).diff(dim=0) >= 0).all()


def test_a_column_that_is_never_hit_stays_empty():
    x, c = spectra(500)
    x[:, 1] = 0
    transform = ConditionalQuantiles.fit(x, c, TOY)
    z = torch.from_numpy(RNG.standard_normal((500, 3))).float()
    assert (transform.inverse(z, c)[:, 1] == 0).float().mean() > 0.99


@pytest.mark.parametrize(("option", "value"), [("knots", 1), ("points", 2), ("condition", "x")])
def test_what_cannot_be_tabulated_is_refused(option, value):
    x, c = spectra(100)
    with pytest.raises(SpecError, match="above zero"):
        ConditionalQuantiles.fit(x, c, TOY, **{option: value})


def test_a_complement_undoes_itself_and_leaves_other_columns():
    x = torch.tensor([[0.25, 1.0, 0.5]])
    flipped = Complement([1])(x, x)
    assert flipped.tolist() == [[0.25, 0.0, 0.5]]
    assert torch.equal(Complement([1]).inverse(flipped, x), x)


def test_shares_are_of_the_layer():
    events = showers()
    x, c = torch.from_numpy(events.flat()), torch.from_numpy(events.conditions)
    sums = torch.stack([p.sum(1) for p in x.split([12, 9], dim=1)], dim=1)
    told = torch.cat([c, sums], dim=1)
    shares = LayerShares.fit(x, told, events.detector)(x, told)
    totals = torch.stack([p.sum(1) for p in shares.split([12, 9], dim=1)], dim=1)
    torch.testing.assert_close(totals, torch.ones_like(totals))
    with pytest.raises(SpecError, match="LayerFractions"):
        LayerShares.fit(x, c, events.detector)


def test_layers_are_redrawn_without_a_change_to_any_cell():
    events = showers()
    x, c = torch.from_numpy(events.flat()), torch.from_numpy(events.conditions)
    transform = TRANSFORMS["LayerFractions, ranked"](x, c, events.detector)
    y = transform(x, c)
    again = transform.redraw(y, c, Stream(3))
    assert not torch.equal(again, y)
    torch.testing.assert_close(transform.inverse(again, c), x, rtol=1e-4, atol=1e-3)


FITTED = ConditionalQuantiles.fit(*spectra(), TOY)
