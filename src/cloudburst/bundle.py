"""The two files of a surrogate's folder: a description in JSON, and every number."""

from __future__ import annotations

__all__ = ["PARTS", "load_weights", "read_description", "write_bundle"]

import json
from pathlib import Path
from typing import Any

import safetensors
from safetensors.torch import load_file, save_file
from torch import nn

from .errors import FileError, FormatError
from .files import atomic_folder

PARTS = ("detector", "features", "transform", "generator", "provenance")
_LAYOUT, _VERSION = "cloudburst-surrogate", 1


def write_bundle(
    folder: Path, parts: dict[str, Any], module: nn.Module, overwrite: bool = False
) -> None:
    """Writes a folder, whole or not at all; raises ExistsError if it is there.

    Args:
        folder: The folder.
        parts: The `PARTS` as plain data.
        module: Whose numbers are written.
        overwrite: Whether a folder already there is replaced.
    """
    document = {"layout": _LAYOUT, "version": _VERSION, **parts}
    with atomic_folder(folder, overwrite) as temporary:
        text = json.dumps(document, indent=1)
        (temporary / "surrogate.json").write_text(text, encoding="utf-8")
        # clones: safetensors refuses weights that share their memory
        weights = {k: v.cpu().contiguous().clone() for k, v in module.state_dict().items()}
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
    if version != _VERSION:
        raise FormatError(
            f"{path}: version {version}, this program reads {_VERSION}; "
            "install the version of cloudburst that wrote it"
        )
    missing = set(PARTS) - set(document)
    if missing:
        raise FormatError(f"{path}: its description lacks {', '.join(sorted(missing))}")
    return dict(document)


def load_weights(module: nn.Module, path: Path) -> None:
    """Takes a module's numbers from a file.

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
