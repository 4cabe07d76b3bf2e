r"""Locally connected layers: convolutions whose weights differ from place to place.

$$ y_{p f n} = b_{p f} + \sum_k W_{p f k}\, x_{p k n} $$

with position p, filter f, event n and k over the cells and channels under the kernel.

Values are *cells first* here, with shape (H, W, C, N): rows, columns, channels, events. Every
position is then one product of matrices, (F, K) by (K, N), on memory as it lies, and patches
are gathered in runs of C * N numbers: several times faster, forward and backward, than
unfolding (N, C, H, W). Padding is (left, right, top, bottom), as in `torch.nn.ZeroPad2d`.
"""

from __future__ import annotations

__all__ = ["BatchNormCells", "Convolution2d", "LocallyConnected2d", "Patches", "same_padding"]

import math
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..errors import ShapeError, SpecError

Pair: TypeAlias = tuple[int, int]
Padding: TypeAlias = tuple[int, int, int, int]


def same_padding(kernel: Pair) -> Padding:
    """The padding that keeps an image's shape; an even kernel has its extra cell at the end.

    >>> same_padding((3, 3)), same_padding((2, 2))
    ((1, 1, 1, 1), (0, 1, 0, 1))
    """
    rows, columns = kernel
    return (columns - 1) // 2, columns // 2, (rows - 1) // 2, rows // 2


class Patches(nn.Module):
    """Gathers what lies under a kernel at each of its positions.

    Args:
        shape: Rows and columns of the image.
        channels: Channels of the image.
        kernel: Rows and columns of the kernel.
        stride: Steps of the kernel along rows and columns.
        padding: Cells of zero added left, right, above and below.

    Attributes:
        shape: Rows and columns of positions.
        size: Values in a patch, ordered by row, column, channel.

    Raises:
        SpecError: The kernel does not fit into the padded image.
    """

    cells: Tensor

    def __init__(
        self,
        shape: Pair,
        channels: int,
        kernel: Pair,
        stride: Pair = (1, 1),
        padding: Padding = (0, 0, 0, 0),
    ) -> None:
        super().__init__()
        left, right, top, bottom = padding
        rows, columns = shape[0] + top + bottom, shape[1] + left + right
        if kernel[0] > rows or kernel[1] > columns:
            raise SpecError(f"a kernel of {kernel} does not fit into {(rows, columns)} cells")
        grid = torch.arange(rows * columns).view(rows, columns)
        windows = grid.unfold(0, kernel[0], stride[0]).unfold(1, kernel[1], stride[1])
        self.image = (*shape, channels)
        self.shape: Pair = (windows.shape[0], windows.shape[1])
        self.size = channels * math.prod(kernel)
        self.padding = padding
        self.register_buffer("cells", windows.flatten(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Maps images of shape (H, W, C, N) to patches of shape (positions, size, N).

        Raises:
            ShapeError: H, W or C is not what the layer was built for.
        """
        if x.ndim != 4 or x.shape[:3] != self.image:
            want = ", ".join(str(n) for n in self.image)
            raise ShapeError(f"expected an image of shape ({want}, N), got {tuple(x.shape)}")
        padded = functional.pad(x, (0, 0, 0, 0, *self.padding)).flatten(0, 1)
        gathered = padded.contiguous().index_select(0, self.cells)
        return gathered.reshape(math.prod(self.shape), self.size, x.shape[3])


class LocallyConnected2d(nn.Module):
    """A convolution with weights and biases of its own at every position.

    Weights start as Glorot and Bengio's uniform, https://proceedings.mlr.press/v9/glorot10a.html.

    Args:
        shape: Rows and columns of the image.
        channels: Channels of the image.
        filters: Channels of the result.
        kernel: Rows and columns of the kernel.
        stride: Steps of the kernel along rows and columns.
        padding: Cells of zero added left, right, above and below.
        bias: Whether a bias is added.

    Attributes:
        shape: Rows and columns of the result.
        filters: Channels of the result.
        weight: With shape (positions, filters, kernel rows * kernel columns * channels).
        bias: With shape (positions, filters), or None.
    """

    def __init__(
        self,
        shape: Pair,
        channels: int,
        filters: int,
        kernel: Pair,
        stride: Pair = (1, 1),
        padding: Padding = (0, 0, 0, 0),
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.patches = Patches(shape, channels, kernel, stride, padding)
        self.shape, self.filters = self.patches.shape, filters
        positions = math.prod(self.shape)
        self.weight = nn.Parameter(torch.empty(positions, filters, self.patches.size))
        self.bias = nn.Parameter(torch.zeros(positions, filters)) if bias else None
        nn.init.xavier_uniform_(self.kernel)

    @property
    def kernel(self) -> Tensor:
        """The weights as (filters, K, positions), for the initialisers of `torch.nn.init`.

        They then count every position's inputs and outputs as a layer's fans. So does Keras,
        with which the published networks of this kind were trained: outputs start small.
        """
        return self.weight.detach().permute(1, 2, 0)

    def forward(self, x: Tensor) -> Tensor:
        """Maps images of shape (H, W, C, N) to (h, w, filters, N)."""
        patches = self.patches(x)
        if self.bias is None:
            y = torch.bmm(self.weight, patches)
        else:
            y = torch.baddbmm(self.bias.unsqueeze(2), self.weight, patches)
        return y.view(*self.shape, *y.shape[1:])


class Convolution2d(nn.Module):
    """A convolution of cells-first images, for few channels in and many out.

    Args:
        shape: Rows and columns of the image.
        channels: Channels of the image.
        filters: Channels of the result.
        kernel: Rows and columns of the kernel.
        padding: Cells of zero added left, right, above and below.

    Attributes:
        shape: Rows and columns of the result.
        weight: With shape (filters, kernel rows * kernel columns, channels).
        bias: With shape (filters,).
    """

    def __init__(
        self,
        shape: Pair,
        channels: int,
        filters: int,
        kernel: Pair,
        padding: Padding = (0, 0, 0, 0),
    ) -> None:
        super().__init__()
        self.patches = Patches(shape, channels, kernel, padding=padding)
        self.shape = self.patches.shape
        self.weight = nn.Parameter(torch.empty(filters, math.prod(kernel), channels))
        self.bias = nn.Parameter(torch.zeros(filters))
        nn.init.xavier_uniform_(self.weight.detach().permute(0, 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Maps images of shape (H, W, C, N) to (h, w, filters, N)."""
        patches = self.patches(x)
        weight = self.weight.flatten(1).expand(len(patches), -1, -1)
        y = torch.bmm(weight, patches) + self.bias.unsqueeze(1)
        return y.view(*self.shape, *y.shape[1:])


class BatchNormCells(nn.Module):
    """Batch normalisation of the channels of cells-first images.

    Ioffe and Szegedy, https://arxiv.org/abs/1502.03167.

    Args:
        channels: Channels of the image.
        eps: What is added to the variance.
        momentum: Weight of a new batch in the running statistics.
    """

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(channels, eps, momentum)

    def forward(self, x: Tensor) -> Tensor:
        """Maps images of shape (H, W, C, N) to the same shape."""
        # BatchNorm1d averages over the first and last axis: here cells and events
        normed: Tensor = self.norm(x.flatten(0, 1))
        return normed.view_as(x)
