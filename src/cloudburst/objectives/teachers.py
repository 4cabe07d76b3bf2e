"""Trained generators that others learn from, read from the folders of their surrogates."""

from __future__ import annotations

__all__ = ["Teacher", "load_teacher"]

from collections.abc import Collection
from pathlib import Path

import torch
from torch import nn

from ..bundle import load_weights, read_description
from ..codec import Codec, Features
from ..detector import Detector
from ..errors import DataError, FileError, FormatError, SpecError
from ..files import sha256
from ..generators import Generator
from ..spec import build
from ..transforms import Transform


class Teacher(nn.Module):
    """A generator and what its values mean.

    Args:
        codec: What the values mean.
        generator: What makes them.
    """

    def __init__(self, codec: Codec, generator: Generator) -> None:
        super().__init__()
        self.codec = codec
        self.generator = generator

    def refuse_other(self, codec: Codec) -> None:
        """Raises SpecError unless another codec encodes events as that of the teacher."""
        mine, other = self.codec.state_dict(), codec.state_dict()
        same = self.codec.detector == codec.detector and mine.keys() == other.keys()
        if not same or not all(torch.equal(mine[name], other[name].cpu()) for name in mine):
            raise SpecError(
                "the teacher was trained with another codec: a student needs the teacher's "
                "data, codec and training.seed"
            )


def load_teacher(folder: Path, digest: str, packages: Collection[str] = ()) -> Teacher:
    """Reads a teacher from the folder of a surrogate.

    Args:
        folder: The folder.
        digest: The SHA-256 of its weights.safetensors.
        packages: Packages besides cloudburst whose classes it may use.

    Raises:
        FileError: A file is missing or damaged, or the weights have another hash.
        FormatError: Its parts do not fit together.
        SpecError: It names a class of the wrong kind, or of a package not in `packages`.
    """
    path, weights = Path(folder) / "surrogate.json", Path(folder) / "weights.safetensors"
    parts = read_description(path)
    if weights.is_file() and (found := sha256(weights)) != digest:
        raise FileError(
            f"{weights}: not the teacher that is asked for: its sha256 is {found}, not {digest}"
        )
    try:
        features = build(parts["features"], Features, packages)
        transform = build(parts["transform"], Transform, packages)
        codec = Codec(Detector.from_dict(parts["detector"]), features, transform)
        teacher = Teacher(codec, build(parts["generator"], Generator, packages))
    except DataError as error:
        raise FormatError(f"{path}: {error}") from error
    load_weights(teacher, weights, parts)
    return teacher.eval().requires_grad_(False)
