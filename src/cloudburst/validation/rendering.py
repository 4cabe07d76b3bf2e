"""Templates of pages, and figures set into them."""

from __future__ import annotations

__all__ = ["Image", "embedded", "environment"]

import base64
import re
from typing import NamedTuple

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
