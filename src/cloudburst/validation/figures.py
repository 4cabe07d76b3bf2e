"""The figures of a report, in the order of reading."""

from __future__ import annotations

__all__ = ["sections"]

import functools
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..detector import Condition
from ..events import Events
from ..observables import Observable, has_response
from . import plots
from .condition_figures import conditions
from .content import ReportContent
from .definitions import distance_terms
from .event_figures import means, side_by_side, spectra
from .gate_figures import gates
from .joint_figures import classifiers, correlations, joint
from .labels import named
from .numbers import factor, measurement, rounded
from .plates import Plate, Section
from .report import AGREEMENT, Check, Report
from .rows import HistoryEntry
from .speed_figures import contenders, speed
from .summary import Standing, distance_of, standings
from .trends import Trend, response_resolution, trend

_TREND_BINS = 10


def sections(content: ReportContent) -> tuple[Section, ...]:
    """All sections with a figure or a table."""
    makers = (
        gates, _overview, contenders, classifiers, joint, correlations, _response, conditions,
        _observables, means, side_by_side, spectra,
    )  # fmt: skip
    made = [make(content) for make in makers]
    made += [inquiry.section(content.names) for inquiry in content.inquiries]
    made += [_training(content), speed(content)]
    return tuple(section for section in made if section.plates or section.tables)


def _overview(content: ReportContent) -> Section:
    found = standings(content.report)
    worst = [standing.worst for standing in found]
    draw = functools.partial(
        plots.overview,
        [standing.name for standing in found],
        [check.ratio for check in worst],
        [_ratio_error(check) for check in worst],
        AGREEMENT,
    )
    text = (
        "Each bar is the largest distance of one quantity, over its floor. At 1 the surrogate is "
        "as close to the full simulation as an equal number of its own events; the dashed line "
        f"is at {AGREEMENT:g}, and what lies beyond is coloured."
    )
    plate = Plate("overview", "", "Distance over floor of every quantity", draw)
    terms = ("Floor", "Ratio", *_distances(content.report))
    return Section("overview", "Overview", text, (plate,) if found else (), terms=terms)


def _distances(report: Report) -> tuple[str, ...]:
    return distance_terms({check.name.partition(":")[2] for check in report.checks})


def _observables(content: ReportContent) -> Section:
    text = (
        f"Line with bars: {content.names[1]}, scaled to as many events as {content.names[0]} has. "
        "Below, the ratio: bars are the errors of the numerator, the band those of the "
        "denominator, and arrows point at bins beyond the panel. Shaded bins at the ends hold "
        "all that lies outside. Above the axes stands the leading distance beside its floor; "
        "beside the name, the largest of all its distances over their floors."
    )
    checks = {standing.name: standing for standing in standings(content.report)}
    plates = tuple(
        Plate(
            slug=f"observable-{i}-{observable.name}",
            title=named(observable.name, observable.unit),
            text=f"Distribution of {observable.name} in both samples with their ratio",
            draw=functools.partial(
                _draw_observable, content, observable, checks.get(observable.name)
            ),
            observable=observable.name,
            ratio=checks[observable.name].worst.ratio if observable.name in checks else None,
        )
        for i, observable in enumerate(content.observables)
    )
    return Section("observables", "Observables", text, plates, columns=True)


def _draw_observable(
    content: ReportContent, observable: Observable, standing: Standing | None
) -> Figure:
    return plots.distribution(
        observable(content.reference),
        observable(content.candidate),
        observable.label,
        observable.unit,
        _note(standing.checks[0]) if standing else "",
        observable.log,
        content.names,
    )


def _note(check: Check) -> str:
    """A distance beside its floor, in one line."""
    return (
        f"{distance_of(check)} {measurement(check.measured)}, "
        f"floor {rounded(check.floor.value)} (×{factor(check.ratio)})"
    )


def _response(content: ReportContent) -> Section:
    detector = content.reference.detector
    if has_response(detector):
        condition = detector.conditions[detector.condition_index("energy")]
        draw = functools.partial(_draw_response, content, condition)
        text = (
            "Response: mean signal over incident energy. Resolution: its standard deviation over "
            "its mean. The band is the error of the denominator."
        )
        plate = Plate("response", "", "Response and resolution against energy", draw, "response")
        terms = ("Response bias",)
        return Section("response", "Response and resolution", text, (plate,), terms=terms)
    plates = tuple(
        Plate(
            f"signal-{condition.name}",
            "",
            f"Total signal against {condition.name}",
            functools.partial(_draw_signal, content, condition),
        )
        for condition in detector.conditions
        if not condition.categories
    )
    text = "Mean and standard deviation of the summed signal of an event."
    return Section("response", "Total signal", text, plates)


def _draw_response(content: ReportContent, condition: Condition) -> Figure:
    edges = _edges(content, condition)
    return plots.response(
        response_resolution(content.reference, edges),
        response_resolution(content.candidate, edges),
        named("Incident energy", condition.unit),
        ("Response", "Resolution"),
        content.names,
    )


def _draw_signal(content: ReportContent, condition: Condition) -> Figure:
    unit = content.reference.detector.readouts[0].unit
    edges = _edges(content, condition)
    return plots.response(
        _signal_trend(content.reference, condition.name, edges),
        _signal_trend(content.candidate, condition.name, edges),
        named(condition.name, condition.unit),
        (named("Mean signal", unit), named("Spread of the signal", unit)),
        content.names,
    )


def _signal_trend(events: Events, condition: str, edges: NDArray[np.float64]) -> Trend:
    """Of the sum of all readouts that share the first one's unit."""
    readouts = events.detector.readouts
    alike = [readout.name for readout in readouts if readout.unit == readouts[0].unit]
    return trend(events.condition(condition), events.select(alike).flat().sum(axis=1), edges)


def _edges(content: ReportContent, condition: Condition) -> NDArray[np.float64]:
    """Equal bins over the values that the reference has."""
    values = content.reference.condition(condition.name).astype(np.float64)
    low, high = values.min(), values.max()
    if not high > low:
        low, high = condition.low, condition.high
    return np.linspace(low, high, _TREND_BINS + 1)


def _training(content: ReportContent) -> Section:
    history = content.history or ()
    text = (
        "Losses of the players, and the figure by which the surrogate was chosen. The dashed "
        "line is the step that was kept; a loss says little about the physics."
    )
    draw = functools.partial(_draw_training, history, content.figure_label)
    plate = Plate("training", "", "Losses and validation figure by training step", draw)
    return Section("training", "Training", text, (plate,) if history else ())


def _draw_training(history: Sequence[HistoryEntry], label: str) -> Figure:
    players = dict.fromkeys(player for entry in history for player in entry["losses"])
    losses = {
        player: _columns(
            [(e["step"], e["losses"][player]) for e in history if player in e["losses"]]
        )
        for player in players
    }
    found = _columns([(e["step"], e["figure"]) for e in history if "figure" in e])
    kept = [entry["step"] for entry in history if entry.get("kept")]
    return plots.training(losses, found, label, kept[-1] if kept else None)


def _columns(pairs: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in pairs], [y for _, y in pairs]


def _ratio_error(check: Check) -> float:
    """Error of the ratio from the measured distance alone; the floor moves all bars alike."""
    return check.measured.error / check.floor.value if check.floor.value > 0 else 0.0
