"""What the generator and the critic share: jet images of 25 x 25 pixels of one of two processes.

Network values are the pixels, flat; features are the index of the process alone.
"""

from __future__ import annotations

__all__ = ["CLASSES", "EPS", "LEAK", "MOMENTUM", "PIXELS", "check_pixels"]

from ...codec import Codec
from ...detectors import JET_IMAGE
from ...errors import SpecError

PIXELS: int = JET_IMAGE.readout("image").size
CLASSES: int = len(JET_IMAGE.conditions[0].categories or ())

# the defaults of Keras, with which the published networks were trained
LEAK: float = 0.3
EPS: float = 1e-3
MOMENTUM: float = 0.01


def check_pixels(codec: Codec) -> None:
    """Raises SpecError if a codec's values cannot be the pixels of a jet of one process."""
    if (codec.values, codec.features.size) != (PIXELS, 1):
        raise SpecError(
            f"LAGAN's networks have {PIXELS} values, the pixels of one image, and 1 feature, the "
            f"process, but the codec has {codec.values} and {codec.features.size}: learn 'image' "
            "alone, pixel by pixel, with PhysicalFeatures"
        )
