"""What a training costs a processor core, whatever else the machine does."""

from __future__ import annotations

__all__ = ["Costs"]

import json
import time

import torch

from cloudburst.codec import Batch, Codec
from cloudburst.distances import Measurement
from cloudburst.experiment import Recipe
from cloudburst.experiment.build import build_codec, build_objective
from cloudburst.experiment.data import load_data
from cloudburst.training import Trainer

_STEPS, _ROUNDS = 4, 5


class Costs:
    """CPU time of trainings; rungs with the same codec share what it encodes."""

    def __init__(self) -> None:
        self._encoded: dict[str, tuple[Codec, Batch]] = {}

    def minutes(self, recipe: Recipe) -> Measurement:
        """Minutes of one core that all steps take, from a few of them; validations left out."""
        torch.set_num_threads(1)
        codec, batch = self._encode(recipe)
        trainer = Trainer(build_objective(recipe, codec, batch), batch, recipe.training)
        trainer.advance()
        times = []
        for _ in range(_ROUNDS):
            start = time.process_time()
            for _ in range(_STEPS):
                trainer.advance()
            times.append((time.process_time() - start) / _STEPS)
        spent = torch.tensor(times).double() * recipe.training.steps / 60
        return Measurement(float(spent.median()), float(spent.std() / _ROUNDS**0.5))

    def _encode(self, recipe: Recipe) -> tuple[Codec, Batch]:
        key = json.dumps([recipe.data.model_dump(), recipe.codec.model_dump()], sort_keys=True)
        if key not in self._encoded:
            data = load_data(recipe.data, recipe.training.seed)
            codec = build_codec(recipe, data.training)
            self._encoded[key] = codec, codec.encode(data.training)
        return self._encoded[key]
