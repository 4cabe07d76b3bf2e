"""From the towers of a jet to its image: translated, rotated, flipped.

The tower of the leading subjet becomes the centre. The second subjet, or the principal axis of
a jet that has only one, is turned to -pi/2, which is along phi, by cubic splines (order 3);
pixels that the splines make negative are zero, and the sum is kept. The half at eta > 0 then is
the heavier one, or the image is mirrored. Cogan, Kagan, Strauss, Schwartzman,
https://arxiv.org/abs/1407.5675; de Oliveira, Paganini, Nachman,
https://arxiv.org/abs/1701.05927.
"""

from __future__ import annotations

__all__ = ["aligned", "rotated"]

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float64]


def aligned(
    intensity: Floats, offsets: NDArray[np.int64], second: Floats | None, side: int
) -> Floats:
    """The image of a jet, with shape (side, side), eta first.

    Args:
        intensity: Transverse momenta of its towers, in any unit, with shape (towers,).
        offsets: Their steps in eta and phi from the tower of the leading subjet, (towers, 2).
        second: Where the second subjet is, in such steps, with shape (2,); None without one.
        side: Pixels along a side, odd.
    """
    # a larger canvas, of which any rotation fills the image
    half = math.ceil((side - 1) / math.sqrt(2)) + 1
    inside = (np.abs(offsets) <= half).all(axis=1)
    canvas = np.zeros((2 * half + 1, 2 * half + 1))
    np.add.at(canvas, tuple(offsets[inside].T + half), intensity[inside])
    direction = _principal(intensity, offsets) if second is None else second
    turned = rotated(canvas, math.atan2(direction[1], direction[0]))
    edge = half - (side - 1) // 2
    image = turned[edge : edge + side, edge : edge + side]
    middle = (side - 1) // 2
    return image if image[middle + 1 :].sum() >= image[:middle].sum() else image[::-1]


def rotated(canvas: Floats, angle: float) -> Floats:
    """A square image about its centre, so that what was at `angle` is at -pi/2; same sum."""
    if abs(angle + math.pi / 2) < 1e-9:
        return canvas
    turn = -math.pi / 2 - angle
    # maps places in the new image to places in the old one
    back = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    middle = np.full(2, (len(canvas) - 1) / 2)
    splined = ndimage.affine_transform(canvas, back, middle - back @ middle, order=3)
    moved: Floats = np.maximum(splined, 0)
    before, after = float(canvas.sum()), float(moved.sum())
    return moved * (before / after) if after > 0 else moved


def _principal(intensity: Floats, offsets: NDArray[np.int64]) -> Floats:
    """The principal axis of towers, towards the side with more; one tower lies below itself."""
    places = offsets.astype(np.float64)
    spread = (intensity[:, None] * places).T @ places
    if not spread.any():
        return np.array([0.0, -1.0])
    axis: Floats = np.linalg.eigh(spread)[1][:, -1]
    return axis if intensity @ (places @ axis) >= 0 else -axis
