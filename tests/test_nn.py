"""Layers against slow loops, PyTorch's own layers and cases worked by hand."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import gradcheck, gradgradcheck
from torch.nn import functional

from cloudburst.errors import ShapeError, SpecError
from cloudburst.nn import (
    MLP,
    BatchNormCells,
    Convolution2d,
    LocallyConnected2d,
    MinibatchDiscrimination,
    Patches,
    make_activation,
    same_padding,
)
from cloudburst.spec import build, describe


def images(shape, channels, n, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, channels, n, generator=rng, dtype=torch.float64)


def randomised(layer, seed=0):
    rng = torch.Generator().manual_seed(seed)
    for weight in layer.double().parameters():
        nn.init.normal_(weight, generator=rng)
    return layer


def usual(x):
    """Cells-first images as (N, C, H, W)."""
    return x.permute(3, 2, 0, 1)


def locally_connected(layer, x, channels, kernel, stride):
    """The layer's definition, one position, filter and event at a time."""
    rows, columns = layer.shape
    weight = layer.weight.view(rows, columns, layer.filters, *kernel, channels)
    y = torch.zeros(rows, columns, layer.filters, x.shape[3], dtype=x.dtype)
    for r in range(rows):
        for c in range(columns):
            top, left = r * stride[0], c * stride[1]
            patch = x[top : top + kernel[0], left : left + kernel[1]]
            for f in range(layer.filters):
                for n in range(x.shape[3]):
                    y[r, c, f, n] = (weight[r, c, f] * patch[..., n]).sum()
    return y if layer.bias is None else y + layer.bias.view(rows, columns, -1, 1)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("shape", "kernel", "stride"),
    [((4, 5), (2, 2), (1, 1)), ((5, 7), (3, 3), (1, 2)), ((3, 6), (3, 2), (2, 3))],
)
def test_locally_connected_follows_its_definition(shape, kernel, stride, bias):
    layer = randomised(LocallyConnected2d(shape, 3, 2, kernel, stride, bias=bias))
    x = images(shape, 3, 4)
    expected = locally_connected(layer, x, 3, kernel, stride)
    torch.testing.assert_close(layer(x), expected, rtol=1e-12, atol=1e-12)


def test_locally_connected_pads_with_zeros():
    layer = randomised(LocallyConnected2d((2, 3), 1, 2, (2, 2), padding=(1, 0, 2, 1)))
    x = images((2, 3), 1, 2)
    padded = torch.zeros(5, 4, 1, 2, dtype=torch.float64)
    padded[2:4, 1:] = x
    assert layer.shape == (4, 3)
    expected = locally_connected(layer, padded, 1, (2, 2), (1, 1))
    torch.testing.assert_close(layer(x), expected, rtol=1e-12, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(st.integers(3, 7), st.integers(3, 7)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    frame=st.integers(0, 1),
    channels=st.integers(1, 3),
)
def test_locally_connected_with_one_kernel_is_a_convolution(
    shape, kernel, stride, frame, channels
):
    layer = randomised(LocallyConnected2d(shape, channels, 2, kernel, stride, (frame,) * 4))
    weight = layer.weight[:1].detach()
    layer.weight.data[:] = weight
    layer.bias.data[:] = layer.bias.data[:1].clone()
    x = images(shape, channels, 3)
    expected = functional.conv2d(
        usual(x),
        weight.view(2, *kernel, channels).permute(0, 3, 1, 2),
        layer.bias[0],
        stride,
        padding=frame,
    )
    torch.testing.assert_close(usual(layer(x)), expected, rtol=1e-12, atol=1e-12)


def test_locally_connected_gradients():
    layer = randomised(LocallyConnected2d((3, 4), 2, 2, (2, 2), (1, 2), (1, 1, 0, 1)))
    inputs = (images((3, 4), 2, 2).requires_grad_(), layer.weight, layer.bias)

    def function(x, weight, bias):
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)

    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)


def test_locally_connected_counts_every_position_as_a_fan():
    torch.manual_seed(0)
    layer = LocallyConnected2d((21, 21), 4, 5, (2, 2))
    assert layer.kernel.shape == (5, 16, 400)
    limit = math.sqrt(6 / ((16 + 5) * 400))
    assert 0.99 * limit < layer.weight.abs().max() <= limit
    nn.init.constant_(layer.kernel, 3.0)
    assert torch.all(layer.weight == 3)
    assert not layer.bias.any()


@pytest.mark.parametrize("shape", [(4, 5, 1, 2), (4, 4, 2, 2), (4, 5, 2)])
def test_images_of_another_shape_are_refused(shape):
    layer = LocallyConnected2d((4, 5), 2, 1, (2, 2))
    with pytest.raises(ShapeError, match=r"expected an image of shape \(4, 5, 2, N\), got"):
        layer(torch.zeros(shape))


def test_a_kernel_larger_than_its_image_is_refused():
    with pytest.raises(SpecError, match=r"kernel of \(2, 5\) does not fit into \(3, 4\)"):
        Patches((3, 4), 1, (2, 5))
    assert Patches((3, 4), 1, (2, 5), padding=(0, 1, 0, 0)).shape == (2, 1)


def test_patches_are_ordered_by_row_column_channel():
    x = torch.arange(12.0).view(2, 3, 2, 1)
    patches = Patches((2, 3), 2, (2, 2))(x)
    assert patches[..., 0].tolist() == [
        [0, 1, 2, 3, 6, 7, 8, 9],
        [2, 3, 4, 5, 8, 9, 10, 11],
    ]


