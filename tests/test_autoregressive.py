"""Values one after the other: their density, and how their law is found."""

import math

import pytest
import torch

from cloudburst.codec import Batch, Codec, ScaledFeatures
from cloudburst.generators import AutoregressiveFlow
from components import TOY, showers

N = 3000


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def told():
    """A codec without steps, and values whose law is known: skew, and the second by the first."""
    codec = Codec.fit(showers(n=4), [], ScaledFeatures.for_detector(TOY, ["energy"], []))
    c = normal(N, codec.features.size, seed=1).clamp(-1, 1)
    first = normal(N, seed=2).exp().log1p() + c[:, 0]
    second = normal(N, seed=3) * (0.5 * first).exp()
    x = torch.cat([first[:, None], second[:, None], normal(N, TOY.cells - 2)], dim=1)
    return codec, Batch(x, c, torch.ones(N, len(TOY.conditions)))


def test_the_density_is_that_of_what_is_made():
    made = AutoregressiveFlow(2, 3, [8]).double()
    for weight in made.parameters():
        weight.data.add_(0.3 * normal(*weight.shape).double())
    z, c = normal(1, 3, seed=4).double(), normal(1, 2, seed=5).double()
    slopes = torch.autograd.functional.jacobian(lambda noise: made(noise, c)[0], z)[:, 0]
    wanted = -0.5 * z.square().sum() - 1.5 * math.log(2 * math.pi) - slopes.det().abs().log()
    torch.testing.assert_close(made.log_likelihood(made(z, c), c)[0], wanted)


def test_a_skew_law_that_depends_on_what_came_before_is_found(told):
    _, batch = told
    made = AutoregressiveFlow.for_data(*told, 2, [32])
    with torch.no_grad():
        x = made(normal(N, 2, seed=6), batch.c)
    wanted, found = batch.x[:, :2], x
    # a tail of 0.05 of 3,000 events is known to 0.1
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        torch.testing.assert_close(
            found.quantile(level, dim=0), wanted.quantile(level, dim=0), rtol=0, atol=0.2
        )
    wide = [part[part[:, 0] > 1.5, 1].std() for part in (wanted, found)]
    narrow = [part[part[:, 0].abs() < 0.3, 1].std() for part in (wanted, found)]
    assert float(wide[1]) == pytest.approx(float(wide[0]), rel=0.12)
    assert float(narrow[1]) == pytest.approx(float(narrow[0]), rel=0.12)


def test_events_that_are_there_twice_count_once(told):
    codec, batch = told
    few = Batch(*(part[:300] for part in batch))
    twice = Batch(*(torch.cat([part, part]) for part in few))
    one, other = (_found(codec, events) for events in (few, twice))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def _found(codec, events):
    torch.manual_seed(0)
    return list(AutoregressiveFlow.for_data(codec, events, 2, [4]).state_dict().values())
