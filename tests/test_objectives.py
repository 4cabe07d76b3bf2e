"""Losses against numbers worked by hand, loops and closed forms."""

import math

import numpy as np
import pytest
import torch
from torch import nn

import components
from cloudburst.codec import Batch, Codec, PhysicalFeatures
from cloudburst.critics import Critic
from cloudburst.errors import ConditionError, DataError
from cloudburst.generators import Generator
from cloudburst.objectives import (
    AuxiliaryClass,
    EnergyPenalty,
    Hinge,
    NonSaturating,
    WassersteinClip,
    WassersteinGP,
    column_score,
    energy_score,
)
from cloudburst.streams import Stream
from cloudburst.transforms import Compose, Scale
from components import TOY

PLAIN = Codec(TOY, PhysicalFeatures(3), Compose([]))


class Fixed(Generator):
    """Makes the same values whatever its noise."""

    def __init__(self, x):
        super().__init__()
        self.noise_shape = (1,)
        self.x = nn.Parameter(x)

    def forward(self, z, c):
        return self.x + 0 * z


class Weighing(Critic):
    """D(x) = w x, with as many rows of w as there are outputs."""

    def __init__(self, *rows):
        super().__init__()
        self.w = nn.Parameter(torch.tensor(rows))
        self.seen = []

    def forward(self, x, c):
        self.seen.append(x.detach().clone())
        return x @ self.w.T


class Bowl(Critic):
    """D(x) = |x|^2 / 2, whose gradient is x."""

    def forward(self, x, c):
        return 0.5 * x.square().sum(1, keepdim=True)


def rng():
    return Stream(0)


def batch(x, conditions=None):
    conditions = torch.tensor([[10.0, 0.0, 1.0]] * len(x)) if conditions is None else conditions
    return Batch(x, conditions, conditions)


LOG3 = math.log(3)
# scores 0 and log 3 of real events, -log 3 and 2 of generated ones; sigmoid(log 3) = 3/4
REAL = torch.tensor([[0.0], [LOG3]])
FAKE = torch.tensor([[0.5 * LOG3], [2.0]])


def objective(cls, **options):
    return cls(PLAIN, Fixed(FAKE), Weighing([1.0]), **options)


def test_turns():
    assert objective(NonSaturating).turns == ("critic", "generator")
    assert objective(Hinge, critic_steps=2, generator_steps=2).turns == (
        *("critic", "critic"),
        *("generator", "generator"),
    )
    assert objective(WassersteinGP).turns == ("critic",) * 5 + ("generator",)
    assert objective(NonSaturating, separate=True, generator_steps=2).turns == (
        *("critic:real", "critic:fake"),
        *("generator", "generator"),
    )


def test_binary_cross_entropy():
    players = objective(NonSaturating)
    real = -(math.log(1 / 2) + math.log(3 / 4)) / 2
    # log(1 - sigmoid(s)) = -log(1 + e^s)
    fake = (math.log(1 + math.sqrt(3)) + math.log(1 + math.exp(2))) / 2
    fool = (math.log(1 + 1 / math.sqrt(3)) + math.log(1 + math.exp(-2))) / 2
    assert players.loss("critic", batch(REAL), rng()).item() == pytest.approx(real + fake)
    assert players.loss("generator", batch(REAL), rng()).item() == pytest.approx(fool)
    separate = objective(NonSaturating, separate=True)
    assert separate.loss("critic:real", batch(REAL), rng()).item() == pytest.approx(real)
    assert separate.loss("critic:fake", batch(REAL), rng()).item() == pytest.approx(fake)


def test_binary_cross_entropy_of_scores_out_of_range_of_exp():
    huge = NonSaturating(PLAIN, Fixed(torch.tensor([[500.0]])), Weighing([1.0]))
    assert huge.loss("critic", batch(torch.tensor([[-300.0]])), rng()).item() == 800


def test_hinge():
    players = objective(Hinge)
    # real: 1 - 0 and 0 (1 - log 3 < 0); generated: 1 + log(3)/2 and 3
    wanted = 1 / 2 + (1 + LOG3 / 2 + 3) / 2
    assert players.loss("critic", batch(REAL), rng()).item() == pytest.approx(wanted)
    fool = players.loss("generator", batch(REAL), rng()).item()
    assert fool == pytest.approx(-(LOG3 / 2 + 2) / 2)


