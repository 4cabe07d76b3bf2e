"""Events of a surrogate, made in worker processes."""

from __future__ import annotations

__all__ = ["SurrogateMaker"]

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .. import __version__
from ..detector import Detector
from ..errors import FileError, SimulationError
from ..events import Events
from ..files import sha256
from ..surrogate import Surrogate
from .makers import Maker


class SurrogateMaker(Maker):
    """Events of a surrogate.

    Args:
        folder: Folder of a surrogate or of a run, which all workers must see.
        engine: Name of the engine that makes them; "auto" is the fastest on this machine.
        batch: Events made at once; no event depends on it.
        packages: Packages besides cloudburst whose classes it may use.
        digest: What the surrogate's files must be, or "" to take them as they are.

    Raises:
        FileError: The surrogate cannot be read.
        SimulationError: It is another one than when the job began.
    """

    def __init__(
        self,
        folder: str,
        engine: str = "eager",
        batch: int = 1024,
        packages: Sequence[str] = (),
        digest: str = "",
    ) -> None:
        self._folder = Path(folder).absolute()
        self._digest = _digest(self._folder)
        if digest not in ("", self._digest):
            raise SimulationError(f"{folder}: the surrogate was changed since the job began")
        self._batch = batch
        self._packages = list(packages)
        self.surrogate = Surrogate.load(self._folder, packages)
        automatic = engine == "auto"
        self._engine = self.surrogate.choose_engine().engine.name if automatic else engine

    @property
    def detector(self) -> Detector:
        """What is simulated."""
        return self.surrogate.detector

    def arguments(self) -> dict[str, Any]:
        """What its files are, and what computes with them."""
        return {"digest": self._digest, "engine": self._engine}

    def means(self) -> dict[str, Any]:
        """Where they lie, and how they are used."""
        return {"folder": str(self._folder), "batch": self._batch, "packages": self._packages}

    def provenance(self) -> dict[str, Any]:
        """Where the surrogate comes from, and the versions that its numbers depend on."""
        return {
            "simulator": "cloudburst surrogate",
            "cloudburst": __version__,
            "torch": torch.__version__,
            "engine": self._engine,
            "surrogate": self.surrogate.provenance,
            "surrogate_sha256": self._digest,
        }

    def check(self, conditions: NDArray[np.float32]) -> None:
        """Raises ConditionError if conditions are outside the trained range."""
        self.surrogate.check_conditions(conditions)

    def make(self, conditions: NDArray[np.float32], seed: int, first: int) -> Iterator[Events]:
        """Events batch by batch."""
        return self.surrogate.iterate(conditions, seed, first, self._batch, engine=self._engine)


def _digest(folder: Path) -> str:
    """The SHA-256 of what a surrogate consists of."""
    inner = folder / "surrogate" if (folder / "surrogate").is_dir() else folder
    try:
        parts = [sha256(inner / name) for name in ("surrogate.json", "weights.safetensors")]
    except OSError as error:
        raise FileError(f"{error.filename}: cannot be read ({error.strerror})") from error
    return hashlib.sha256("".join(parts).encode()).hexdigest()
