"""Laws of objectives."""

from __future__ import annotations

__all__ = ["check_objective"]

import contextlib
import copy
from collections.abc import Collection

import torch
from torch import Tensor

from ..codec import Batch
from ..generators import Generator
from ..objectives import Objective
from ..streams import Stream
from .laws import law, learns, shaped, steady


def check_objective(objective: Objective, batch: Batch, idle: Collection[str] = ()) -> None:
    """Every player is a part with a finite loss, repeatable, that reaches its weights.

    Args:
        objective: An objective.
        batch: Real events, more than one.
        idle: Names of a player's weights, or patterns such as "*.bias", that no gradient
            reaches on purpose.
    """
    objective = copy.deepcopy(objective)
    law(objective, isinstance(objective.generator, Generator), "its generator is none")
    players: dict[str, list[Tensor]] = {}
    for turn in dict.fromkeys(objective.turns):
        player = turn.partition(":")[0]
        is_part = player in dict(objective.named_modules())
        law(objective, is_part, f"has no part '{player}' for the turn '{turn}'")
        loss = steady(objective.eval(), lambda turn=turn: _loss(objective, turn, batch))
        shaped(objective, f"loss of '{turn}'", loss, ())
        trained = _loss(objective.train(), turn, batch)
        players.setdefault(player, []).append(trained)
    law(objective, bool(players), "it has no turns")
    for name, losses in players.items():
        learns(objective, torch.stack(losses).sum(), objective.get_submodule(name), idle)
    for name in players:
        objective.after(name)
    weights = [w for name in players for w in objective.get_submodule(name).parameters()]
    law(objective, all(w.isfinite().all() for w in weights), "after() spoils weights")
    shared = {id(w) for w in objective.generator.parameters()} - {id(w) for w in weights}
    law(objective, not shared, "no player learns the generator")


def _loss(objective: Objective, turn: str, batch: Batch) -> Tensor:
    with torch.random.fork_rng(devices=[]) if objective.training else contextlib.nullcontext():
        return objective.loss(turn, batch, Stream(0, batch.x.device))
