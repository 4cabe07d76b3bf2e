"""Norms of layers against NumPy's singular values and explicit matrices of convolutions."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from cloudburst.errors import SpecError
from cloudburst.lipschitz import ConvolutionNorm, ExactNorm, Lanczos, PowerIteration
from cloudburst.spec import build, describe

SHAPES = [(7, 5), (5, 7), (1, 6), (6, 1), (4, 3, 3, 3), (2, 5, 2, 2)]
NORMS = [PowerIteration(1), PowerIteration(2), PowerIteration(5), Lanczos(2), ExactNorm()]


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def spectral(weight):
    return np.linalg.svd(weight.flatten(1).double().numpy(), compute_uv=False)[0]


def start(weight, columns=1, seed=1):
    direction = drawn(weight[0].numel(), columns, seed=seed)
    return direction / direction.norm()


def sigma(weight, direction):
    return (weight.flatten(1) @ direction).norm()


def as_matrix(weight, shape, padding, circular=False):
    """The explicit matrix of a convolution of images of this shape."""
    rows, columns = shape
    inputs = weight.shape[1] * rows * columns
    image = torch.eye(inputs).reshape(inputs, weight.shape[1], rows, columns)
    image = functional.pad(image, padding, mode="circular" if circular else "constant")
    return functional.conv2d(image, weight).flatten(1).T.double().numpy()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("norm", NORMS, ids=lambda n: f"{type(n).__name__} {vars(n)}")
def test_norms_reach_the_largest_singular_value_from_below(norm, shape):
    weight = drawn(*shape)
    direction, wanted = start(weight), spectral(weight)
    found = []
    for _ in range(200):
        direction = norm.improve(weight, direction)
        found.append(sigma(weight, direction).item())
    assert direction.norm().item() == pytest.approx(1, rel=1e-5)
    assert max(found) <= wanted * (1 + 1e-5)
    assert (np.diff(found) >= -1e-5 * wanted).all()
    assert found[-1] == pytest.approx(wanted, rel=1e-4)


def test_the_first_direction_is_good_at_once():
    for seed in range(5):
        weight = drawn(16, 12, seed=seed)
        torch.manual_seed(seed)
        for norm in NORMS:
            assert sigma(weight, norm.begin(weight)) == pytest.approx(spectral(weight), rel=0.1)


# by hand: A = W^T W = diag(9, 4); v = (1, 1) becomes (9, 4) and then (81, 16)
@pytest.mark.parametrize(("steps", "wanted"), [(1, (9, 4)), (2, (81, 16))])
def test_a_power_iteration_by_hand(steps, wanted):
    weight = torch.diag(torch.tensor([3.0, 2.0]))
    direction = PowerIteration(steps).improve(weight, torch.full((2, 1), 0.5**0.5))
    wanted = torch.tensor(wanted) / np.hypot(*wanted)
    torch.testing.assert_close(direction[:, 0], wanted.float())


@given(st.integers(0, 1000), st.integers(1, 5), st.integers(2, 9), st.integers(2, 9))
def test_lanczos_is_no_worse_than_as_many_power_steps(seed, steps, rows, columns):
    weight = drawn(rows, columns, seed=seed)
    first = start(weight, seed=seed + 1)
    power, lanczos = (kind(steps).improve(weight, first) for kind in (PowerIteration, Lanczos))
    assert sigma(weight, lanczos) >= sigma(weight, power) * (1 - 1e-5)
    assert sigma(weight, lanczos) <= spectral(weight) * (1 + 1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_lanczos_over_the_whole_space_is_exact(shape):
    weight = drawn(*shape)
    direction = Lanczos(weight[0].numel()).improve(weight, start(weight))
    assert sigma(weight, direction).item() == pytest.approx(spectral(weight), rel=1e-4)


@pytest.mark.parametrize("norm", [*NORMS, ConvolutionNorm([6, 6])], ids=lambda n: type(n).__name__)
@pytest.mark.parametrize("weight", [torch.zeros(3, 2), torch.eye(3), torch.ones(2, 3, 3, 3)])
def test_degenerate_layers_give_finite_directions(norm, weight):
    direction = norm.improve(weight, start(weight, norm.columns))
    assert direction.isfinite().all()
    assert direction.shape == (weight[0].numel(), norm.columns)


def test_the_gradient_is_that_of_the_singular_value():
    weight = drawn(5, 4).requires_grad_()
    direction = ExactNorm().improve(weight.detach(), start(weight.detach()))
    (slope,) = torch.autograd.grad(sigma(weight, direction), weight)
    moved, step = weight.detach().double(), 1e-5
    for index in [(0, 0), (2, 3), (4, 1)]:
        ends = []
        for sign in (1, -1):
            near = moved.clone()
            near[index] += sign * step
            ends.append(np.linalg.svd(near.numpy(), compute_uv=False)[0])
        assert slope[index].item() == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-4)


def convolution_sigma(weight, torus):
    norm = ConvolutionNorm(torus)
    return sigma(weight, norm.improve(weight, start(weight, 2))).item()


def test_a_kernel_of_ones_by_hand():
    """Nine ones: 3 as a matrix, but a constant image becomes nine times as bright."""
    ones = torch.ones(1, 1, 3, 3)
    assert spectral(ones) == pytest.approx(3)
    assert convolution_sigma(ones, [8, 8]) == pytest.approx(9, rel=1e-5)


@pytest.mark.parametrize("torus", [(5, 6), (4, 7), (6, 3)])
@pytest.mark.parametrize(("outputs", "inputs", "kernel"), [(3, 2, 3), (2, 4, 3), (3, 3, 2)])
def test_convolutions_on_a_torus_are_exact(torus, outputs, inputs, kernel):
    weight = drawn(outputs, inputs, kernel, kernel, seed=kernel)
    matrix = as_matrix(weight, torus, (0, kernel - 1, 0, kernel - 1), circular=True)
    wanted = np.linalg.svd(matrix, compute_uv=False)[0]
    assert convolution_sigma(weight, torus) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("shape", [(4, 6), (5, 3)])
def test_convolutions_with_zeros_around_are_bounded(shape, padding):
    for seed in range(4):
        weight = drawn(3, 2, 3, 3, seed=seed)
        matrix = as_matrix(weight, shape, (padding,) * 4)
        norm = np.linalg.svd(matrix, compute_uv=False)[0]
        bound = convolution_sigma(weight, (shape[0] + 2, shape[1] + 2))
        assert norm <= bound * (1 + 1e-5)
        # and not by much more than the border makes out
        assert padding == 0 or bound < 1.6 * norm


def test_dense_layers_keep_their_norm_on_a_torus():
    weight = drawn(5, 4)
    assert convolution_sigma(weight, [8, 16]) == pytest.approx(spectral(weight), rel=1e-5)


@pytest.mark.parametrize("norm", [*NORMS, ConvolutionNorm([10, 18])])
def test_norms_are_described(norm):
    twin = build(describe(norm), type(norm))
    assert describe(twin) == describe(norm)


def test_norms_that_make_no_sense():
    for kind in (PowerIteration, Lanczos):
        with pytest.raises(SpecError, match="needs steps >= 1, got 0"):
            kind(0)
    for torus in ([8], [0, 8]):
        with pytest.raises(SpecError, match="a torus has rows and columns"):
            ConvolutionNorm(torus)
