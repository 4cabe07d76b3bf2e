"""Writing a graph and its card, once the graph is known to do what the surrogate does."""

from __future__ import annotations

__all__ = ["Exported", "agreement", "export"]

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from .. import noise
from ..engines import Parity, parity, to_onnx
from ..engines.onnxruntime import session
from ..errors import FileError, SpecError
from ..extras import require
from ..files import atomic_file, check_destination, sha256
from ..surrogate import Surrogate
from .card import make_card
from .host import Host

_EVENTS = 256
_SEED = 20_170_525


class Exported(NamedTuple):
    """What an export wrote.

    Attributes:
        graph: The ONNX file.
        card: The JSON file beside it.
        agreement: How far ONNX Runtime's results with it are from torch's.
    """

    graph: Path
    card: Path
    agreement: Parity


def export(surrogate: Surrogate, path: Path, host: Host, overwrite: bool = False) -> Exported:
    """Writes one graph with the whole surrogate, and its card beside it.

    Before the files appear, ONNX Runtime runs the graph at conditions over all their ranges, in
    batches of one and of many, and its results are compared with torch's.

    Args:
        surrogate: What is exported.
        path: The graph, as model.onnx; the card is model.json.
        host: For whom.
        overwrite: Whether files already there are replaced.

    Raises:
        ExistsError: A file is already there and `overwrite` is false.
        MissingExtraError: The extra "onnx" is not installed.
        SpecError: The host cannot serve the surrogate, it cannot become a graph, or the graph
            does something else.
    """
    card = path.with_suffix(".json")
    if card == path:
        raise FileError(f"{path}: the graph needs another suffix than its card; use .onnx")
    for each in (path, card):
        check_destination(each, overwrite)
    require("onnxruntime", "onnx")
    content = _graph(surrogate, host)
    found = agreement(surrogate, host, content)
    if found.reason(exact=True):
        reason = found.reason(exact=True)
        raise SpecError(f"the graph differs from the surrogate, nothing was written: {reason}")
    with atomic_file(path, overwrite) as graph, atomic_file(card, overwrite) as beside:
        graph.write_bytes(content)
        document = make_card(surrogate, host, path.name, sha256(graph), found)
        beside.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return Exported(path, card, found)


def _graph(surrogate: Surrogate, host: Host) -> bytes:
    inputs = [port.name for port in host.inputs(surrogate)]
    outputs = [port.name for port in host.outputs(surrogate)]
    z = noise.normal(_SEED, 0, 2, surrogate.generator.noise_shape)
    low = torch.tensor([[c.low for c in surrogate.detector.conditions]]).expand(2, -1)
    example = host.feed(surrogate, z, low)
    return to_onnx(host.module(surrogate), example, inputs, outputs)


@torch.inference_mode()
def agreement(surrogate: Surrogate, host: Host, content: bytes) -> Parity:
    """How far the results of a graph are from the surrogate's, on equal noise.

    Conditions lie over all their ranges; of batches of one and of many, the worse counts.

    Args:
        surrogate: What was exported.
        host: For whom.
        content: The graph.

    Raises:
        SpecError: The graph gives what is not finite.
    """
    conditions = surrogate.detector.draw_conditions(_EVENTS, np.random.default_rng(_SEED))
    for row, value in enumerate(("low", "high")):
        conditions[row] = [getattr(c, value) for c in surrogate.detector.conditions]
    c = torch.from_numpy(conditions)
    z = noise.normal(_SEED, 0, _EVENTS, surrogate.generator.noise_shape)
    reference = {name: r.numpy() for name, r in surrogate(z, c).items()}
    running = session(content)
    names = [port.name for port in host.inputs(surrogate)]
    results = []
    for n in (_EVENTS, 1):
        feed = [t.contiguous().numpy() for t in host.feed(surrogate, z[:n], c[:n])]
        outputs = running.run(None, dict(zip(names, feed, strict=True)))
        made = host.cells(surrogate, outputs, c[:n])
        if not all(np.isfinite(a).all() for a in made.values()):
            raise SpecError("the graph gives what is not finite")
        results.append(parity({k: r[:n] for k, r in reference.items()}, made))
    return max(results, key=lambda result: result.mean)
