"""Paths, solvers, rising maps, and the flows that are made of them."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from cloudburst.engines import parity
from cloudburst.generators import Coupling, CouplingFlow, VelocityGenerator, Whitening
from cloudburst.nn import (
    MLP,
    Affine,
    CirclePath,
    Euler,
    Heun,
    LinearPath,
    Midpoint,
    RationalQuadratic,
    ResidualMLP,
    SinhArcsinh,
)
from cloudburst.objectives import FlowMatching, MaximumLikelihood
from cloudburst.streams import Stream
from cloudburst.surrogate import Surrogate
from components import GENERATORS, showers, toy_codec

MAPS = {"affine": Affine(), "splines": RationalQuadratic(5, 3.0), "laws": SinhArcsinh()}
EVENTS = showers()
CODEC = toy_codec(EVENTS)
BATCH = CODEC.encode(EVENTS)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


# paths


@pytest.mark.parametrize("path", [LinearPath(), CirclePath()])
def test_a_path_leads_from_noise_to_data_at_the_speed_that_it_says(path):
    noise, data = normal(4, 3), normal(4, 3, seed=1)
    start, _ = path(noise, data, torch.zeros(4, 1))
    end, _ = path(noise, data, torch.ones(4, 1))
    torch.testing.assert_close(start, noise)
    torch.testing.assert_close(end, data, rtol=1e-5, atol=1e-6)
    t = torch.full((4, 1), 0.3)
    _, speed = path(noise, data, t)
    slope = (path(noise, data, t + 1e-3)[0] - path(noise, data, t - 1e-3)[0]) / 2e-3
    torch.testing.assert_close(speed, slope, rtol=1e-3, atol=1e-3)


def test_a_circle_keeps_white_data_white():
    place, _ = CirclePath()(normal(20000, 1), normal(20000, 1, seed=1), torch.tensor([[0.37]]))
    # the standard error of a variance of 20,000 numbers is 0.01
    assert float(place.var()) == pytest.approx(1.0, abs=0.03)


# solvers


@pytest.mark.parametrize(("solver", "order"), [(Euler(), 1), (Midpoint(), 2), (Heun(), 2)])
def test_a_solver_is_of_its_order(solver, order):
    def error(steps):
        x, h = torch.ones(1, dtype=torch.float64), 1 / steps
        for i in range(steps):
            x = solver.step(lambda y, t: y * math.cos(t), x, i * h, h)
        return abs(float(x) - math.exp(math.sin(1)))

    assert math.log2(error(64) / error(128)) == pytest.approx(order, abs=0.1)


def test_steps_worked_by_hand():
    def velocity(x, t):
        return x + t

    x = torch.tensor([1.0])
    assert float(Euler().step(velocity, x, 0.0, 0.5)) == pytest.approx(1.5)
    # the middle is at 1 + 0.25, where the velocity is 1.25 + 0.25
    assert float(Midpoint().step(velocity, x, 0.0, 0.5)) == pytest.approx(1.75)
    # velocities 1 and 1.5 + 0.5
    assert float(Heun().step(velocity, x, 0.0, 0.5)) == pytest.approx(1.75)


# rising maps


@pytest.mark.parametrize("name", MAPS)
def test_zero_parameters_are_the_identity(name):
    maps = MAPS[name]
    x = torch.linspace(-4, 4, 81)[None]
    y, slopes = maps.forward(x, torch.zeros(1, 81, maps.count))
    torch.testing.assert_close(y, x, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(slopes, torch.zeros_like(x), rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", MAPS)
@given(seed=st.integers(0, 10**6), size=st.floats(0, 3), x=st.floats(-3.5, 3.5))
def test_maps_rise_are_undone_and_know_their_slope(name, seed, size, x):
    maps = MAPS[name]
    parameters = size * normal(1, 1, maps.count, seed=seed).double()
    value = torch.tensor([[x]], dtype=torch.float64, requires_grad=True)
    y, slope = maps.forward(value, parameters)
    (wanted,) = torch.autograd.grad(y.sum(), value)
    assert float(wanted) > 0
    assert float(slope.detach()) == pytest.approx(math.log(float(wanted)), abs=1e-6)
    assert float(maps.inverse(y.detach(), parameters)) == pytest.approx(x, abs=1e-5)


def test_a_spline_worked_by_hand():
    # one knot, at the origin, where the slope is softplus(p) with p = ln(e^2 - 1), hence 2
    parameters = torch.zeros(1, 1, 5, dtype=torch.float64)
    parameters[..., 4] = math.log(math.e**2 - 1) - math.log(math.e - 1)
    maps = RationalQuadratic(2, 1.0, least=0.0)
    y, slope = maps.forward(torch.tensor([[0.5]], dtype=torch.float64), parameters)
    # place 1/2 of a bin of mean slope 1: (1/4 + 2/4) / (1 + (2 + 1 - 2)/4)
    assert float(y) == pytest.approx(0.6)
    # 5/4 over the square of 5/4
    assert float(slope) == pytest.approx(math.log(0.8))
    assert float(maps.inverse(y, parameters)) == pytest.approx(0.5)


def test_splines_leave_what_lies_outside_alone():
    maps = MAPS["splines"]
    far = torch.tensor([[-7.0, 5.0]])
    y, slope = maps.forward(far, normal(1, 2, maps.count))
    assert torch.equal(y, far)
    assert not slope.any()
    assert torch.equal(maps.inverse(far, normal(1, 2, maps.count)), far)


# whitening


def test_whitening_makes_data_white_and_goes_back():
    c = normal(500, 2)
    x = normal(500, 4, seed=1) @ normal(4, 4, seed=2) + c @ normal(2, 4, seed=3) + 3
    whitening = Whitening.fit(x, c)
    y = whitening.inverse(x, c)
    torch.testing.assert_close(torch.cov(y.T), torch.eye(4), rtol=0, atol=0.02)
    torch.testing.assert_close(y.mean(0), torch.zeros(4), rtol=0, atol=0.05)
    torch.testing.assert_close(whitening(y, c), x, rtol=1e-4, atol=1e-4)


# coupling flows


def test_without_couplings_the_likelihood_is_that_of_a_normal_law():
    x, c = normal(300, 5) @ normal(5, 5, seed=1), normal(300, 2, seed=2)
    whitening = Whitening.fit(x, c)
    flow = CouplingFlow(whitening, [], 5)
    mean = whitening(torch.zeros_like(x), c)
    root = whitening.root.double().numpy()
    law = multivariate_normal(cov=root @ root.T)
    wanted = law.logpdf((x - mean).double().numpy())
    np.testing.assert_allclose(flow.log_likelihood(x, c).numpy(), wanted, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("name", MAPS)
def test_a_flow_is_undone_and_knows_its_volume(name):
    maps = MAPS[name]
    torch.manual_seed(0)
    made = [
        Coupling(MLP(2 + 1, 3 * maps.count, [8]), maps, order)
        for order in ([0, 1, 2, 3, 4], [4, 2, 0, 3, 1])
    ]
    flow = CouplingFlow(Whitening(torch.zeros(5, 2), 2 * torch.eye(5)), made, 5)
    z, c = normal(1, 5), normal(1, 1)
    x = flow(z, c)
    slopes = torch.autograd.functional.jacobian(lambda noise: flow(noise, c), z)[0, :, 0]
    density = multivariate_normal(cov=np.eye(5)).logpdf(z[0].numpy())
    wanted = density - float(torch.linalg.slogdet(slopes)[1])
    assert float(flow.log_likelihood(x, c).detach()) == pytest.approx(wanted, abs=1e-4)


def test_likelihood_learns():
    flow = CouplingFlow.for_data(CODEC, BATCH, 2, [16])
    objective = MaximumLikelihood(CODEC, flow)
    optimizer = torch.optim.Adam(flow.parameters(), 1e-2)
    losses = []
    for _ in range(60):
        loss = objective.loss("generator", BATCH, Stream(0))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] - 0.1


# continuous flows


def test_a_velocity_of_nothing_gives_the_gaussian_model():
    network = ResidualMLP(3, 7 + 1, 3, 8, 1)
    torch.nn.init.zeros_(network.last.weight)
    whitening = Whitening(normal(3, 2), normal(3, 3, seed=1))
    flow = VelocityGenerator(whitening, network, 3, 4)
    z, c = normal(6, 3), normal(6, 1)
    torch.testing.assert_close(flow(z, c), whitening(z, c))


def test_states_are_those_on_the_way_to_the_end():
    flow = VelocityGenerator.for_data(CODEC, BATCH, 16, 1, steps=6)
    z = normal(4, CODEC.values)
    states = flow.states(z, BATCH.c[:4], 3)
    assert len(states) == 3
    torch.testing.assert_close(flow.whitening(states[-1], BATCH.c[:4]), flow(z, BATCH.c[:4]))
    fine = flow.with_steps(60)(z, BATCH.c[:4])
    torch.testing.assert_close(fine, flow(z, BATCH.c[:4]), rtol=1e-2, atol=1e-2)


def test_flow_matching_of_white_data_asks_for_no_velocity():
    whitening = Whitening(torch.zeros(CODEC.values, 1 + BATCH.c.shape[1]), torch.eye(CODEC.values))
    network = ResidualMLP(CODEC.values, 7 + BATCH.c.shape[1], CODEC.values, 8, 1)
    torch.nn.init.zeros_(network.last.weight)
    objective = FlowMatching(CODEC, VelocityGenerator(whitening, network, CODEC.values))
    white = BATCH._replace(x=normal(*BATCH.x.shape))
    # mean square of pi/2 (cos x1 - sin x0), of some 2,000 pairs
    loss = float(objective.loss("generator", white, Stream(0)).detach())
    assert loss == pytest.approx((math.pi / 2) ** 2, rel=0.1)


def test_flow_matching_finds_two_spots():
    class Spots(torch.nn.Module):
        def redraw(self, x, conditions, rng):
            return x

    sign = torch.where(normal(512, 1) > 0, 1.0, -1.0)
    x, c = sign + 0.1 * normal(512, 1, seed=1), torch.zeros(512, 1)
    torch.manual_seed(0)
    flow = VelocityGenerator(Whitening.fit(x, c), ResidualMLP(1, 8, 1, 32, 1), 1, 16)
    objective = FlowMatching(Spots(), flow)
    optimizer = torch.optim.Adam(flow.parameters(), 5e-3)
    for step in range(300):
        loss = objective.loss("generator", BATCH._replace(x=x, c=c), Stream(step))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    made = flow(normal(500, 1, seed=2), torch.zeros(500, 1)).detach().abs()
    assert float(((made - 1).abs() < 0.35).float().mean()) > 0.9


# what runs them


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["CouplingFlow", "CouplingFlow, splines", "StagedGenerator", "VelocityGenerator"]
)
def test_flows_run_on_the_engine_that_ships(name):
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        surrogate = Surrogate(CODEC, GENERATORS[name](CODEC), {})
    conditions = EVENTS.conditions[:20]
    wanted = surrogate.sample(conditions, seed=1)
    made = surrogate.sample(conditions, seed=1, engine="onnxruntime")
    assert parity(wanted.readouts, made.readouts).reason(exact=True) == ""
