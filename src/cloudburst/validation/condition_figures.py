"""Every observable against every condition: sections of a report."""

from __future__ import annotations

__all__ = ["conditions"]

import functools
import math
from collections.abc import Sequence

import numpy as np

from . import plots
from .conditions import HeldOut, Profile
from .content import ReportContent
from .numbers import measurement
from .plates import Plate, Section
from .tables import Cell, Head, Table

_SHOWN = 8


def conditions(content: ReportContent) -> Section:
    """Where in their ranges the surrogate is right."""
    text = (
        "Distance over floor of every observable, bin by bin of every condition; grey bins hold "
        "too few events, hatched ones the training did not reach. Below, the observables that "
        "are worst in some bin: mean with its error and width (band and dots), 1 % and 99 % "
        "quantiles, and the distance beside its floor."
    )
    groups: dict[str, list[Profile]] = {}
    for profile in content.profiles:
        groups.setdefault(profile.bins.condition.name, []).append(profile)
    maps = [_map(name, group) for name, group in groups.items()]
    worst = sorted(content.profiles, key=_badness, reverse=True)[:_SHOWN]
    plates = (*maps, *(_plate(profile, content.names) for profile in worst))
    tables = (_held_out(content.held_out),) if content.held_out else ()
    return Section(
        "conditions", "Against the conditions", text, plates, tables=tables,
        terms=("Kolmogorov–Smirnov", "Floor", "Held-out slice"),
    )  # fmt: skip


def _badness(profile: Profile) -> float:
    return -1.0 if math.isnan(profile.worst_ratio) else profile.worst_ratio


def _map(name: str, group: Sequence[Profile]) -> Plate:
    floors = np.array([p.ks.floor for p in group])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.array([p.ks.value for p in group]) / floors
    ratios[~np.isfinite(ratios)] = np.nan
    draw = functools.partial(
        plots.ratio_map,
        [p.observable.name for p in group],
        group[0].bins,
        ratios,
        group[0].extrapolated,
    )
    return Plate(f"map-{name}", "", f"Distance over floor in bins of {name}", draw)


def _plate(profile: Profile, names: tuple[str, str]) -> Plate:
    draw = functools.partial(plots.profile, profile, names)
    return Plate(
        f"profile-{profile.observable.name}-{profile.bins.condition.name}",
        profile.name,
        f"Mean, tails and distance of {profile.name}",
        draw,
        ratio=profile.worst_ratio,
    )


def _held_out(found: HeldOut) -> Table:
    heads = (Head("Held-out slice"), Head("Distances inside over beside", True, "Held-out slice"))
    name = f"{found.condition} {found.low:g} to {found.high:g}"
    name += " (extrapolated)" if found.extrapolated else ""
    return Table(heads, ((Cell(name), Cell(measurement(found.price))),))
