"""What is asked of a judge: scores that tell two kinds of events apart."""

from __future__ import annotations

__all__ = ["Judge", "Sets"]

import abc
import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclasses.dataclass(frozen=True)
class Sets:
    """Labelled events to learn from, to select by, and unlabelled ones to be judged.

    Attributes:
        train: Inputs to learn from, with shape (N, F); NaN where undefined.
        train_labels: 1 for the candidate and 0 for the reference, with shape (N,).
        select: Inputs to choose the best epoch by, with shape (M, F).
        select_labels: Their labels, with shape (M,).
        test: Inputs to judge, with shape (K, F).
        spreads: Standard deviation to give each input, with shape (F,); NaN to leave one.
    """

    train: NDArray[np.float32]
    train_labels: NDArray[np.float32]
    select: NDArray[np.float32]
    select_labels: NDArray[np.float32]
    test: NDArray[np.float32]
    spreads: NDArray[np.float32]


class Judge(abc.ABC):
    """Learns to tell candidate from reference."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Its name, as in reports."""

    @property
    @abc.abstractmethod
    def steps(self) -> int:
        """How often it calls `tick` at most while it learns."""

    @abc.abstractmethod
    def __call__(
        self, sets: Sets, seed: int, tick: Callable[[int], Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Scores, larger for what looks like the candidate.

        Args:
            sets: The events.
            seed: Seed of everything random; the same seed gives the same scores.
            tick: Told after each step how many are done.

        Returns:
            Scores of `select` and of `test`, with shapes (M,) and (K,).
        """
