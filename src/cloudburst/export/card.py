"""The card beside a graph: all that a program must know to use it, in JSON."""

from __future__ import annotations

__all__ = ["CARD_LAYOUT", "CARD_VERSION", "make_card", "read_card"]

import json
from importlib import metadata
from pathlib import Path
from typing import Any

from ..detector import Detector
from ..engines import Parity
from ..errors import DataError, FileError, FormatError
from ..files import sha256
from ..surrogate import Surrogate
from .host import Host, Port, noise_size

CARD_LAYOUT = "cloudburst-card"
CARD_VERSION = 1
_NEEDED = {"graph", "sha256", "detector", "host", "noise", "inputs", "outputs", "conditions"}


def make_card(
    surrogate: Surrogate, host: Host, graph: str, digest: str, agreement: Parity
) -> dict[str, Any]:
    """The card of a graph, as plain data.

    Args:
        surrogate: What was exported.
        host: For whom.
        graph: Name of the graph's file.
        digest: SHA-256 of its bytes.
        agreement: How far its results are from the surrogate's.
    """
    detector = surrogate.detector
    return {
        "layout": CARD_LAYOUT,
        "version": CARD_VERSION,
        "graph": graph,
        "sha256": digest,
        "surrogate": surrogate.fingerprint(),
        "host": {"name": host.name, "source": host.source, **host.settings(surrogate)},
        "noise": noise_size(surrogate),
        "inputs": [_port(p) for p in host.inputs(surrogate)],
        "outputs": [_port(p) for p in host.outputs(surrogate)],
        "conditions": [
            {"name": c.name, "unit": c.unit, "low": c.low, "high": c.high}
            for c in detector.conditions
        ],
        "thresholds": {r.name: {"value": r.threshold, "unit": r.unit} for r in detector.readouts},
        "agreement with torch": agreement._asdict(),
        "versions": {
            n: metadata.version(n) for n in ("cloudburst", "torch", "onnx", "onnxruntime")
        },
        "detector": detector.to_dict(),
        "provenance": surrogate.provenance,
    }


def read_card(path: Path) -> dict[str, Any]:
    """The card in a file, once it is sure that the graph beside it is the one that it is of.

    Raises:
        FileError: A file is missing.
        FormatError: It is no card, one of another version, or the graph was changed.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file; cloudburst export writes it beside the graph")
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        layout, version = card["layout"], card["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{path}: not the card of a graph ({error})") from error
    if layout != CARD_LAYOUT:
        raise FormatError(f"{path}: not the card of a graph, but '{layout}'")
    if version != CARD_VERSION:
        raise FormatError(
            f"{path}: a card of version {version}, this program reads {CARD_VERSION}; convert it: "
            "export the surrogate again with this version, cloudburst export RUN model.onnx"
        )
    _check(path, card)
    return dict(card)


def _check(path: Path, card: dict[str, Any]) -> None:
    missing = _NEEDED - card.keys()
    if missing:
        raise FormatError(f"{path}: the card lacks {', '.join(sorted(missing))}")
    try:
        Detector.from_dict(card["detector"])
    except DataError as error:
        raise FormatError(f"{path}: {error}") from error
    graph = path.with_name(card["graph"])
    if not graph.is_file():
        raise FileError(f"{graph}: no such file, but {path} is its card")
    if sha256(graph) != card["sha256"]:
        raise FormatError(f"{graph}: not the graph that {path} was written for; export it again")


def _port(port: Port) -> dict[str, Any]:
    return {**port._asdict(), "shape": ["events", *port.shape], "type": "float32"}
