"""The interface of a generator."""

from __future__ import annotations

__all__ = ["Generator"]

import abc

from torch import Tensor, nn

from ..codec import Batch, Codec
from ..spec import Component
from ..streams import Stream


class Generator(Component, nn.Module, abc.ABC):
    """A deterministic map from noise z and features c to network values.

    All randomness is in z, so that samples can be repeated and the map exported. A generator
    whose sizes depend on the codec has a classmethod `for_codec(codec, **options)`.

    Attributes:
        noise_shape: Shape of the noise of one event.
    """

    noise_shape: tuple[int, ...]

    @abc.abstractmethod
    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        """Network values for noise and features.

        Args:
            z: Standard normal noise, with shape (N, *noise_shape).
            c: Features, with shape (N, F).

        Returns:
            Network values, with shape (N, D).
        """

    def finish(self, codec: Codec, batch: Batch, rng: Stream) -> None:
        """What is put right once training is done; nothing unless overridden.

        Args:
            codec: What encoded the events.
            batch: The events it was trained on.
            rng: Of the noise that is needed.
        """
