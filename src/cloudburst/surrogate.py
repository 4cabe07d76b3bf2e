"""A trained generator with all that is needed to use it.

A surrogate is kept in a folder:

```
surrogate.json       layout, version, detector, features, transform, generator, provenance
weights.safetensors  every number in it
```
"""

from __future__ import annotations

__all__ = ["Surrogate"]

import hashlib
import itertools
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from . import noise, zoo
from .bundle import load_weights, read_description, write_bundle
from .codec import Codec, Features
from .detector import Detector
from .engines import Choice, Engine, Listed, Program, Run, Task, choose, resolve_engine
from .errors import ConditionError, DataError, FormatError, SpecError
from .events import Events
from .generators import Generator
from .spec import build, describe
from .transforms import Transform

# Events that each engine makes to be compared with the others.
_TRIAL = 4096


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
        # name: engine, workers, state of the weights, program
        self._programs: dict[str, tuple[Engine, int, list[tuple[int, int]], Program]] = {}
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
        engine: Engine | str = "eager",
    ) -> Events:
        """Events for physical conditions.

        Event i of seed s is the same, to the last bit with one engine on one machine, whatever
        `batch` is, in however many calls the events are made, and with any number of threads.
        As many are used as `torch.get_num_threads()` says.

        Args:
            conditions: Conditions, in the detector's units, with shape (N, C).
            seed: Seed of the run.
            first: Number of the first event within the run.
            batch: Events made at once.
            extrapolate: Whether conditions outside the trained range are let through.
            engine: What makes them, or the name of one of `cloudburst.engines.ENGINES`; "auto"
                is the fastest on this machine, as `choose_engine` finds it.

        Raises:
            ConditionError: A condition is outside the trained range.
            ShapeError: The conditions are not (N, C).
            DataError: There are no conditions, or the response is not finite.
            SpecError: The engine is unknown, or cannot run here.
            MissingExtraError: The engine needs a package that is not installed.
        """
        parts = list(self.iterate(conditions, seed, first, batch, extrapolate, engine))
        return parts[0] if len(parts) == 1 else Events.concatenate(parts)

    def iterate(
        self,
        conditions: ArrayLike,
        seed: int = 0,
        first: int = 0,
        batch: int = 1024,
        extrapolate: bool = False,
        engine: Engine | str = "eager",
    ) -> Iterator[Events]:
        """As `sample`, but yields the events batch by batch, for more than memory holds.

        The next batch is being made while the last one is used.
        """
        if batch < 1:
            raise DataError(f"a batch needs at least one event, got {batch}")
        checked = self.check_conditions(conditions, extrapolate)
        with self._run(self._resolve(engine), seed, len(checked)) as run:
            before = None
            for start in range(0, len(checked), batch):
                pending = run.submit(checked[start : start + batch], first + start)
                if before is not None:
                    yield Events(self.detector, before.conditions, before.result())
                before = pending
            if before is not None:
                yield Events(self.detector, before.conditions, before.result())

    def choose_engine(self) -> Choice:
        """The fastest engine of this machine whose showers are those of float32.

        All are measured the first time, which takes a minute; the result is kept in the user's
        cache, for this surrogate, machine, number of threads and versions of the libraries.
        """
        conditions = self.detector.draw_conditions(_TRIAL, np.random.default_rng(0))

        def trial(engine: Engine) -> Callable[[], Mapping[str, NDArray[np.float32]]]:
            self._program(engine)
            return lambda: self.sample(conditions, batch=_TRIAL, engine=engine).readouts

        noise.prepare()
        return choose(trial, self.fingerprint())

    def fingerprint(self) -> str:
        """A hash of all that decides about its events: description, weights, not provenance."""
        text = json.dumps(self._parts(), sort_keys=True)
        digest = hashlib.sha256(text.encode())
        for name, tensor in sorted(self.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()

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

    def save(self, folder: Path, overwrite: bool = False, half: torch.dtype | None = None) -> None:
        """Writes the folder, whole or not at all.

        Args:
            folder: The folder.
            overwrite: Whether a folder already there is replaced.
            half: Half precision in which large arrays are kept, torch.float16 or torch.bfloat16;
                what is loaded then differs by that rounding. All digits are kept if left out.

        Raises:
            ExistsError: It is there, and `overwrite` is false.
            SpecError: That is no half precision.
        """
        parts = {**self._parts(), "provenance": self.provenance}
        write_bundle(folder, parts, self, overwrite, half)

    @classmethod
    def load(cls, folder: Path | str, packages: Collection[str] = ()) -> Surrogate:
        """Reads a surrogate's folder, or that of a run that holds one.

        Args:
            folder: The folder, or "zoo:NAME" for a surrogate that ships with the package.
            packages: Packages besides cloudburst whose classes it may use.

        Raises:
            FileError: A file is missing or damaged, or its parts do not fit together.
            SpecError: It names a class of the wrong kind or of a package not in `packages`;
                nothing of it has run then.
        """
        folder = zoo.locate(folder)
        if (folder / "surrogate").is_dir():
            folder = folder / "surrogate"
        path = folder / "surrogate.json"
        description = read_description(path)
        surrogate = cls._build(path, description, packages)
        load_weights(surrogate, folder / "weights.safetensors", description)
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

    def _parts(self) -> dict[str, Any]:
        """The parts as plain data."""
        return {
            "detector": self.detector.to_dict(),
            "features": describe(self.codec.features),
            "transform": describe(self.codec.transform),
            "generator": describe(self.generator),
        }

    def _resolve(self, engine: Engine | str) -> Engine:
        return resolve_engine(self.choose_engine().engine if engine == "auto" else engine)

    def _run(self, engine: Engine, seed: int, n: int) -> Run:
        """What makes n events with an engine."""
        program = self._program(engine)
        shape, device = self.generator.noise_shape, engine.device(self)
        sizes, workers = engine.blocks(self), engine.workers(self, torch.get_num_threads())
        return Run(
            program,
            sizes,
            workers,
            noise.source(n * math.prod(shape), device),
            seed,
            shape,
            {r.name: r.shape for r in self.detector.readouts},
            device,
        )

    def _program(self, engine: Engine) -> Program:
        """The engine's program, started anew where weights were changed or moved since."""
        tensors = itertools.chain(self.parameters(), self.buffers())
        state = [(t.data_ptr(), 0 if t.is_inference() else t._version) for t in tensors]
        workers = engine.workers(self, torch.get_num_threads())
        started = self._programs.get(engine.name)
        if started is None or started[:3] != (engine, workers, state):
            program = engine.start(self._task(), workers)
            started = self._programs[engine.name] = engine, workers, state, program
        return started[3]

    def _task(self) -> Task:
        low = torch.tensor([[c.low for c in self.detector.conditions]])
        z = noise.normal(0, 0, 1, self.generator.noise_shape)
        return Task(Listed(self).eval(), z, low, self.fingerprint())

    def __getstate__(self) -> dict[str, Any]:
        """All but the programs, which belong to this process."""
        return {**self.__dict__, "_programs": {}}
