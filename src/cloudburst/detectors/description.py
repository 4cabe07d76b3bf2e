"""Calorimeters as plain data: what their users write in TOML, and what provenance keeps."""

from __future__ import annotations

__all__ = ["calorimeter_from_dict", "calorimeter_to_dict"]

import dataclasses
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..detector import Axis, Condition, Detector, Readout
from ..errors import DataError, nearest
from .guns import GUNS, Gun
from .materials import MATERIALS, Material
from .sampling import Calorimeter, Slab, Stack

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Axis(_Table):
    name: str
    unit: str = ""
    edges: list[Finite] | None = None
    bins: int | None = Field(None, ge=1)
    low: Finite | None = None
    high: Finite | None = None


class _Readout(_Table):
    name: str
    depth: tuple[Finite, Finite] | None = None
    axes: list[_Axis] = []
    unit: str = "MeV"
    threshold: float = Field(0.0, ge=0, allow_inf_nan=False)
    repeats: int = Field(1, ge=1)


class _Condition(_Table):
    name: str
    unit: str = ""
    low: Finite
    high: Finite
    categories: list[str] | None = None


class _Material(_Table):
    density: Positive
    fractions: dict[str, Positive]


class _Slab(_Table):
    material: str
    thickness: Positive
    active: bool = False


class _Stack(_Table):
    repeats: int = Field(1, ge=1)
    slabs: list[_Slab] = Field(min_length=1)


class _Calorimeter(_Table):
    name: str
    source: str = ""
    particle: str
    half_width: Positive
    counts_absorber: bool = False
    overflow: str | None = None
    conditions: list[_Condition] = Field(min_length=1)
    materials: dict[str, _Material] = {}
    stacks: list[_Stack] = Field(min_length=1)
    readouts: list[_Readout] = Field(min_length=1)


def calorimeter_from_dict(data: Mapping[str, Any]) -> Calorimeter:
    """The calorimeter that plain data describes; the keys are those of a user's TOML file.

    Raises:
        DataError: A key is unknown or missing, or a value makes no sense; says which.
    """
    try:
        table = _Calorimeter.model_validate(dict(data))
    except ValidationError as error:
        raise DataError(_explain(error)) from error
    readouts = [readout for group in table.readouts for readout in _repeated(group)]
    sections = {r.name: r.depth for r in readouts if r.depth is not None}
    detector = Detector(
        table.name,
        tuple(Condition(**condition.model_dump()) for condition in table.conditions),
        tuple(_readout(readout, len(sections)) for readout in readouts),
        table.source,
    )
    return Calorimeter(
        detector,
        tuple(_stacks(table)),
        table.half_width,
        sections,
        table.counts_absorber,
        _gun(detector, table.particle),
        table.overflow,
    )


def calorimeter_to_dict(calorimeter: Calorimeter) -> dict[str, Any]:
    """Plain data that `calorimeter_from_dict` understands, with every material written out."""
    detector = calorimeter.detector
    used = {slab.material for stack in calorimeter.stacks for slab in stack.slabs}
    data = {
        "name": detector.name,
        "source": detector.source,
        "particle": calorimeter.gun.particle,
        "half_width": calorimeter.half_width,
        "counts_absorber": calorimeter.counts_absorber,
        "conditions": [_known(dataclasses.asdict(c)) for c in detector.conditions],
        "materials": {
            m.name: {"density": m.density, "fractions": dict(m.fractions)}
            for m in sorted(used, key=lambda m: m.name)
        },
        "stacks": [_stack_table(stack) for stack in calorimeter.stacks],
        "readouts": [_readout_table(r, calorimeter.sections) for r in detector.readouts],
    }
    return data | _known({"overflow": calorimeter.overflow})


def _known(table: dict[str, Any]) -> dict[str, Any]:
    """A table of plain lists and numbers without what is None, which TOML has not."""
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in table.items()}
    return {key: value for key, value in plain.items() if value is not None}


