"""Templates of pages, figures set into them, and numbers beside them."""

from __future__ import annotations

__all__ = ["Image", "embedded", "environment", "plain"]

import base64
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import jinja2

from .numbers import duration, factor, measurement, rounded, signed


class Image(NamedTuple):
    """A figure as a data URI, with its size in CSS pixels."""

    source: str
    width: int
    height: int


def environment() -> jinja2.Environment:
    """Where templates come from; all that they are given is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("cloudburst.validation"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    made.filters |= {
        "count": lambda value: f"{value:,}",
        "duration": duration,
        "factor": factor,
        "measurement": measurement,
        "rounded": rounded,
        "signed": signed,
        "sortable": lambda value: str(value).replace("inf", "Infinity"),
    }
    return made


def embedded(svg: str) -> Image:
    """The figure as a data URI; matplotlib gives its size in points."""
    found = (
        re.search(r'<svg[^>]*? width="([\d.]+)pt"', svg),
        re.search(r'height="([\d.]+)pt"', svg),
    )
    width, height = (round(float(m.group(1)) * 96 / 72) if m else 0 for m in found)
    data = base64.b64encode(svg.encode()).decode()
    return Image(f"data:image/svg+xml;base64,{data}", width, height)


def plain(value: Any) -> Any:
    """Only what JSON has: dictionaries, lists, text, finite numbers, truth, nothing."""
    if isinstance(value, Mapping):
        return {str(key): plain(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if hasattr(value, "item"):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)
