r"""CaloGAN's critic: each layer's image, sparsity and energy, of the event and of its batch.

$$ D = V \cdot \bigl(f_0, f_1, f_2,\ E_l/10,\ E/100,\ |E - E_\mathrm{req}|,\
   10\,[\,|E - E_\mathrm{req}| > 5\,],\ \tanh o(E_l)\bigr) + b $$

with all energies in GeV, E_l the sum of layer l, E the sum of all and f_l the features of an
image: those of its locally connected layers and its sparsity, each with minibatch
discrimination o of its own. The vector has 1863 numbers. Where impact point and direction vary,
18 follow that say how far each layer's shower stands from where the particle crosses it.
"""

from __future__ import annotations

__all__ = ["CaloGANCritic", "LayerFeatures", "energy_features"]

import math

import torch
from torch import Tensor, nn

from ...codec import Codec
from ...critics import Critic
from ...nn import (
    BatchNormCells,
    Convolution2d,
    LocallyConnected2d,
    MinibatchDiscrimination,
    same_padding,
)
from .grids import SHAPES, SIZES
from .layers import EPS, LEAK, MOMENTUM, check_values, further_features
from .pointing import CROSSINGS, pointing_features

_FRAME = (1, 1, 1, 1)


def energy_features(layers: Tensor, requested: Tensor) -> Tensor:
    """What the critic is told of the energies.

    Args:
        layers: Energy of each layer, in GeV, with shape (N, L).
        requested: Incident energy, in GeV, with shape (N, 1).

    Returns:
        With shape (N, L + 3): the layers' energies / 10, their sum / 100, how far the sum is
        from the incident energy, and 10 if that is more than 5 GeV, else 0.
    """
    total = layers.sum(1, keepdim=True)
    gap = (total - requested).abs()
    return torch.cat([layers / 10, total / 100, gap, 10 * (gap > 5).to(gap.dtype)], dim=1)


class LayerFeatures(nn.Module):
    """What the critic sees of one layer.

    Args:
        shape: Rows and columns of the layer.

    Attributes:
        size: The number of features.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        super().__init__()
        self.shape = shape
        convolution = Convolution2d(shape, 1, 64, (2, 2), same_padding((2, 2)))
        first = LocallyConnected2d(shape, 64, 16, (3, 3), (1, 2), _FRAME)
        second = LocallyConnected2d(first.shape, 16, 8, (2, 2), (1, 1), _FRAME)
        third = LocallyConnected2d(second.shape, 8, 8, (2, 2), (1, 2), _FRAME)
        layers: list[nn.Module] = [convolution, nn.LeakyReLU(LEAK)]
        for local in (first, second, third):
            layers += [local, nn.LeakyReLU(LEAK), BatchNormCells(local.filters, EPS, MOMENTUM)]
        self.image = nn.Sequential(*layers, nn.Flatten(0, 2))
        width = math.prod(third.shape) * third.filters
        self.image_batch = MinibatchDiscrimination(width)
        self.sparsity_batch = MinibatchDiscrimination(1)
        self.size = width + 21

    def forward(self, x: Tensor) -> Tensor:
        """Maps cells, in GeV, with shape (N, rows * columns), to features (N, size)."""
        image = self.image(x.T.reshape(*self.shape, 1, len(x))).T
        sparsity = (x > 0).to(x.dtype).mean(1, keepdim=True)
        near = self.image_batch(image).tanh()
        return torch.cat([image, near, sparsity, self.sparsity_batch(sparsity).tanh()], dim=1)


class CaloGANCritic(Critic):
    """The discriminator of CaloGAN, for one particle or several.

    Features are the incident energy, in GeV, and whatever the generator needs besides. With
    several particles (an auxiliary classifier, Odena et al., https://arxiv.org/abs/1610.09585)
    a logit for each particle follows the score.

    A batch must be all real or all generated: batch normalisation and minibatch discrimination
    would give away a mixed one.

    Args:
        classes: The number of particles.
        further: The number of features besides energy and particle, of which the first six say
            where the particle crosses the layers; 0 or those of `CaloGANFeatures`.
    """

    per_event = False

    def __init__(self, classes: int = 1, further: int = 0) -> None:
        super().__init__()
        self.further = further
        self.layers = nn.ModuleList(LayerFeatures(shape) for shape in SHAPES)
        self.energy_batch = MinibatchDiscrimination(len(SHAPES))
        width = sum(layer.size for layer in self.layers) + len(SHAPES) + 3 + 10
        width += 3 * CROSSINGS if further else 0
        self.head = nn.Linear(width, 1 + classes if classes > 1 else 1)
        nn.init.xavier_uniform_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    @classmethod
    def for_codec(cls, codec: Codec, classes: int = 1) -> CaloGANCritic:
        """The critic, after a check that the codec's values are the cells of its layers."""
        check_values(codec)
        return cls(classes, further_features(codec, classes))

    def vector(self, x: Tensor, c: Tensor) -> Tensor:
        """All that is weighed for the score: (N, 1863), or (N, 1881) if places are told."""
        parts = x.split(SIZES, dim=1)
        features = [layer(part) for layer, part in zip(self.layers, parts, strict=True)]
        energies = torch.stack([part.sum(1) for part in parts], dim=1)
        near = self.energy_batch(energies).tanh()
        found = [*features, energy_features(energies, c[:, :1]), near]
        if self.further:
            place = c[:, -self.further :][:, :CROSSINGS].unflatten(1, (-1, 2))
            found.append(pointing_features(x, place))
        return torch.cat(found, dim=1)

    def forward(self, x: Tensor, c: Tensor) -> Tensor:
        scores: Tensor = self.head(self.vector(x, c))
        return scores
