"""Regressors of conditions, and the files that hold them: safetensors, described in the header.

A regressor brings its own codec, so that it judges events in physical units whatever codec the
events were made under.
"""

from __future__ import annotations

__all__ = ["Regressor", "load_regressor", "save_regressor"]

import json
from collections.abc import Collection
from pathlib import Path

import safetensors
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from ..codec import Codec, Features
from ..detector import Detector
from ..errors import FileError, FormatError, SpecError
from ..files import atomic_file, sha256
from ..spec import Component, build, describe
from ..transforms import Transform

# the one entry of the header: several would be written in any order, and the hash be any
_LAYOUT = "cloudburst-regressor-1"


class Regressor(nn.Module):
    """Reads features of the conditions off events.

    Args:
        codec: What the network's values and features mean.
        network: Maps network values (N, D) to features (N, F); a component.
    """

    def __init__(self, codec: Codec, network: nn.Module) -> None:
        super().__init__()
        self.codec = codec
        self.network = network

    def forward(self, cells: Tensor, conditions: Tensor) -> Tensor:
        """Features, with shape (N, F).

        Args:
            cells: All signals of each event, in physical units, with shape (N, cells).
            conditions: Physical conditions, with shape (N, C), for the codec alone.
        """
        found: Tensor = self.network(self.codec.transform(cells, conditions))
        return found

    def loss(self, cells: Tensor, conditions: Tensor) -> Tensor:
        """The mean Huber loss of the features that it reads off events."""
        features = self.codec.features(conditions)
        return self.loss_of_values(self.codec.transform(cells, conditions), features)

    def loss_of_values(self, x: Tensor, c: Tensor) -> Tensor:
        """The same of events as the codec encodes them: values (N, D) and features (N, F)."""
        return functional.smooth_l1_loss(self.network(x), c)


def save_regressor(path: Path, regressor: Regressor, overwrite: bool = False) -> str:
    """Writes a regressor and returns the file's hash, as a recipe names it.

    Raises:
        ExistsError: The file is there and `overwrite` is false.
        FileError: The disk is full or the folder cannot be written.
        SpecError: The network is not a component.
    """
    codec = regressor.codec
    description = {
        "detector": codec.detector.to_dict(),
        "features": describe(codec.features),
        "transform": describe(codec.transform),
        "network": describe(regressor.network),
    }
    weights = {k: v.cpu().contiguous().clone() for k, v in regressor.state_dict().items()}
    with atomic_file(Path(path), overwrite) as temporary:
        save_file(weights, temporary, {_LAYOUT: json.dumps(description)})
    return sha256(Path(path))


def load_regressor(
    path: Path, digest: str | None = None, packages: Collection[str] = ()
) -> Regressor:
    """Reads a regressor.

    Args:
        path: Its file.
        digest: The file's hash; any if left out.
        packages: Packages besides cloudburst whose classes may be built.

    Raises:
        FileError: There is no such file, or it has another hash.
        FormatError: It holds no regressor.
    """
    path = Path(path)
    if not path.is_file():
        raise FileError(f"{path}: no such file; `cloudburst regress` makes a regressor")
    if digest is not None and (found := sha256(path)) != digest:
        raise FileError(
            f"{path}: not the regressor that is asked for: its sha256 is {found}, not {digest}"
        )
    try:
        with safetensors.safe_open(path, "pt") as file:
            header = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except safetensors.SafetensorError as error:
        raise FormatError(f"{path}: not a safetensors file, or damaged ({error})") from error
    if _LAYOUT not in header:
        raise FormatError(f"{path}: holds no regressor; `cloudburst regress` makes one")
    return _rebuilt(path, header[_LAYOUT], weights, packages)


def _rebuilt(
    path: Path, description: str, weights: dict[str, Tensor], packages: Collection[str]
) -> Regressor:
    try:
        parts = json.loads(description)
        codec = Codec(
            Detector.from_dict(parts["detector"]),
            build(parts["features"], Features, packages),
            build(parts["transform"], Transform, packages),
        )
        network = build(parts["network"], Component, packages)
        if not isinstance(network, nn.Module):
            raise SpecError(f"a {type(network).__name__} is no network")
        regressor = Regressor(codec, network)
        regressor.load_state_dict(weights)
    except (KeyError, ValueError, TypeError, RuntimeError) as error:
        raise FormatError(f"{path}: not the description of a regressor ({error})") from error
    return regressor
