"""One image of a readout, its cells drawn at their physical edges.

The first axis runs to the right and the second upwards. Two axes in the same unit are drawn
to scale, as long as neither becomes a sliver.
"""

from __future__ import annotations

__all__ = ["draw_cells", "signal_norm"]

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize
from numpy.typing import NDArray

from ...detector import Axis
from .style import BLANK

Values = NDArray[np.float64]


def draw_cells(
    axes: Axes,
    values: Values,
    pair: tuple[Axis, Axis],
    norm: Normalize,
    colours: str = "viridis",
) -> QuadMesh:
    """Draws `values` (X, Y) over two axes of a readout; NaN stays grey."""
    mesh = axes.pcolormesh(
        np.asarray(pair[0].edges),
        np.asarray(pair[1].edges),
        np.ma.masked_invalid(values).T,
        norm=norm,
        cmap=colours,
        rasterized=True,
    )
    axes.set_facecolor(BLANK)
    axes.set_box_aspect(_aspect(*pair))
    axes.tick_params(top=False, right=False, direction="out", length=2.5)
    axes.locator_params(nbins=5)
    return mesh


def signal_norm(*images: Values, decades: float = 6.0) -> LogNorm:
    """One logarithmic scale for all images, at most `decades` long."""
    positive = [image[image > 0] for image in images]
    largest = max([float(p.max()) for p in positive if p.size], default=1.0)
    smallest = min([float(p.min()) for p in positive if p.size], default=largest / 10)
    return LogNorm(max(smallest, largest * 10**-decades) * 0.999, largest)


def _aspect(x: Axis, y: Axis) -> float:
    """Height over width of the image."""
    if not x.unit or x.unit != y.unit:
        return 1.0
    ratio = (y.edges[-1] - y.edges[0]) / (x.edges[-1] - x.edges[0])
    return float(np.clip(ratio, 1 / 2, 2.0))
