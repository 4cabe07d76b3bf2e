"""How to train, apart from what to train."""

from __future__ import annotations

__all__ = ["PlayerConfig", "Schedule", "TrainConfig"]

import dataclasses
import math
from collections.abc import Callable, Mapping

import torch

from ..errors import TrainingError, nearest

# pydantic, which reads recipes, refuses unknown keys of these tables
_STRICT = {"extra": "forbid"}

_SHAPES: dict[str, Callable[[float], float]] = {
    "constant": lambda t: 1.0,
    "cosine": lambda t: 0.5 * (1 + math.cos(math.pi * t)),
    "linear": lambda t: 1 - t,
    "exponential": lambda t: math.exp(-t),
}

_OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
}


@dataclasses.dataclass(frozen=True)
class Schedule:
    """A learning rate that changes with the share t of training done, after a warm-up.

    The factor is `final + (1 - final) * shape(t)`, with shape 1, (1 + cos(pi t)) / 2, 1 - t or
    exp(-t * times).

    Attributes:
        shape: "constant", "cosine", "linear" or "exponential".
        warmup: Share of training over which the rate first grows from zero.
        final: Factor at the end ("exponential" falls towards it).
        times: How many times the exponential falls by e.
    """

    shape: str = "constant"
    warmup: float = 0.0
    final: float = 0.0
    times: float = 3.0

    __pydantic_config__ = _STRICT

    def __post_init__(self) -> None:
        if self.shape not in _SHAPES:
            raise TrainingError(f"unknown schedule '{self.shape}'; {nearest(self.shape, _SHAPES)}")
        if not 0 <= self.warmup < 1:
            raise TrainingError(f"warmup must be in 0 <= warmup < 1, got {self.warmup}")
        if not (self.final >= 0 and self.times > 0):
            given = f"final = {self.final}, times = {self.times}"
            raise TrainingError(f"a schedule needs final >= 0 and times > 0, got {given}")

    def __call__(self, done: float) -> float:
        """The factor on the learning rate when a share `done` (0..1) of training is done."""
        if done < self.warmup:
            return done / self.warmup
        t = (done - self.warmup) / (1 - self.warmup)
        t = t * self.times if self.shape == "exponential" else t
        return self.final + (1 - self.final) * _SHAPES[self.shape](t)


@dataclasses.dataclass(frozen=True)
class PlayerConfig:
    """How one player learns.

    Attributes:
        optimizer: "adam", "adamw" or "rmsprop".
        rate: Learning rate.
        betas: Decay of the first and second moments (the second alone for "rmsprop").
        weight_decay: Decay of the weights.
        clip: Largest norm of the gradient; 0 for no limit.
        schedule: How the rate changes over training.
    """

    optimizer: str = "adam"
    rate: float = 2e-4
    betas: tuple[float, float] = (0.5, 0.9)
    weight_decay: float = 0.0
    clip: float = 0.0
    schedule: Schedule = Schedule()

    __pydantic_config__ = _STRICT

    def __post_init__(self) -> None:
        if self.optimizer not in _OPTIMIZERS:
            hint = nearest(self.optimizer, _OPTIMIZERS)
            raise TrainingError(f"unknown optimizer '{self.optimizer}'; {hint}")
        if not self.rate > 0:
            raise TrainingError(f"a learning rate must be above zero, got {self.rate}")
        if not all(0 <= beta < 1 for beta in self.betas):
            raise TrainingError(f"betas must be in 0 <= beta < 1, got {list(self.betas)}")
        for name in ("weight_decay", "clip"):
            if not getattr(self, name) >= 0:
                raise TrainingError(f"{name} must not be negative, got {getattr(self, name)}")

    def build(self, module: torch.nn.Module) -> torch.optim.Optimizer:
        """The optimizer of a player's trainable weights."""
        weights = [p for p in module.parameters() if p.requires_grad]
        options = {"lr": self.rate, "weight_decay": self.weight_decay}
        if self.optimizer == "rmsprop":
            return torch.optim.RMSprop(weights, alpha=self.betas[1], foreach=True, **options)
        kind = _OPTIMIZERS[self.optimizer]
        return kind(weights, betas=tuple(self.betas), fused=True, **options)


@dataclasses.dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Attributes:
        steps: Rounds of all turns of the objective, or, with `drawn_turns`, single turns.
        batch: Events in a batch.
        players: How each player learns; those left out learn by the default.
        average: Decay of the moving average of the generator's weights.
        validate_every: Steps between two validations; 0 for none.
        tolerance: Relative difference of validation figures below which the later step wins:
            on few events the smallest figure is chance, and training is seldom done by then.
        log_every: Steps between two entries of the history.
        seed: Seed of everything random in training.
        threads: Threads that one operation may use; 0 leaves it to torch. Sums round alike only
            for the same number, and small networks gain little from a second one.
        bfloat16: Whether networks multiply in bfloat16; weights and losses stay float32.
        compiled: Whether the parts of players are compiled by torch.compile, which takes a
            minute and cannot be derived twice, as gradient penalties need.
        drawn_turns: Whether a step is one turn, drawn at random from the objective's, in place
            of all of them in order; known as stochastic stepping.
        gauges: Whether the history also holds what an objective tells of itself, as slope and
            norms of a critic; takes about as long as a step.
    """

    steps: int = 10_000
    batch: int = 256
    players: Mapping[str, PlayerConfig] = dataclasses.field(default_factory=dict)
    average: float = 0.999
    validate_every: int = 500
    tolerance: float = 0.0
    log_every: int = 50
    seed: int = 0
    threads: int = 0
    bfloat16: bool = False
    compiled: bool = False
    drawn_turns: bool = False
    gauges: bool = False

    __pydantic_config__ = _STRICT

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "log_every"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name in ("validate_every", "seed", "threads"):
            if getattr(self, name) < 0:
                raise TrainingError(f"{name} must not be negative, got {getattr(self, name)}")
        if not self.tolerance >= 0:
            raise TrainingError(f"tolerance must not be negative, got {self.tolerance}")
        if not 0 <= self.average < 1:
            raise TrainingError(f"average must be in 0 <= average < 1, got {self.average}")
