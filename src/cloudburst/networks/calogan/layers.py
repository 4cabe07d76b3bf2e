"""What the generator and the critic share: settings, and checks of what they are made for."""

from __future__ import annotations

__all__ = ["EPS", "LEAK", "MOMENTUM", "check_values", "further_features"]

from ...codec import Codec
from ...errors import SpecError
from .features import CaloGANFeatures
from .grids import SIZES

# the defaults of Keras, with which the published networks were trained
LEAK: float = 0.3
EPS: float = 1e-3
MOMENTUM: float = 0.01


def check_values(codec: Codec) -> None:
    """Raises SpecError if a codec's values cannot be the cells of the three layers."""
    if codec.values != sum(SIZES):
        raise SpecError(
            f"CaloGAN's networks have {sum(SIZES)} values, the cells of its three layers, but "
            f"the codec has {codec.values}: learn layer_0, layer_1 and layer_2 alone, cell by cell"
        )


def further_features(codec: Codec, classes: int) -> int:
    """How many features a codec has besides the energy and, of several, the particle.

    Raises:
        SpecError: Its detector has another number of particles, or there is no feature for them,
            or the features besides are not those of CaloGANFeatures.
    """
    particles = [len(c.categories or ()) for c in codec.detector.conditions if c.categories]
    further = codec.features.size - (2 if classes > 1 else 1)
    if max(particles, default=1) != classes or further < 0:
        raise SpecError(
            f"the networks are for {classes} particles, but the conditions are of "
            f"{max(particles, default=1)}, in {codec.features.size} features: "
            f"give classes = {max(particles, default=1)}"
        )
    if further and not isinstance(codec.features, CaloGANFeatures):
        raise SpecError(
            "the networks are told of more than energy and particle by the features "
            "'cloudburst.networks:CaloGANFeatures' alone: give codec.features that class"
        )
    return further