def test_same_padding_of_an_even_kernel_is_at_the_end():
    layer = Convolution2d((2, 2), 1, 1, (2, 2), same_padding((2, 2)))
    nn.init.ones_(layer.weight)
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).view(2, 2, 1, 1)
    assert layer(x).view(2, 2).tolist() == [[10, 6], [7, 4]]
    padded = nn.ZeroPad2d(same_padding((2, 2)))(usual(x))
    assert padded[0, 0].tolist() == [[1, 2, 0], [3, 4, 0], [0, 0, 0]]


@pytest.mark.parametrize("kernel", [(1, 1), (2, 3), (4, 5)])
def test_same_padding_keeps_the_shape(kernel):
    assert Convolution2d((6, 7), 1, 2, kernel, same_padding(kernel)).shape == (6, 7)


def test_convolution_equals_pytorchs():
    layer = randomised(Convolution2d((4, 6), 3, 5, (2, 3), (1, 0, 2, 1)))
    x = images((4, 6), 3, 2)
    weight = layer.weight.view(5, 2, 3, 3).permute(0, 3, 1, 2)
    expected = functional.conv2d(nn.ZeroPad2d((1, 0, 2, 1))(usual(x)), weight, layer.bias)
    torch.testing.assert_close(usual(layer(x)), expected, rtol=1e-12, atol=1e-12)


def test_convolution_starts_as_pytorchs_glorot_uniform():
    torch.manual_seed(0)
    layer = Convolution2d((5, 5), 16, 64, (2, 2))
    limit = math.sqrt(6 / (4 * (16 + 64)))
    assert 0.99 * limit < layer.weight.abs().max() <= limit


def test_batch_norm_of_cells_equals_pytorchs():
    ours = BatchNormCells(3, eps=1e-3, momentum=0.01).double()
    theirs = nn.BatchNorm2d(3, eps=1e-3, momentum=0.01).double()
    x = images((4, 5), 3, 6) * 2 + 1
    for _ in range(2):
        torch.testing.assert_close(usual(ours(x)), theirs(usual(x)))
    torch.testing.assert_close(ours.norm.running_var, theirs.running_var)
    torch.testing.assert_close(usual(ours.eval()(x)), theirs.eval()(usual(x)))


def test_minibatch_discrimination_by_hand():
    layer = MinibatchDiscrimination(1, features=2, dimensions=2)
    # feature 0 projects on (x, 0), feature 1 on (x, -2x): distances |dx| and 3 |dx|
    layer.weight.data = torch.tensor([[[1.0], [1.0]], [[0.0], [-2.0]]])
    closeness = layer(torch.tensor([[0.0], [1.0], [3.0]]))
    e = math.exp
    expected = [
        [1 + e(-1) + e(-3), 1 + e(-3) + e(-9)],
        [1 + e(-1) + e(-2), 1 + e(-3) + e(-6)],
        [1 + e(-2) + e(-3), 1 + e(-6) + e(-9)],
    ]
    torch.testing.assert_close(closeness, torch.tensor(expected))


def test_minibatch_discrimination_counts_equal_events():
    layer = MinibatchDiscrimination(4, features=3)
    closeness = layer(torch.ones(7, 4))
    torch.testing.assert_close(closeness, torch.full((7, 3), 7.0))
    assert torch.equal(layer(torch.ones(1, 4)), torch.ones(1, 3))


def test_minibatch_discrimination_ignores_its_bias_and_the_order():
    layer = randomised(MinibatchDiscrimination(4, features=3, dimensions=5))
    x = images((1, 1), 4, 6)[0, 0].T
    closeness = layer(x)
    nn.init.zeros_(layer.bias)
    torch.testing.assert_close(layer(x), closeness)
    torch.testing.assert_close(layer(x.flip(0)), closeness.flip(0))


def test_minibatch_discrimination_gradients():
    layer = randomised(MinibatchDiscrimination(2, features=2, dimensions=2))
    x = images((1, 1), 2, 3)[0, 0].T.contiguous().requires_grad_()
    assert gradcheck(layer, (x,))
    assert gradgradcheck(layer, (x,))


def test_mlp_joins_its_inputs():
    network = MLP(5, 2, hidden=(4,), activation="tanh", norm=True)
    x, c = torch.randn(3, 4), torch.randn(3, 1)
    assert network(x, c).shape == (3, 2)
    torch.testing.assert_close(network(x, c), network.layers(torch.cat([x, c], 1)))


def test_mlp_without_hidden_layers_is_linear():
    network = MLP(3, 2, hidden=())
    (linear,) = network.layers
    x = torch.randn(4, 3)
    torch.testing.assert_close(network(x), x @ linear.weight.T + linear.bias)


def test_mlp_is_rebuilt_from_its_description():
    network = MLP(3, 2, hidden=(4, 5), activation="gelu", dropout=0.1)
    twin = build(describe(network), MLP)
    twin.load_state_dict(network.state_dict())
    x = torch.randn(4, 3)
    assert torch.equal(twin.eval()(x), network.eval()(x))


def test_unknown_activation_names_the_nearest():
    with pytest.raises(SpecError, match="unknown activation 'rellu'; did you mean 'relu'"):
        make_activation("rellu")
