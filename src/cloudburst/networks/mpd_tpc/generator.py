"""The generator: a perceptron whose output activation knows the threshold."""

from __future__ import annotations

__all__ = ["MPDTPCGenerator"]

from torch import Tensor, nn

from ...codec import Codec
from ...generators.base import Generator
from ...nn import MLP
from .window import SIZE, check_values, initialise

_HIDDEN = (32, 64, 64, 64)


class MPDTPCGenerator(Generator):
    """x = output(network(features, noise)).

    Args:
        features: The number of features; 5 and 7 were published.
        output: The activation of the output, such as `FixedKink`.
        latent: Size of the noise.
    """

    def __init__(self, features: int, output: nn.Module, latent: int = 32) -> None:
        super().__init__()
        self.network = MLP(features + latent, SIZE, _HIDDEN, "elu")
        self.output = output
        self.noise_shape = (latent,)
        initialise(self.network)

    @classmethod
    def for_codec(cls, codec: Codec, output: nn.Module, latent: int = 32) -> MPDTPCGenerator:
        """The generator for a codec's features, if its values are those of the window."""
        check_values(codec)
        return cls(codec.features.size, output, latent)

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        x: Tensor = self.output(self.network(c, z))
        return x