def test_wasserstein_with_clipping():
    players = objective(WassersteinClip, clip=0.1)
    gap = (LOG3 / 2 + 2) / 2 - LOG3 / 2
    assert players.loss("critic", batch(REAL), rng()).item() == pytest.approx(gap)
    players.after("generator")
    assert players.critic.w.item() == 1.0
    players.after("critic")
    assert players.critic.w.item() == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("w", "one_sided", "wanted"),
    [
        ([3.0, 0.0, 4.0], True, 16.0),
        ([3.0, 0.0, 4.0], False, 16.0),
        ([0.3, 0.0, 0.4], True, 0.0),
        ([0.3, 0.0, 0.4], False, 0.25),
        ([1.0, 0.0, 0.0], False, 0.0),
        ([0.0, 0.0, 0.0], False, 1.0),
    ],
)
def test_gradient_penalty_of_a_linear_critic(w, one_sided, wanted):
    x, fake = torch.rand(4, 3), torch.rand(4, 3)
    players = WassersteinGP(PLAIN, Fixed(fake), Weighing(w), penalty=10.0, one_sided=one_sided)
    penalty = players.gradient_penalty(batch(x), fake, rng())
    assert penalty.item() == pytest.approx(wanted)
    gap = float((fake.mean(0) - x.mean(0)) @ torch.tensor(w))
    loss = players.loss("critic", batch(x), rng())
    assert loss.item() == pytest.approx(gap + 10 * wanted, abs=1e-5)
    # d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|
    size = math.hypot(*w)
    excess = max(size - 1, 0) if one_sided else size - 1
    slope = [2 * excess * v / size if size else 0.0 for v in w]
    penalty.backward()
    assert players.critic.w.grad[0].tolist() == pytest.approx(slope, abs=1e-6)


def test_gradient_penalty_is_taken_event_by_event():
    # where real and generated are the same, so is their mixture: gradients of length 5 and 2
    x = torch.tensor([[3.0, 4.0], [0.0, 2.0]])
    players = WassersteinGP(PLAIN, Fixed(x), Bowl(), one_sided=False)
    assert players.gradient_penalty(batch(x), x, rng()).item() == pytest.approx((16 + 1) / 2)


def test_gradient_penalty_mixes_each_pair_by_a_share_of_its_own():
    x, fake = torch.zeros(1000, 2), torch.ones(1000, 2)
    critic = Weighing([1.0, 0.0])
    WassersteinGP(PLAIN, Fixed(fake), critic).gradient_penalty(batch(x), fake, rng())
    (mix,) = critic.seen
    assert torch.equal(mix[:, 0], mix[:, 1])
    assert 0.45 < mix.mean() < 0.55
    assert mix.min() < 0.01
    assert mix.max() > 0.99


def test_the_critic_learns_nothing_for_the_generator():
    players = objective(Hinge)
    players.loss("critic", batch(REAL), rng()).backward()
    assert players.generator.x.grad is None
    assert players.critic.w.grad is not None


def test_critics_see_empty_cells_as_real_ones_are_encoded():
    critic = Weighing([1.0, 1.0])
    made = torch.tensor([[-0.7, 0.5]])
    players = Hinge(PLAIN, Fixed(made), critic)
    players.loss("critic", batch(torch.tensor([[0.0, 0.2]])), rng())
    assert sorted(torch.cat(critic.seen)[:, 0].tolist()) == [0.0, 0.0]


def test_noise_is_drawn_from_the_given_stream():
    players = objective(Hinge)
    assert torch.equal(players.normal(3, rng()), rng().normal(3, 1))


class TwoParticles(Weighing):
    """Score and logits of two particles are the columns of x."""

    def __init__(self):
        super().__init__([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0])


def test_auxiliary_class():
    # particle 1: softmax(0, log 3) gives it 3/4, softmax(log 3, 0) 1/4
    x = torch.tensor([[0.0, 0.0, LOG3], [0.0, LOG3, 0.0]])
    auxiliary = AuxiliaryClass.for_codec(PLAIN, "particle", weight=0.5, flips=0.0)
    players = NonSaturating(PLAIN, Fixed(x), TwoParticles(), separate=True, auxiliary=auxiliary)
    wanted = math.log(2) - 0.5 * (math.log(3 / 4) + math.log(1 / 4)) / 2
    for turn in players.turns:
        assert players.loss(turn, batch(x), rng()).item() == pytest.approx(wanted)
    with pytest.raises(ConditionError, match="did you mean 'particle'"):
        AuxiliaryClass.for_codec(PLAIN, "partikel")