def _stack_table(stack: Stack) -> dict[str, Any]:
    slabs = [
        {"material": s.material.name, "thickness": s.thickness, "active": s.active}
        for s in stack.slabs
    ]
    return {"repeats": stack.repeats, "slabs": slabs}


def _readout_table(
    readout: Readout, sections: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    axes = [{"name": a.name, "unit": a.unit, "edges": list(a.edges)} for a in readout.axes]
    table = {
        "name": readout.name,
        "depth": sections.get(readout.name),
        "axes": axes,
        "unit": readout.unit,
        "threshold": readout.threshold,
    }
    return _known(table)


def _repeated(group: _Readout) -> Iterator[_Readout]:
    """The readouts of a group: each begins where the one before it ends."""
    if group.repeats == 1:
        yield group
        return
    if group.depth is None or "{}" not in group.name:
        raise DataError(
            f"readout '{group.name}' repeats {group.repeats} times: it needs a depth, and a "
            "name with {} where the number goes, as 'layer_{}'"
        )
    low, high = group.depth
    for i in range(group.repeats):
        shift = i * (high - low)
        depth = (round(low + shift, 9), round(high + shift, 9))
        name = group.name.replace("{}", str(i))
        yield group.model_copy(update={"name": name, "depth": depth})


def _readout(table: _Readout, sections: int) -> Readout:
    axes: Sequence[Axis] = [_axis(table.name, axis) for axis in table.axes]
    if table.depth is None and not axes:
        axes = [Axis.regular("section", sections, 0, sections)]
    return Readout(table.name, tuple(axes), table.unit, table.threshold)


def _axis(readout: str, table: _Axis) -> Axis:
    regular = (table.bins, table.low, table.high)
    if table.edges is not None and regular == (None, None, None):
        return Axis(table.name, tuple(table.edges), table.unit)
    if table.edges is None and table.bins and table.low is not None and table.high is not None:
        return Axis.regular(table.name, table.bins, table.low, table.high, table.unit)
    raise DataError(f"readout '{readout}', axis '{table.name}': give edges, or bins, low and high")


def _stacks(table: _Calorimeter) -> Iterator[Stack]:
    own = {
        n: Material(n, m.density, tuple(m.fractions.items())) for n, m in table.materials.items()
    }
    known = {**MATERIALS, **own}
    for stack in table.stacks:
        for slab in stack.slabs:
            if slab.material not in known:
                raise DataError(
                    f"unknown material '{slab.material}'; {nearest(slab.material, known)}; "
                    f"or describe it in [materials.{slab.material}]"
                )
        slabs = (Slab(known[s.material], s.thickness, s.active) for s in stack.slabs)
        yield Stack(stack.repeats, tuple(slabs))


def _gun(detector: Detector, particle: str) -> Gun:
    for gun in GUNS:
        if gun.suits(detector):
            return gun(detector, particle)
    names = ", ".join(condition.name for condition in detector.conditions)
    choices = "; or ".join(
        f"{', '.join(sorted(gun.needs))} with any of {', '.join(sorted(gun.takes))}"
        for gun in GUNS
    )
    raise DataError(f"'{detector.name}': no gun has the conditions {names}; they are {choices}")


def _explain(error: ValidationError) -> str:
    """The first problem in one line, with the nearest known key."""
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    key = ".".join(where)
    if first["type"] == "extra_forbidden":
        return f"unknown key '{key}'; {nearest(where[-1], _fields(where[:-1]))}"
    if first["type"] == "missing":
        return f"'{key}' is missing"
    return f"{key}: {first['msg']}"


def _fields(where: Sequence[str]) -> list[str]:
    """The keys that the table at a place of the description may have."""
    table: type[BaseModel] = _Calorimeter
    for key in where:
        if key in table.model_fields:
            table = next(_tables(table.model_fields[key].annotation), table)
    return list(table.model_fields)


def _tables(annotation: Any) -> Iterator[type[BaseModel]]:
    """The tables that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _tables(part)
