"""A trained generator with all that is needed to use it.

A surrogate is kept in a folder:

```
surrogate.json       layout, version, detector, features, transform, generator, provenance
weights.safetensors  every number in it
```
"""

from __future__ import annotations

__all__ = ["Surrogate"]

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from numpy.typing import ArrayLike, NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from . import noise
from .codec import Codec, Features
from .detector import Detector
from .errors import ConditionError, DataError, FileError, FormatError, SpecError
from .events import Events
from .files import atomic_folder
from .generators import Generator
from .spec import build, describe
from .transforms import Transform

_LAYOUT, _VERSION = "cloudburst-surrogate", 1
# How a matrix product rounds a row depends on where the row lies within a block of rows, so
# batches are whole blocks and event i is always row i % _ROWS of its block.
_ROWS = 64


class Surrogate(nn.Module):
    """Samples a detector's response in physical units.

    Args:
        codec: From physical values to network values and back.
        generator: From noise and features to network values.
        provenance: Where it came from; plain data.
    """

    def __init__(self, codec: Codec, generator: Generator, provenance: dict[str, Any]) -> None:
        super().__init__()
        self.codec = codec
        self.generator = generator
        self.provenance = provenance
        self.eval()

    @property
    def detector(self) -> Detector:
        """What is simulated."""
        return self.codec.detector

    def forward(self, z: Tensor, conditions: Tensor) -> dict[str, Tensor]:
        """The whole surrogate as one deterministic map.

        Args:
            z: Standard normal noise, with shape (N, *noise_shape).
            conditions: Physical conditions, in the detector's units, with shape (N, C).

        Returns:
            For each readout its signals, in its unit, with shape (N, *readout.shape).
        """
        return self.codec.decode(self.generator(z, self.codec.features(conditions)), conditions)

    def sample(
        self,
        conditions: ArrayLike,
        seed: int = 0,
        first: int = 0,
        batch: int = 1024,
        extrapolate: bool = False,
    ) -> Events:
        """Events for physical conditions.

        Event i of seed s is the same, to the last bit on one machine, whatever `batch` is and
        in however many calls the events are made.

        Args:
            conditions: Conditions, in the detector's units, with shape (N, C).
            seed: Seed of the run.
            first: Number of the first event within the run.
            batch: Events made at once.
            extrapolate: Whether conditions outside the trained range are let through.

        Raises:
            ConditionError: A condition is outside the trained range.
            ShapeError: The conditions are not (N, C).
            DataError: There are no conditions, or the response is not finite.
        """
        parts = list(self.iterate(conditions, seed, first, batch, extrapolate))
        return parts[0] if len(parts) == 1 else Events.concatenate(parts)

    def iterate(
        self,
        conditions: ArrayLike,
        seed: int = 0,
        first: int = 0,
        batch: int = 1024,
        extrapolate: bool = False,
    ) -> Iterator[Events]:
        """As `sample`, but yields the events batch by batch, for more than memory holds."""
        if batch < 1:
            raise DataError(f"a batch needs at least one event, got {batch}")
        checked = self.check_conditions(conditions, extrapolate)
        for start in range(0, len(checked), batch):
            yield self._make(checked[start : start + batch], seed, first + start)

    def check_conditions(
        self, conditions: ArrayLike, extrapolate: bool = False
    ) -> NDArray[np.float32]:
        """Conditions as an array (N, C); errors as `sample`."""
        if extrapolate:
            return self.detector.shape_conditions(conditions)
        try:
            return self.detector.check_conditions(conditions)
        except ConditionError as error:
            hint = "; what lies outside was never learned: pass --extrapolate to try it"
            raise ConditionError(f"{error}{hint}") from error

    def save(self, folder: Path, overwrite: bool = False) -> None:
        """Writes the folder, whole or not at all; raises ExistsError if it is there."""
        document = {
            "layout": _LAYOUT,
            "version": _VERSION,
            "detector": self.detector.to_dict(),
            "features": describe(self.codec.features),
            "transform": describe(self.codec.transform),
            "generator": describe(self.generator),
            "provenance": self.provenance,
        }
        with atomic_folder(folder, overwrite) as temporary:
            text = json.dumps(document, indent=1)
            (temporary / "surrogate.json").write_text(text, encoding="utf-8")
            # clones: safetensors refuses weights that share their memory
            weights = {k: v.cpu().contiguous().clone() for k, v in self.state_dict().items()}
            save_file(weights, temporary / "weights.safetensors")

    @classmethod
    def load(cls, folder: Path | str, packages: Collection[str] = ()) -> Surrogate:
        """Reads a surrogate's folder, or that of a run that holds one.

        Args:
            folder: The folder.
            packages: Packages besides cloudburst whose classes it may use.

        Raises:
            FileError: A file is missing or damaged, or its parts do not fit together.
            SpecError: It names a class of the wrong kind or of a package not in `packages`;
                nothing of it has run then.
        """
        folder = Path(folder)
        if (folder / "surrogate").is_dir():
            folder = folder / "surrogate"
        path = folder / "surrogate.json"
        surrogate = cls._build(path, _read_document(path), packages)
        _load_weights(surrogate, folder / "weights.safetensors")
        try:
            surrogate.sample([[c.low for c in surrogate.detector.conditions]])
        except (RuntimeError, IndexError, TypeError, DataError) as error:
            raise FormatError(f"{path}: its parts do not fit together ({error})") from error
        return surrogate

    @classmethod
    def _build(cls, path: Path, document: dict[str, Any], packages: Collection[str]) -> Surrogate:
        try:
            features = build(document["features"], Features, packages)
            transform = build(document["transform"], Transform, packages)
            generator = build(document["generator"], Generator, packages)
            codec = Codec(Detector.from_dict(document["detector"]), features, transform)
        except SpecError as error:
            raise SpecError(f"{path}: {error}") from error
        except DataError as error:
            raise FormatError(f"{path}: {error}") from error
        return cls(codec, generator, document["provenance"])

    @torch.inference_mode()
    def _make(self, conditions: np.ndarray, seed: int, first: int) -> Events:
        before, n = first % _ROWS, len(conditions)
        after = -(before + n) % _ROWS
        device = next((p.device for p in self.generator.parameters()), torch.device("cpu"))
        padded = conditions
        if before or after:
            padded = np.pad(conditions, ((before, after), (0, 0)), mode="edge")
        z = noise.normal(seed, first - before, len(padded), self.generator.noise_shape)
        readouts = self(z.to(device), torch.from_numpy(padded).to(device))
        for name, signals in readouts.items():
            if not signals.sum().isfinite():
                low, high = (np.array2string(f(conditions, 0)) for f in (np.min, np.max))
                raise DataError(f"{name} is not finite at conditions between {low} and {high}")
        arrays = {k: v[before : before + n].cpu().numpy() for k, v in readouts.items()}
        return Events(self.detector, conditions, arrays)


def _read_document(path: Path) -> dict[str, Any]:
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
    missing = {"detector", "features", "transform", "generator", "provenance"} - set(document)
    if missing:
        raise FormatError(f"{path}: its description lacks {', '.join(sorted(missing))}")
    return dict(document)


def _load_weights(surrogate: Surrogate, path: Path) -> None:
    try:
        weights = load_file(path)
    except FileNotFoundError as error:
        raise FileError(f"{path}: no such file") from error
    except safetensors.SafetensorError as error:
        raise FormatError(f"{path}: not a safetensors file, or damaged ({error})") from error
    wanted = surrogate.state_dict()
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
    surrogate.load_state_dict(weights)
