"""The two files of a surrogate's folder: a description in JSON, and every number.

Numbers are kept as they are (version 1), or those of large arrays in half precision (version 2),
which a network does not notice and which takes half the space; they are read as they were.
"""

from __future__ import annotations

__all__ = ["PARTS", "load_weights", "read_description", "write_bundle"]

import json
from pathlib import Path
from typing import Any

import safetensors
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from .errors import FileError, FormatError, SpecError
from .files import atomic_folder

PARTS = ("detector", "features", "transform", "generator", "provenance")
_LAYOUT = "cloudburst-surrogate"
_FULL, _HALVED = 1, 2
_HALVES = {"float16": torch.float16, "bfloat16": torch.bfloat16}
# Smaller arrays, as ranges and biases, take little space and may need every digit.
_LARGE = 4096


def write_bundle(
    folder: Path,
    parts: dict[str, Any],
    module: nn.Module,
    overwrite: bool = False,
    half: torch.dtype | None = None,
) -> None:
    """Writes a folder, whole or not at all.

    Args:
        folder: The folder.
        parts: The `PARTS` as plain data.
        module: Whose numbers are written.
        overwrite: Whether a folder already there is replaced.
        half: Half precision of large arrays, torch.float16 or torch.bfloat16; all numbers are
            kept as they are if left out.

    Raises:
        ExistsError: It is there, and `overwrite` is false.
        SpecError: That is no half precision.
    """
    kept: dict[str, Any] = {"version": _FULL}
    if half is not None:
        kept = {"version": _HALVED, "precision": _half_name(half)}
    document = {"layout": _LAYOUT, **kept, **parts}
    with atomic_folder(folder, overwrite) as temporary:
        text = json.dumps(document, indent=1)
        (temporary / "surrogate.json").write_text(text, encoding="utf-8")
        # clones: safetensors refuses weights that share their memory
        weights = {k: _kept(v, half).clone() for k, v in module.state_dict().items()}
        save_file(weights, temporary / "weights.safetensors")


def read_description(path: Path) -> dict[str, Any]:
    """The description in a file.

    Raises:
        FileError: There is no such file.
        FormatError: It is not that of a surrogate, or of another version.
    """
    if not path.is_file():
        raise FileError(f"{path}: no such file; a surrogate or run folder holds one")
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        layout, version = document["layout"], document["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{path}: not the description of a surrogate ({error})") from error
    if layout != _LAYOUT:
        raise FormatError(f"{path}: not the description of a surrogate, but of '{layout}'")
    if version not in (_FULL, _HALVED):
        raise FormatError(
            f"{path}: version {version}, this program reads {_FULL} and {_HALVED}; "
            "install the version of cloudburst that wrote it"
        )
    if version == _HALVED and document.get("precision") not in _HALVES:
        raise FormatError(f"{path}: its precision is none of {', '.join(_HALVES)}")
    missing = set(PARTS) - set(document)
    if missing:
        raise FormatError(f"{path}: its description lacks {', '.join(sorted(missing))}")
    return dict(document)


def load_weights(module: nn.Module, path: Path, description: dict[str, Any]) -> None:
    """Takes a module's numbers from a file.

    Args:
        module: Whose numbers they are.
        path: The file.
        description: That of the surrogate, which says what precision they are kept in.

    Raises:
        FileError: There is no such file.
        FormatError: It is damaged, or its numbers are not those that the module needs.
    """
    try:
        weights = load_file(path)
    except FileNotFoundError as error:
        raise FileError(f"{path}: no such file") from error
    except safetensors.SafetensorError as error:
        raise FormatError(f"{path}: not a safetensors file, or damaged ({error})") from error
    wanted = module.state_dict()
    half = _HALVES.get(description.get("precision", ""))
    weights = {k: _widened(v, half, wanted.get(k)) for k, v in weights.items()}
    wrong = {
        "missing": sorted(wanted.keys() - weights.keys()),
        "left over": sorted(weights.keys() - wanted.keys()),
        "of another shape or type": sorted(
            k
            for k in wanted.keys() & weights.keys()
            if (wanted[k].shape, wanted[k].dtype) != (weights[k].shape, weights[k].dtype)
        ),
    }
    if any(wrong.values()):
        details = "; ".join(
            f"{what}: {', '.join(names)}" for what, names in wrong.items() if names
        )
        raise FormatError(f"{path}: does not fit the surrogate's description ({details})")
    module.load_state_dict(weights)


def _half_name(half: torch.dtype) -> str:
    for name, known in _HALVES.items():
        if known == half:
            return name
    raise SpecError(f"{half} is no half precision; choose one of {', '.join(_HALVES)}")


def _kept(values: Tensor, half: torch.dtype | None) -> Tensor:
    """Values as they are written; what half precision cannot hold stays as it is."""
    values = values.cpu().contiguous()
    if half is None or values.dtype != torch.float32 or values.numel() < _LARGE:
        return values
    rounded = values.to(half)
    return rounded if bool(rounded.isfinite().all()) else values


def _widened(values: Tensor, half: torch.dtype | None, wanted: Tensor | None) -> Tensor:
    """Values as they were before they were written."""
    if half is None or wanted is None or (values.dtype, wanted.dtype) != (half, torch.float32):
        return values
    return values.float()
