"""The figures of an exploration, in the order of reading."""

from __future__ import annotations

__all__ = ["sections"]

import functools
from collections.abc import Callable, Iterator

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...detector import Readout
from ...events import Events
from ...observables import has_response, response
from .. import plots as common
from ..plates import Plate, Section
from . import images, plots
from .content import ExploreContent
from .survey import shares

_MOST_READOUTS = 5
_MOST_SHARES = 5
_SHOWN_EVENTS = 5
_MANY = 12
_SEED = 1


def sections(content: ExploreContent) -> tuple[Section, ...]:
    """All sections with at least one figure."""
    makers = (
        _conditions, _spectra, _thresholds, _maps, _events, _layers, _relations, _codecs,
    )  # fmt: skip
    return tuple(section for make in makers for section in [make(content)] if section.plates)


def _shown(events: Events) -> list[Readout]:
    """Readouts to draw: all if they are few, else evenly spaced ones."""
    readouts = events.detector.readouts
    places = np.linspace(0, len(readouts) - 1, min(_MOST_READOUTS, len(readouts))).round()
    return [readouts[int(i)] for i in dict.fromkeys(places)]


def _conditions(content: ExploreContent) -> Section:
    events = content.intake.events
    described = events.detector.conditions
    text = (
        "How the conditions lie in their declared ranges. A model is only as good as its "
        "coverage: it learns nothing of what no event shows."
    )
    plates = [
        Plate(
            f"condition-{c.name}",
            c.name,
            f"Distribution of {c.name} over its declared range",
            functools.partial(plots.condition_values, events.condition(c.name), c),
        )
        for c in described
    ]
    return Section("conditions", "Conditions", text, tuple(plates), columns=True)


def _pairs(content: ExploreContent) -> Iterator[Plate]:
    events = content.intake.events
    if len(events.detector.conditions) > 1:
        draw = functools.partial(
            plots.condition_pairs, events.conditions, events.detector.conditions
        )
        yield Plate("pairs", "", "Density of every pair of conditions", draw)


def _spectra(content: ExploreContent) -> Section:
    events = content.intake.events
    shown = _shown(events)
    draw = functools.partial(
        plots.signal_spectra,
        [events.readouts[r.name] for r in shown],
        [r.name for r in shown],
        shown[0].unit,
        content.threshold,
    )
    text = "How often a cell holds how much, over all decades that there are."
    plate = Plate("spectra", "", "Spectra of the cells, over all decades", draw)
    return Section("cells", "Cell spectra", text, (plate,) if content.cuts else ())


def _thresholds(content: ExploreContent) -> Section:
    text = (
        "What thresholds would cost. Cells that hold next to nothing fill most of the decades; "
        "where their share of the signal is negligible, they are noise to a model."
    )
    levels, hits, signal = (
        np.array([getattr(c, name) for c in content.cuts]) for name in ("level", "hits", "signal")
    )
    unit = content.intake.events.detector.readouts[0].unit
    draw = functools.partial(plots.cut_costs, levels, hits, signal, unit, content.threshold)
    plate = Plate("thresholds", "", "Hits and signal lost to a threshold", draw)
    return Section("thresholds", "Thresholds", text, (plate,) if content.cuts else ())


def _maps(content: ExploreContent) -> Section:
    events = content.intake.events
    text = (
        "Mean signal of each cell, and how often it has any. Grey cells never have: they are "
        "dead, out of reach, or beyond what so many events can show."
    )
    plates = [
        Plate(
            f"map-{r.name}",
            r.name,
            f"Mean signal and occupancy of {r.name}",
            functools.partial(images.cell_maps, events.readouts[r.name], r),
        )
        for r in _shown(events)
        if r.axes
    ]
    return Section("maps", "Maps of the cells", text, (*_depth(content), *plates))


def _depth(content: ExploreContent) -> Iterator[Plate]:
    rows = content.survey.readouts
    if len(rows) > _MANY:
        draw = functools.partial(
            images.depth_profile,
            np.array([row.share for row in rows]),
            np.array([row.occupancy for row in rows]),
            [row.name.removeprefix("layer_") for row in rows],
        )
        yield Plate("depth", "", "Share of the signal and occupancy of every readout", draw)


def _events(content: ExploreContent) -> Section:
    events = content.intake.events
    text = (
        "Events drawn at random, on one logarithmic scale. Below, events unlike the hundred at "
        "the nearest conditions, each with the quantity in which it is farthest from them."
    )
    shown = [r.name for r in _shown(events) if len(r.axes) > 1]
    chosen = np.random.default_rng(_SEED).permutation(len(events))[:_SHOWN_EVENTS]
    few = events[np.sort(chosen)]
    draw = functools.partial(common.gallery, few.select(shown)) if shown else None
    plates = (Plate("events", "", "Events drawn at random", draw),) if draw else ()
    return Section("events", "Single events", text, plates)


def _layers(content: ExploreContent) -> Section:
    events = content.intake.events
    chosen = _quantities(events)
    text = "Median, and bands that hold 68 % and 95 % of the events."
    plates = tuple(
        Plate(
            f"profile-{condition.name}",
            f"against {condition.name}",
            f"Shares of the readouts and total signal against {condition.name}",
            functools.partial(
                plots.profiles,
                events.condition(condition.name),
                [values for _, values in chosen],
                [name for name, _ in chosen],
                condition,
            ),
        )
        for condition in events.detector.conditions
        if not condition.categories
    )
    return Section("layers", "Shares of the readouts", text, plates)


def _quantities(events: Events) -> list[tuple[str, NDArray[np.float64]]]:
    """Shares of some readouts, and the response or signal, of each event."""
    found = shares(events)
    places = np.linspace(0, len(found) - 1, min(_MOST_SHARES, len(found))).round()
    chosen = [found[int(i)] for i in dict.fromkeys(places)]
    if has_response(events.detector):
        return [*chosen, ("response", response(events.detector)(events))]
    return [*chosen, ("signal", events.flat().sum(axis=1, dtype=np.float64))]


def _relations(content: ExploreContent) -> Section:
    survey = content.survey
    names = [c.name for c in content.intake.events.detector.conditions]
    step = max(1, len(survey.names) // 20)
    rows = list(range(0, len(survey.names), step))
    draw: Callable[[], Figure] = functools.partial(
        plots.heatmap, survey.correlations[rows], [survey.names[i] for i in rows], names
    )
    text = "Spearman's rank correlation of shares, response and occupancy with the conditions."
    plate = Plate("correlations", "", "Rank correlations with the conditions", draw)
    return Section("relations", "Correlations", text, (*_pairs(content), plate))


def _codecs(content: ExploreContent) -> Section:
    text = (
        "Network values of each codec, every column at zero mean and unit width, beside a "
        "Gaussian. What a network makes from Gaussian noise it makes best where this is "
        "smooth; spikes are empty cells."
    )
    draw = functools.partial(
        plots.network_values,
        [row.values for row in content.codecs],
        [row.name for row in content.codecs],
    )
    plate = Plate("network-values", "", "Distribution of network values of each codec", draw)
    return Section("codecs", "Codecs", text, (plate,) if content.codecs else ())
