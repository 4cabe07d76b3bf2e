"""Boosted decision trees as judge: a fast second opinion."""

from __future__ import annotations

__all__ = ["Trees"]

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from .judges import Judge, Sets


@dataclasses.dataclass(frozen=True)
class Trees(Judge):
    """Gradient boosting of histogrammed inputs; any monotone change of an input is the same to it.

    Ke et al., LightGBM, NeurIPS 2017. Undefined inputs are a branch of their own. They need
    no selection set, which then only calibrates.

    Attributes:
        iterations: Number of trees.
        learning_rate: Weight of each tree.
        leaves: Largest number of leaves of a tree.
    """

    iterations: int = 80
    learning_rate: float = 0.1
    leaves: int = 31

    @property
    def name(self) -> str:
        """Its name, as in reports."""
        return "trees"

    @property
    def steps(self) -> int:
        """All trees are one step."""
        return 1

    def fit(
        self, x: NDArray[np.float32], labels: NDArray[np.float32], seed: int
    ) -> HistGradientBoostingClassifier:
        """The trained trees, for inputs of shape (N, F) and labels of shape (N,)."""
        return HistGradientBoostingClassifier(
            learning_rate=self.learning_rate,
            max_iter=self.iterations,
            max_leaf_nodes=self.leaves,
            early_stopping=False,
            random_state=seed % 2**32,
        ).fit(x, labels)

    def __call__(
        self, sets: Sets, seed: int, tick: Callable[[int], Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log odds of the selection and the test set; see `Judge`."""
        trees = self.fit(sets.train, sets.train_labels, seed)
        tick(1)
        return trees.decision_function(sets.select), trees.decision_function(sets.test)
