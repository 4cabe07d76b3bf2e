"""Laws of generators and critics."""

from __future__ import annotations

__all__ = ["check_critic", "check_generator"]

import copy
from collections.abc import Collection

import torch
from torch import Tensor

from ..critics import Critic
from ..generators import Generator
from .laws import by_event, equal, gradient, law, learns, rebuilt, shaped, steady


def check_generator(generator: Generator, c: Tensor, values: int) -> None:
    """A deterministic map, event by event, that noise and every weight have a part in.

    Args:
        generator: A generator.
        c: Features, with shape (N, F), N > 1.
        values: The number D of network values.
    """
    generator = copy.deepcopy(generator).eval()
    shape = generator.noise_shape
    sizes = isinstance(shape, tuple) and all(isinstance(n, int) and n > 0 for n in shape)
    law(generator, sizes and len(shape) > 0, f"noise_shape is {shape}, not a tuple of sizes")
    z, other = torch.randn(2, len(c), *shape, generator=torch.Generator().manual_seed(0))
    x = steady(generator, lambda: generator(z, c))
    shaped(generator, "forward", x, (len(c), values))
    by_event(generator, lambda i: generator(z[i], c[i]), len(c))
    law(generator, not torch.equal(generator(other, c), x), "noise makes no difference")
    equal(generator, "a rebuilt one differs", rebuilt(generator, Generator)(z, c), x)
    learns(generator, generator.train()(z, c).square().sum(), generator)


def check_critic(critic: Critic, x: Tensor, c: Tensor, idle: Collection[str] = ()) -> None:
    """Scores events, each on its own if it says so, and lets gradients through.

    Args:
        critic: A critic.
        x: Network values, with shape (N, D), N > 1.
        c: Features, with shape (N, F).
        idle: Names of weights, or patterns such as "*.bias", that no gradient reaches on
            purpose.
    """
    critic = copy.deepcopy(critic).eval()
    scores = steady(critic, lambda: critic(x, c))
    law(critic, scores.ndim == 2 and scores.shape[1] > 0, "scores are not (N, K)")
    shaped(critic, "forward", scores, (len(x), scores.shape[1]))
    if critic.per_event:
        by_event(critic, lambda i: critic(x[i], c[i]), len(x))
    equal(critic, "a rebuilt one differs", rebuilt(critic, Critic)(x, c), scores)
    slopes = gradient(critic, lambda v: critic(v, c), x)
    law(critic, bool(slopes.any()), "the score does not depend on the values")
    learns(critic, critic.train()(x, c).square().sum(), critic, idle)
