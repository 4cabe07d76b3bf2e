"""The figures of cells: mean responses, single events, spectra."""

from __future__ import annotations

__all__ = ["means", "side_by_side", "spectra"]

import functools
import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.figure import Figure

from ..detector import Readout
from . import plots
from .content import ReportContent
from .labels import caption
from .pairs import matched_pairs
from .plates import Plate, Section

_MOST_READOUTS = 4
_MOST_MEANS = 8
_SMALLEST_SPECTRUM = 16


def means(content: ReportContent) -> Section:
    """The mean response of each readout and its ratio."""
    text = (
        "Averages over all events, on one logarithmic scale for both samples. Grey: no signal "
        "at all or, in the ratio, neither mean is known to 25 %."
    )
    readouts = content.reference.detector.readouts
    places = np.unique(np.linspace(0, len(readouts) - 1, min(len(readouts), _MOST_MEANS)).round())
    plates = tuple(p for i in places.astype(int) for p in _mean(content, readouts[i]))
    if len(places) < len(readouts):
        text += f" {len(places)} of {len(readouts)} readouts, from the first to the last."
    return Section("images", "Mean signal of each cell", text, plates)


def _mean(content: ReportContent, readout: Readout) -> Iterator[Plate]:
    name = readout.name
    arrays = content.reference.readouts[name], content.candidate.readouts[name]
    text = f"Mean response in {name} of {content.names[0]} and {content.names[1]}"
    if len(readout.axes) == 1:
        draw = functools.partial(plots.mean_profile, *arrays, readout, names=content.names)
        yield Plate(f"mean-{name}", "", text, draw, name)
        return
    for pair in itertools.combinations(range(len(readout.axes)), 2):
        draw = functools.partial(plots.mean_image, *arrays, readout, pair, content.names)
        axes = "-".join(readout.axes[i].name for i in pair)
        yield Plate(f"mean-{name}-{axes}", "", f"{text}, over {axes}", draw, name)


def side_by_side(content: ReportContent) -> Section:
    """Single events of both samples under like conditions."""
    text = (
        "Single events of both samples at the nearest conditions, on one logarithmic scale. They "
        "are not copies of each other: compare their character, not their cells."
    )
    shown = [r for r in content.reference.detector.readouts if len(r.axes) > 1][:_MOST_READOUTS]
    draw = functools.partial(_draw_pairs, content, shown)
    plate = Plate("side-by-side", "", "Pairs of single events of both samples", draw)
    return Section("events", "Events side by side", text, (plate,) if shown else ())


def _draw_pairs(content: ReportContent, shown: Sequence[Readout]) -> Figure:
    reference, candidate = matched_pairs(content.reference, content.candidate, content.pairs)
    captions = [caption(reference, i) for i in range(len(reference))]
    return plots.side_by_side(
        reference.readouts, candidate.readouts, shown, captions, content.names
    )


def spectra(content: ReportContent) -> Section:
    """How often a cell holds how much."""
    text = "How often a cell holds how much, per event; cells without signal are left out."
    shown = [r for r in content.reference.detector.readouts if r.size >= _SMALLEST_SPECTRUM]
    plates = tuple(
        Plate(
            slug=f"spectrum-{readout.name}",
            title=readout.name,
            text=f"Spectrum of the cells of {readout.name} in both samples with their ratio",
            draw=functools.partial(
                plots.spectrum,
                content.reference.readouts[readout.name],
                content.candidate.readouts[readout.name],
                readout.unit,
                readout.name,
                content.names,
            ),
        )
        for readout in shown[:_MOST_READOUTS]
    )
    return Section("cells", "Cell spectra", text, plates, columns=True)
