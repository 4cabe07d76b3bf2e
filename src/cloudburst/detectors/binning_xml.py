"""Binning files of polar calorimeters, as the CaloChallenge publishes them.

```xml
<Bins>
  <Bin pid="22" name="photon">
    <Layer id="0" r_edges="0,5,10,30" n_bin_alpha="1"/>
    <Layer id="1" r_edges="0" n_bin_alpha="1"/>
  </Bin>
</Bins>
```

`r_edges` are in mm; a layer with a single edge has no cells. Sectors begin at alpha = -pi.

A file is data from elsewhere: document types and entities, by which a small one can swell to
gigabytes or draw in other files, are refused.
"""

from __future__ import annotations

__all__ = ["read_binning", "write_binning"]

import dataclasses
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from ..errors import DataError, FileError, FormatError
from ..files import write_text
from .calochallenge import PolarLayer

_LARGEST = 16 * 2**20


def read_binning(path: Path, particle: str | None = None) -> tuple[PolarLayer, ...]:
    """The layers that have cells, the front one first.

    Args:
        path: The binning file.
        particle: Name or PDG number of the particle; None if the file holds only one.

    Raises:
        FileError: There is no such file, or it cannot be read.
        FormatError: It is no binning file, or holds no such particle.
    """
    found = _parse(Path(path))
    chosen = [p for p in found if particle is None or particle in (p.name, p.pid)]
    if len(chosen) != 1:
        raise FormatError(
            f"{path}: say which particle's binning; it has "
            f"{', '.join(p.name or p.pid or 'one without a name' for p in found) or 'none'}"
        )
    layers = tuple(chosen[0].layers)
    numbers = [layer.number for layer in layers]
    if not layers or len(set(numbers)) < len(numbers):
        raise FormatError(f"{path}: needs layers with cells and distinct numbers, got {numbers}")
    return layers


def write_binning(
    path: Path,
    layers: Sequence[PolarLayer],
    particle: str,
    pid: int,
    overwrite: bool = False,
) -> None:
    """Writes a binning file; numbers left out become layers without cells.

    Args:
        path: The file.
        layers: Its layers, in increasing order of their numbers.
        particle: The particle's name.
        pid: Its PDG number.
        overwrite: Whether a file already there is replaced.

    Raises:
        DataError: There are no layers, or their numbers do not increase.
        ExistsError: The file is there and `overwrite` is false.
        FileError: It cannot be written.
    """
    numbers = [layer.number for layer in layers]
    if not numbers or numbers != sorted(set(numbers)):
        raise DataError(f"{path}: layers need increasing numbers, got {numbers}")
    known = {layer.number: layer for layer in layers}
    lines = [_line(number, known.get(number)) for number in range(numbers[-1] + 1)]
    head = f"<Bins>\n  <Bin pid={quoteattr(str(pid))} name={quoteattr(particle)}>\n"
    write_text(path, f"{head}{''.join(lines)}  </Bin>\n</Bins>\n", overwrite)


@dataclasses.dataclass
class _Particle:
    """The binning for one particle."""

    name: str
    pid: str
    layers: list[PolarLayer] = dataclasses.field(default_factory=list)


def _line(number: int, layer: PolarLayer | None) -> str:
    edges = ",".join(_shortest(edge) for edge in layer.r_edges) if layer else "0"
    sectors = layer.sectors if layer else 1
    return f'    <Layer id="{number}" r_edges="{edges}" n_bin_alpha="{sectors}"/>\n'


def _shortest(edge: float) -> str:
    return repr(edge).removesuffix(".0")


def _parse(path: Path) -> list[_Particle]:
    found: list[_Particle] = []
    parser = expat.ParserCreate()

    def refuse(*_: object) -> NoReturn:
        raise FormatError(f"{path}: holds a document type or entities, which are refused")

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Bin":
            found.append(_Particle(attributes.get("name", ""), attributes.get("pid", "")))
        elif name == "Layer":
            layer = _layer(attributes, f"{path}, line {parser.CurrentLineNumber}")
            if not found:
                raise FormatError(f"{path}: a layer outside of any <Bin>")
            found[-1].layers += [layer] if layer else []

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(_read(path), True)
    except expat.ExpatError as error:
        raise FormatError(f"{path}: not an XML file ({error})") from error
    if not found:
        raise FormatError(f"{path}: no binning file, it has no <Bin>")
    return found


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FileError(f"{path}: {'a folder, not a file' if path.is_dir() else 'no such file'}")
    if path.stat().st_size > _LARGEST:
        raise FormatError(f"{path}: too large for a binning file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error


def _layer(attributes: dict[str, str], where: str) -> PolarLayer | None:
    """One layer, None if it has no cells."""
    try:
        edges = tuple(float(edge) for edge in attributes["r_edges"].split(","))
        number, sectors = int(attributes["id"]), int(attributes["n_bin_alpha"])
        if not all(map(math.isfinite, edges)):
            raise ValueError("a radius is not finite")
        return PolarLayer(number, edges, sectors) if len(edges) > 1 else None
    except KeyError as error:
        raise FormatError(f"{where}: a layer needs {error.args[0]}") from error
    except (DataError, ValueError) as error:
        raise FormatError(f"{where}: {error}") from error
