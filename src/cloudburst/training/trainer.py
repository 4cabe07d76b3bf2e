"""The one training loop.

A step is one round of all turns of the objective, or one of them drawn at random. Everything
random in step n is drawn from a stream of (seed, n), so a training that was stopped anywhere goes
on to the same weights, bit by bit, as one that was not.
"""

from __future__ import annotations

__all__ = ["Progress", "Score", "Trainer"]

import copy
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from torch import Tensor

from ..codec import Batch
from ..errors import DivergedError, TrainingError, nearest
from ..generators import Generator
from ..objectives import Objective
from ..streams import Stream
from .config import PlayerConfig, TrainConfig
from .processes import ALONE, Processes

# Tells streams of gauges from those of a step, which have a process's number there.
_GAUGES = 2**31

# A physics figure of a generator; smaller is better.
Score: TypeAlias = Callable[[Generator], float]


class Progress(NamedTuple):
    """Where a training stands.

    Attributes:
        step: Steps done.
        losses: Latest mean loss of each turn.
        figure: Latest validation figure, or None.
    """

    step: int
    losses: Mapping[str, float]
    figure: float | None


class Trainer:
    """Steps an objective's players in turn on data that stays on one device.

    Args:
        objective: The players and their losses; moved to the device of `data`.
        data: All training data.
        config: How to train; its batch is that of all processes together.
        processes: Those that train together.

    Attributes:
        averaged: The generator with the moving average of its weights.
        best: The latest averaged generator whose validation figure was the smallest, or larger
            by no more than the tolerance.
        history: One entry for each `log_every` steps: step, losses, if new the figure, and
            gauges if they are wanted.
    """

    def __init__(
        self,
        objective: Objective,
        data: Batch,
        config: TrainConfig,
        processes: Processes = ALONE,
    ) -> None:
        _refuse(data, config, processes)
        self.processes = processes
        self.objective = objective.to(data.x.device).train()
        processes.share(self.objective.state_dict().values())
        self.data = data
        self.config = config
        self.players = {name: self._player(name) for name in _players(objective)}
        self.optimizers = {
            name: player.build(objective.get_submodule(name))
            for name, player in self.players.items()
        }
        if config.compiled:
            self._compile()
        self.averaged = copy.deepcopy(objective.generator).eval().requires_grad_(False)
        self.best = copy.deepcopy(self.averaged)
        self.best_figure = float("inf")
        self.smallest = float("inf")
        self.best_step = 0
        self.figure: float | None = None
        self.step = 0
        self.history: list[dict[str, Any]] = []
        self._sums: dict[str, Tensor] = {}

    def _compile(self) -> None:
        for name in self.players:
            for part in self.objective.get_submodule(name).children():
                part.compile()

    def run(
        self,
        score: Score | None = None,
        report: Callable[[Progress], None] | None = None,
        save: Callable[[], None] | None = None,
        stop: Callable[[], bool] | None = None,
        save_seconds: float = 30.0,
    ) -> Generator:
        """Trains up to `config.steps`.

        Args:
            score: A physics figure of a generator, smaller is better; the generator that has
                the smallest is returned. Without it, the last one is.
            report: Told of the progress at every entry of the history.
            save: Called every `save_seconds`, and at the end; stores `state_dict`.
            stop: Asked before every step whether to stop here.
            save_seconds: Seconds between two calls of `save`.
        """
        saved = time.monotonic()
        while self.step < self.config.steps and not self._stopped(stop):
            self.advance()
            if self._due(self.config.validate_every) and score:
                self._validate(score)
            if self._due(self.config.log_every):
                self._log(report)
            if save and time.monotonic() - saved > save_seconds:
                save()
                saved = time.monotonic()
        if save:
            save()
        if not score:
            return self.averaged
        if self.step == self.config.steps and not np.isfinite(self.best_figure):
            raise TrainingError("no validation gave a figure: there is no best step to choose")
        return self.best

    def advance(self) -> None:
        """One step: every turn of the objective once."""
        device, (rank, count) = self.data.x.device, self.processes
        seed = _seed(self.config.seed, self.step)
        rng = Stream(seed, device, rank, count)
        done = self.step / self.config.steps
        # dropout draws from torch's own stream, which is given back as it was
        with torch.random.fork_rng([device] if self.data.x.is_cuda else []):
            torch.manual_seed(_seed(self.config.seed, self.step, rank) if rank else seed)
            for turn in self._turns(rng):
                self._play(turn, done, rng)
        self._average()
        self.step += 1

    def state_dict(self) -> dict[str, Any]:
        """Everything that `load_state_dict` needs to go on as if nothing had happened."""
        return {
            "step": self.step,
            "objective": self.objective.state_dict(),
            "averaged": self.averaged.state_dict(),
            "best": self.best.state_dict(),
            "best_figure": self.best_figure,
            "smallest": self.smallest,
            "best_step": self.best_step,
            "figure": self.figure,
            "history": self.history,
            "sums": self._sums,
            "optimizers": {name: o.state_dict() for name, o in self.optimizers.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Takes up a state; raises TrainingError if it is of another objective."""
        try:
            self.objective.load_state_dict(state["objective"])
            self.averaged.load_state_dict(state["averaged"])
            self.best.load_state_dict(state["best"])
            for name, optimizer in self.optimizers.items():
                optimizer.load_state_dict(state["optimizers"][name])
            for name in ("step", "best_figure", "smallest", "best_step", "figure", "history"):
                setattr(self, name, state[name])
            device = self.data.x.device
            self._sums = {turn: loss.to(device) for turn, loss in state["sums"].items()}
        except (KeyError, RuntimeError, ValueError) as error:
            raise TrainingError(f"the checkpoint is of another training: {error}") from error

    def _player(self, name: str) -> PlayerConfig:
        for given in self.config.players:
            if given not in _players(self.objective):
                hint = nearest(given, _players(self.objective))
                raise TrainingError(f"the objective has no player '{given}'; {hint}")
        return self.config.players.get(name, PlayerConfig())

    def _stopped(self, stop: Callable[[], bool] | None) -> bool:
        return self.processes.any(bool(stop and stop()), self.data.x.device)

    def _turns(self, rng: Stream) -> tuple[str, ...]:
        turns = self.objective.turns
        return (turns[rng.choice(len(turns))],) if self.config.drawn_turns else turns

    def _play(self, turn: str, done: float, rng: Stream) -> None:
        name = turn.partition(":")[0]
        player, optimizer = self.players[name], self.optimizers[name]
        index = rng.integers(len(self.data.x), self.config.batch // self.processes.count)
        batch = Batch(*(part[index] for part in self.data))
        with torch.autocast(rng.device.type, torch.bfloat16, enabled=self.config.bfloat16):
            loss = self.objective.loss(turn, batch, rng).float()
        weights = optimizer.param_groups[0]["params"]
        # gradients of this player only: a generator's loss passes through the critic
        gradients = torch.autograd.grad(loss, weights, allow_unused=True)
        mean = loss.detach()
        self.processes.average([mean, *(g for g in gradients if g is not None)])
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient
        if player.clip:
            torch.nn.utils.clip_grad_norm_(weights, player.clip)
        optimizer.param_groups[0]["lr"] = player.rate * player.schedule(done)
        optimizer.step()
        self.objective.after(name)
        played = torch.stack([mean, torch.ones_like(mean)])
        self._sums[turn] = self._sums.get(turn, torch.zeros_like(played)) + played

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.config.average, (self.step + 1) / (self.step + 10))
        source, target = self.objective.generator, self.averaged
        torch._foreach_lerp_(list(target.parameters()), list(source.parameters()), 1 - decay)
        for mean, value in zip(target.buffers(), source.buffers(), strict=True):
            mean.copy_(value)

    def _due(self, every: int) -> bool:
        return every > 0 and (self.step % every == 0 or self.step == self.config.steps)

    def _validate(self, score: Score) -> None:
        if not all(weight.isfinite().all() for weight in self.averaged.parameters()):
            raise self._diverged("weights are no numbers")
        figure = score(self.averaged) if self.processes.leads else 0.0
        self.figure = self.processes.tell(figure, self.data.x.device)
        margin = self.config.tolerance * abs(self.smallest) if self.best_step else 0.0
        better = self.figure < self.smallest + margin
        self.smallest = min(self.smallest, self.figure)
        if better:
            self.best_figure, self.best_step = self.figure, self.step
            self.best.load_state_dict(self.averaged.state_dict())

    def _gauges(self) -> dict[str, float]:
        """The objective's gauges on a batch of their own, which leaves no trace in training."""
        device, (rank, count) = self.data.x.device, self.processes
        rng = Stream(_seed(self.config.seed, self.step, _GAUGES), device, rank, count)
        index = rng.integers(len(self.data.x), self.config.batch // count)
        return self.objective.gauges(Batch(*(part[index] for part in self.data)), rng)

    def _validated(self) -> int:
        """The latest step that was due for validation; 0 if there was none."""
        every = self.config.validate_every
        if every == 0 or self.step == self.config.steps:
            return self.step
        return self.step - self.step % every

    def _diverged(self, why: str) -> DivergedError:
        return DivergedError(
            f"training diverged before step {self.step}: {why}; "
            "lower the learning rates or clip the gradients"
        )

    def _log(self, report: Callable[[Progress], None] | None) -> None:
        past = self.history[-1]["step"] if self.history else 0
        losses = {turn: (loss / plays).item() for turn, (loss, plays) in self._sums.items()}
        self._sums = {}
        if not all(np.isfinite(loss) for loss in losses.values()):
            raise self._diverged(f"losses are {losses}")
        entry: dict[str, Any] = {"step": self.step, "losses": losses}
        if self._validated() > past and self.figure is not None:
            entry |= {"figure": self.figure, "kept": self.best_step > past}
        if self.config.gauges:
            entry |= {"gauges": self._gauges()}
        self.history.append(entry)
        if report:
            report(Progress(self.step, losses, self.figure))


def _refuse(data: Batch, config: TrainConfig, processes: Processes) -> None:
    if len(data.x) == 0:
        raise TrainingError("there are no events to train on")
    if config.batch % processes.count:
        raise TrainingError(
            f"a batch of {config.batch} events cannot be dealt to {processes.count} "
            "processes; choose a multiple for training.batch"
        )


def _seed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1)[0])


def _players(objective: Objective) -> list[str]:
    return list(dict.fromkeys(turn.partition(":")[0] for turn in objective.turns))
