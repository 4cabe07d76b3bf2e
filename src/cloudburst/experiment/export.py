"""The export journey: a run becomes a graph and a card for a C++ framework."""

from __future__ import annotations

__all__ = ["export_journey"]

from collections.abc import Collection
from pathlib import Path

from ..export import Exported, export, resolve_host
from .runs import load_surrogate
from .telling import Told, silent


def export_journey(
    folder: Path,
    path: Path,
    host: str = "plain",
    packages: Collection[str] = (),
    overwrite: bool = False,
    told: Told = silent,
) -> Exported:
    """Writes the graph of a surrogate, and its card beside it.

    Args:
        folder: Folder of a run or surrogate.
        path: The graph, as model.onnx.
        host: Name of the host whose conventions it follows.
        packages: Packages besides cloudburst whose classes the surrogate may use.
        overwrite: Whether files already there are replaced.
        told: Hears how far it is.

    Raises:
        FileError: The surrogate cannot be read.
        ExistsError: A file is there.
        SpecError: The host is unknown or cannot serve the surrogate.
        MissingExtraError: The extra "onnx" is not installed.
    """
    chosen = resolve_host(host)
    told("loading", 0, None)
    surrogate = load_surrogate(folder, packages)
    told("exporting", 0, None)
    return export(surrogate, path, chosen, overwrite)
