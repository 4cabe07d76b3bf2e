"""The state of a training as one safetensors file: tensors as they are, the rest as JSON."""

from __future__ import annotations

__all__ = ["load_state", "save_state"]

import json
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch

from ..errors import FileError
from ..files import atomic_file


def save_state(path: Path, state: dict[str, Any]) -> None:
    """Writes nested dicts, lists, tuples, plain values and tensors, whole or not at all."""
    tensors: dict[str, torch.Tensor] = {}
    plain = json.dumps(_strip(state, tensors))
    with atomic_file(path, overwrite=True) as temporary:
        safetensors.torch.save_file(tensors, temporary, {"state": plain})


def load_state(path: Path) -> dict[str, Any]:
    """What `save_state` wrote; raises FileError if the file is missing or damaged."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            plain = json.loads(file.metadata()["state"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state = _fill(plain, tensors)
    except FileNotFoundError as error:
        raise FileError(f"{path}: no such checkpoint") from error
    except (safetensors.SafetensorError, TypeError, KeyError, ValueError) as error:
        raise FileError(f"{path}: not a checkpoint of a training ({error})") from error
    if not isinstance(state, dict):
        raise FileError(f"{path}: not a checkpoint of a training")
    return state


def _strip(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """Plain data for a value; its tensors go to `tensors`."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = value.detach().clone().contiguous()
        return {"tensor": name}
    if isinstance(value, dict):
        return {"dict": [[key, _strip(v, tensors)] for key, v in value.items()]}
    if isinstance(value, tuple):
        return {"tuple": [_strip(v, tensors) for v in value]}
    if isinstance(value, list):
        return [_strip(v, tensors) for v in value]
    return value


def _fill(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    if isinstance(value, list):
        return [_fill(v, tensors) for v in value]
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    if kind == "tensor":
        return tensors[content]
    if kind == "tuple":
        return tuple(_fill(v, tensors) for v in content)
    return {key: _fill(v, tensors) for key, v in content}
