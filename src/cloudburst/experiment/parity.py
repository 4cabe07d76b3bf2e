"""Whether an export that lies beside a run does what its surrogate does."""

from __future__ import annotations

__all__ = ["export_parity"]

import math
from pathlib import Path

from ..errors import MissingExtraError, SpecError
from ..export import agreement, read_card, resolve_host
from ..extras import require
from ..surrogate import Surrogate
from ..validation.gates import ParityResult

_GRAPHS = ("model.onnx", "export/model.onnx")


def export_parity(
    folder: Path | None, surrogate: Surrogate | None
) -> tuple[tuple[ParityResult, ...], str]:
    """The exports in a run's folder beside its surrogate, or why there are none.

    Raises:
        FileError: A graph lacks its card, or either was changed.
    """
    if folder is None or surrogate is None:
        return (), "a file of events has no export; give the run or surrogate"
    graphs = [folder / name for name in _GRAPHS if (folder / name).is_file()]
    if not graphs:
        return (), f"there is no {_GRAPHS[0]} in the run; cloudburst export writes it"
    try:
        require("onnxruntime", "onnx")
    except MissingExtraError as error:
        return (), str(error)
    return tuple(_compared(graph, surrogate) for graph in graphs), ""


def _compared(graph: Path, surrogate: Surrogate) -> ParityResult:
    card = read_card(graph.with_suffix(".json"))
    if card["surrogate"] != surrogate.fingerprint():
        return ParityResult(graph.name, math.inf, "exported from another surrogate")
    host = resolve_host(str(card["host"]["name"]))
    try:
        found = agreement(surrogate, host, graph.read_bytes())
    except SpecError as error:
        return ParityResult(graph.name, math.inf, str(error))
    return ParityResult(graph.name, found.mean, f"largest of an event {found.worst:.1e}")
