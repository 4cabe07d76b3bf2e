"""One look for every figure: palette, fonts, sizes, and SVG that follows dark mode.

Figures are plain `matplotlib.figure.Figure` objects; no pyplot state is made or changed.
The palette is that of Okabe and Ito (https://jfly.uni-koeln.de/color/): the full simulation
is a filled grey histogram, the surrogate a vermilion line, so the two differ in shape as well
as in colour and survive a black-and-white print.
"""

from __future__ import annotations

__all__ = [
    "BLANK",
    "CANDIDATE",
    "FILL",
    "GRID",
    "INK",
    "MUTED",
    "PAPER",
    "REFERENCE",
    "SERIES",
    "StyledFigure",
    "check_text",
    "figure",
    "styled",
    "to_svg",
]

import functools
import io
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from cycler import cycler
from matplotlib import cbook
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

from ...errors import DataError

_P = ParamSpec("_P")
_R = TypeVar("_R")

INK = "#1f2933"
MUTED = "#5f6b7a"
GRID = "#dfe3e8"
PAPER = "#fefefe"
BLANK = "#e6e9ed"
FILL = "#ced5de"
REFERENCE = "#46566b"
CANDIDATE = "#d55e00"
SERIES = ("#0072b2", "#cc79a7", "#009e73", "#e69f00", "#56b4e9")

# what each neutral colour becomes on a dark page; data colours stay as they are
_DARK = {
    INK: "#e4e7eb",
    MUTED: "#9aa5b1",
    GRID: "#36404c",
    PAPER: "#1b2129",
    BLANK: "#2c343e",
    FILL: "#4a5766",
    REFERENCE: "#b3bfcd",
    CANDIDATE: "#ff8a3d",
    SERIES[0]: "#4aa8e0",
}

_RC: dict[Any, Any] = {
    "font.family": ["TeX Gyre Heros", "DejaVu Sans"],
    "font.size": 9.0,
    "mathtext.fontset": "custom",
    "mathtext.rm": "TeX Gyre Heros",
    "mathtext.it": "TeX Gyre Heros:italic",
    "mathtext.bf": "TeX Gyre Heros:bold",
    "mathtext.cal": "TeX Gyre Heros:italic",
    "mathtext.sf": "TeX Gyre Heros",
    "mathtext.tt": "DejaVu Sans Mono",
    "mathtext.fallback": "stixsans",
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 6.0,
    "axes.labelsize": 9.0,
    "axes.linewidth": 0.8,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.facecolor": PAPER,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "axes.formatter.limits": (-4, 5),
    # plain numbers: laying out every tick as mathematics takes half of the time
    "axes.formatter.use_mathtext": False,
    "axes.prop_cycle": cycler(color=SERIES),
    "figure.facecolor": PAPER,
    "figure.dpi": 100,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.4,
    "patch.linewidth": 1.0,
    "savefig.dpi": 220,
    "savefig.facecolor": PAPER,
    "savefig.edgecolor": "none",
    "svg.fonttype": "path",
    "svg.hashsalt": "cloudburst",
    "text.color": INK,
    "xtick.color": MUTED,
    "xtick.direction": "in",
    "xtick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "xtick.top": True,
    "ytick.color": MUTED,
    "ytick.direction": "in",
    "ytick.labelcolor": INK,
    "ytick.labelsize": 8.0,
    "ytick.right": True,
}


def styled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """A function that draws with the house's settings and leaves the global ones alone."""

    @functools.wraps(function)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with mpl.rc_context():
            mpl.rcdefaults()
            mpl.rcParams.update(_RC)
            return function(*args, **kwargs)

    return wrapped


class StyledFigure(Figure):
    """A figure that keeps the house's fonts whenever and by whomever it is drawn."""

    @styled
    def draw(self, renderer: RendererBase) -> None:
        """Draws all artists; the text is laid out only here, so the settings matter."""
        super().draw(renderer)


@styled
def figure(width: float, height: float, constrained: bool = True) -> Figure:
    """An empty figure of `width` by `height`, in inches, that makes room for labels itself."""
    return StyledFigure(figsize=(width, height), layout="constrained" if constrained else None)


@styled
def check_text(text: str) -> None:
    """Raises DataError if `text` holds mathematics that cannot be drawn.

    >>> check_text(r"$E_\\mathrm{tot}$ [MeV]")
    """
    if not cbook.is_math_text(text):
        return
    try:
        MathTextParser("path").parse(text)
    except ValueError as error:
        reason = str(error).strip().splitlines()[-1]
        raise DataError(f"{text!r} is no mathtext that can be drawn: {reason}") from error


@styled
def to_svg(figure: Figure) -> str:
    """The figure as SVG text without outside references.

    Text is drawn as paths, so that it looks the same everywhere. A style sheet inside swaps
    the neutral colours where the reader prefers a dark page; programs that know nothing of
    that show the light one. The same figure gives the same text.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    head = text.index(">") + 1
    return f"{text[:head]}\n<style>{_dark_rules()}</style>{text[head:]}"


def _dark_rules() -> str:
    rules = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}'
        for light, dark in _DARK.items()
        for what in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{{rules}}}"
