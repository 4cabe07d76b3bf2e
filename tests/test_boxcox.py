"""Powers by maximum likelihood, against SciPy and by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cloudburst.errors import SpecError
from cloudburst.spec import build, describe
from cloudburst.transforms import BoxCox, Fractions
from components import TOY, showers

NONE = torch.zeros(0, 1)


def fitted(x, **options):
    x = torch.as_tensor(x, dtype=torch.float32)
    return BoxCox.fit(x, torch.zeros(len(x), 1), TOY, **options)


def test_powers_are_those_of_scipy():
    rng = np.random.default_rng(0)
    columns = {
        "log-normal": rng.lognormal(2, 1.0, 3000),
        "squares": rng.normal(5, 0.8, 3000) ** 2,
        "normal": np.abs(rng.normal(9, 1, 3000)),
        "gamma": rng.gamma(2.0, 3.0, 3000),
    }
    x = np.stack(list(columns.values()), axis=1)
    found = fitted(x, scale=0.5).power.numpy()
    wanted = [stats.boxcox_normmax(1 + column / 0.5, method="mle") for column in x.T]
    np.testing.assert_allclose(found, np.clip(wanted, None, 2), atol=5e-3)


def test_empty_cells_do_not_sway_the_powers():
    x = np.random.default_rng(1).gamma(2.0, 3.0, (4000, 1))
    thinned = np.where(np.random.default_rng(2).random((4000, 1)) < 0.5, 0, x)
    full, half = fitted(x[thinned > 0].reshape(-1, 1)), fitted(thinned)
    assert half.power.item() == pytest.approx(full.power.item(), abs=1e-6)
    assert (half(torch.zeros(3, 1), NONE) == 0).all()


def test_cells_with_few_hits_share_a_power():
    rng = np.random.default_rng(3)
    x = np.zeros((500, 8))
    x[:, 0] = rng.gamma(2.0, 3.0, 500)
    for column in range(1, 6):
        x[rng.choice(500, 20, replace=False), column] = rng.gamma(2.0, 3.0, 20)
    power = fitted(x, least=50).power
    together = x[:, 1:][x[:, 1:] > 0]
    wanted = stats.boxcox_normmax(1 + together, method="mle")
    assert power[1:].unique().numpy() == pytest.approx([wanted], abs=5e-3)
    # too few even together, none at all, or all of them equal: the logarithm
    assert (fitted(x[:, 1:3], least=50).power == 0).all()
    assert (fitted(np.zeros((9, 2)), least=2).power == 0).all()
    assert (fitted(np.full((90, 1), 7.0)).power == 0).all()


def test_powers_stay_where_single_precision_can_follow():
    # one in a thousand hits is a thousand times larger: likelihood alone would ask for more
    x = np.random.default_rng(4).pareto(0.4, (4000, 1)).clip(1e-6, 1e6)
    transform = fitted(x)
    assert -2 <= transform.power.item() < 0
    back = transform.inverse(transform(torch.tensor(x, dtype=torch.float32), NONE), NONE)
    np.testing.assert_allclose(back.numpy(), x, rtol=3e-5)


@given(
    st.floats(-0.25, 2, width=32),
    st.lists(st.floats(0, 1e5, width=32), min_size=1, max_size=9),
)
def test_it_inverts_for_every_power(power, values):
    transform = BoxCox(torch.tensor([power]), 0.5)
    x = torch.tensor(values)[:, None]
    back = transform.inverse(transform(x, NONE), NONE)
    torch.testing.assert_close(back, x, rtol=2e-4, atol=1e-30)


@given(st.floats(width=32, allow_nan=False), st.sampled_from([-0.3, 0.0, 1e-6, 0.5, 2.0]))
def test_any_network_value_gives_a_signal(value, power):
    back = BoxCox(torch.tensor([power])).inverse(torch.tensor([[value]]), NONE)
    assert torch.isfinite(back).all()
    assert (back >= 0).all()


def test_wrong_options_are_refused():
    with pytest.raises(SpecError, match="scale > 0"):
        BoxCox(torch.zeros(1), 0.0)
    with pytest.raises(SpecError, match="least >= 2"):
        fitted(np.ones((3, 1)), least=1)
    with pytest.raises(SpecError, match="unit > 0"):
        Fractions(0, 0.0)


def test_fractions_are_of_the_incident_energy():
    events = showers(n=20)
    x, c = torch.from_numpy(events.flat()), torch.from_numpy(events.conditions)
    shares = Fractions.fit(x, c, TOY)(x, c)
    # cells in MeV, energies in GeV: some 99 % are deposited
    np.testing.assert_allclose(shares.sum(1), 0.99, atol=0.01)


def test_what_comes_back_has_headroom():
    x = torch.tensor([[1.0, 0.0], [3.0, 0.0], [2.0, 4.0]])
    fitted = BoxCox.fit(x, torch.zeros(3, 1), TOY, least=2, headroom=2.0)
    values = fitted(x, torch.zeros(3, 1))
    torch.testing.assert_close(fitted.inverse(values, torch.zeros(3, 1)), x)
    beyond = fitted.inverse(torch.full((1, 2), 1e6), torch.zeros(1, 1))
    assert beyond.tolist() == [[6.0, 8.0]]
    twin = build(describe(fitted), BoxCox)
    twin.load_state_dict(fitted.state_dict())
    assert torch.equal(twin.inverse(values + 9, torch.zeros(3, 1)), fitted.inverse(values + 9, 0))


def test_a_cell_never_hit_may_be_hit_all_the_same():
    # third and fourth cell are hit too seldom for a power, and for a largest signal, of their own
    x = torch.rand(100, 4) + torch.tensor([1.0, 1.0, 0.0, 0.0])
    x[3:, 2] = 0
    x[:, 3] = 0
    x[0, 2] = 8.0
    fitted = BoxCox.fit(x, torch.zeros(100, 1), TOY, least=50, headroom=3.0)
    new = torch.full((1, 4), 5.0)
    torch.testing.assert_close(fitted.inverse(fitted(new, new), new)[0, 2:], new[0, 2:])
    assert fitted.largest[2] == fitted.largest[3] == 24.0