def test_flipped_labels_are_drawn_among_all_classes():
    x = torch.tensor([[0.0, 0.0, 40.0]]).expand(4000, 3)
    for flips in (0.0, 0.3, 1.0):
        auxiliary = AuxiliaryClass(column=2, weight=1.0, flips=flips)
        # a wrong label costs 40; half of the flipped labels happen to be right
        told = auxiliary(x, batch(x), rng(), auxiliary.flips).item()
        assert told == pytest.approx(20 * flips, abs=1.0)
        assert auxiliary(x, batch(x), rng()).item() == pytest.approx(0)


def test_energy_penalty():
    # 9 GeV and 10.5 GeV are deposited of 10 and 10
    cells = torch.zeros(2, TOY.cells)
    cells[0, 0], cells[0, -1], cells[1, 5] = 4.0, 5.0, 10.5
    codec = Codec(TOY, PhysicalFeatures(3), Compose([Scale(1000.0)]))
    penalty = EnergyPenalty.for_codec(codec, weight=0.2)
    assert penalty.unit == 1000.0
    assert penalty(cells, batch(cells)).item() == pytest.approx((1 + 0.5) / 2)
    players = Hinge(codec, Fixed(cells), Weighing([0.0] * TOY.cells), penalties=[penalty])
    loss = players.loss("generator", batch(cells), rng())
    assert loss.item() == pytest.approx(0.2 * 0.75)
    loss.backward()
    # more energy is better for the first, less for the second: in GeV, halved by the mean
    slopes = players.generator.x.grad
    assert [slopes[0, 0].item(), slopes[1, 5].item()] == pytest.approx([-0.1, 0.1])
    with pytest.raises(DataError, match="cannot convert 'mm' to 'MeV'"):
        EnergyPenalty.for_codec(PLAIN, condition="x")


def test_scores_against_a_loop():
    a, b, x = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(0)).double()
    energy, column = [], []
    for i in range(5):
        rms = [
            math.sqrt(sum((u - v) ** 2) / 4) for u, v in ((a[i], x[i]), (b[i], x[i]), (a[i], b[i]))
        ]
        energy.append((rms[0] + rms[1] - rms[2]) / 2)
        for j in range(4):
            gaps = abs(a[i, j] - x[i, j]), abs(b[i, j] - x[i, j]), abs(a[i, j] - b[i, j])
            column.append((gaps[0] + gaps[1] - gaps[2]) / 2)
    assert energy_score(a, b, x).item() == pytest.approx(np.mean(energy))
    assert column_score(a, b, x).item() == pytest.approx(np.mean(column))


def test_scores_of_what_is_equal_are_zero_and_have_a_gradient():
    x = torch.ones(2, 3)
    a = x.clone().requires_grad_()
    score = energy_score(a, x, x) + column_score(a, x, x)
    assert score.item() == pytest.approx(0, abs=1e-5)
    score.backward()
    assert a.grad.isfinite().all()


@pytest.mark.parametrize("score", [energy_score, column_score])
@pytest.mark.parametrize(("mean", "width"), [(0.0, 1.0), (0.5, 1.0), (0.0, 0.5), (0.0, 2.0)])
def test_scores_in_closed_form(score, mean, width):
    # X ~ N(mean, width) and x ~ N(0, 1); their difference is folded at zero:
    # E|N(m, s)| = s sqrt(2 / pi) exp(-m^2 / 2 s^2) + m erf(m / (s sqrt 2))
    s = math.sqrt(1 + width**2)
    real = s * math.sqrt(2 / math.pi) * math.exp(-(mean**2) / (2 * s**2))
    real += mean * math.erf(mean / (s * math.sqrt(2)))
    wanted = real - width / math.sqrt(math.pi)
    a, b, x = torch.randn(3, 400_000, 1, generator=torch.Generator().manual_seed(0))
    found = score(mean + width * a, mean + width * b, x).item()
    assert found == pytest.approx(wanted, abs=5e-3)
    # the right law has the smallest
    assert wanted >= 1 / math.sqrt(math.pi) - 1e-9


def test_energy_scoring_falls_when_the_generator_learns():
    events = components.showers()
    codec = components.toy_codec(events)
    data = codec.encode(events)
    torch.manual_seed(0)
    players = components.OBJECTIVES["EnergyScoring"](codec, data)
    optimizer = torch.optim.Adam(players.generator.parameters(), 1e-2)
    losses = []
    for step in range(60):
        loss = players.loss("generator", data, Stream(step))
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:10])
