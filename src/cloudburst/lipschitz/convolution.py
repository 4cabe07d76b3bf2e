r"""The norm of a convolution as the linear map of images that it is.

On a torus of R x C pixels a convolution with stride one has the singular values of all the
matrices

$$ \hat W(f) = \sum_k W_k\, e^{-2\pi i\, (f_1 k_1 / R + f_2 k_2 / C)} , $$

one for each frequency f. A convolution of r x c pixels with zeros around them is part of one on
any torus of at least r + k - 1 by c + k - 1 pixels, k the kernel's size and padding at most
k - 1, so that its norm is no larger. It may be up to k times as large as that of the weight as a
matrix, which most implementations take instead.
"""

from __future__ import annotations

__all__ = ["ConvolutionNorm"]

from collections.abc import Sequence

import torch
from torch import Tensor

from ..errors import SpecError
from .base import Norm


class ConvolutionNorm(Norm):
    """The norm of each convolution on a torus; for dense layers, the exact spectral norm.

    Sedghi et al., https://arxiv.org/abs/1805.10408.

    Args:
        torus: Rows and columns of the torus; image plus kernel minus one for a bound.
    """

    columns = 2
    settling = 1

    def __init__(self, torus: Sequence[int]) -> None:
        if len(torus) != 2 or min(torus) < 1:
            raise SpecError(f"a torus has rows and columns, both >= 1, got {list(torus)}")
        self.torus = tuple(torus)

    def improve(self, weight: Tensor, direction: Tensor) -> Tensor:
        kernel = weight if weight.ndim == 4 else weight[..., None, None]
        waves = self._waves(kernel)
        matrices = torch.einsum("oikl,fkl->foi", kernel.to(waves.dtype), waves)
        # eigenvalues of small Gram matrices cost far less than singular values
        largest = torch.linalg.eigvalsh(_gram(matrices))[:, -1].argmax()
        leading = torch.linalg.svd(matrices[largest], full_matrices=False).Vh[0].conj()
        wave = leading[:, None, None] * waves[largest]
        return torch.view_as_real(wave.flatten())

    def _waves(self, kernel: Tensor) -> Tensor:
        """Every frequency's factors on the kernel's cells, (F, *kernel); half of them suffice."""
        rows, columns = self.torus
        sizes = zip((rows, columns // 2 + 1), self.torus, kernel.shape[2:], strict=True)
        angles = [_angles(n, size, k).to(kernel.device) for n, size, k in sizes]
        phase = angles[0][:, None, :, None] + angles[1][None, :, None, :]
        return torch.polar(torch.ones_like(phase), -phase).flatten(0, 1)


def _angles(n: int, size: int, kernel: int) -> Tensor:
    """Angles of the first n frequencies at the kernel's cells; one where all are the same."""
    frequencies = torch.arange(n if kernel > 1 else 1)
    return torch.outer(frequencies, torch.arange(kernel)) * (2 * torch.pi / size)


def _gram(matrices: Tensor) -> Tensor:
    """The smaller of A A^H and A^H A."""
    adjoint = matrices.mH
    wide = matrices.shape[1] < matrices.shape[2]
    return matrices @ adjoint if wide else adjoint @ matrices
