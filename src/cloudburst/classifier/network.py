"""A perceptron as judge.

It is trained with Adam on the binary cross entropy; of all epochs the best by a criterion on
the selection set judges. Weights, batches and dropout draw from torch's generator, which is
seeded for the training and put back as it was.
"""

from __future__ import annotations

__all__ = ["Criterion", "Network", "accuracy", "likelihood", "ranking"]

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from ..nn import MLP
from .judges import Judge, Sets
from .scaling import Scaling
from .scores import area

Criterion = Callable[[Tensor, Tensor], float]


def accuracy(logits: Tensor, labels: Tensor) -> float:
    """The fraction of right answers, the CaloChallenge's criterion; both with shape (N,)."""
    return float(((logits > 0) == (labels > 0.5)).double().mean())


def likelihood(logits: Tensor, labels: Tensor) -> float:
    """Minus the binary cross entropy, in nats; both with shape (N,)."""
    return -float(binary_cross_entropy_with_logits(logits, labels))


def ranking(logits: Tensor, labels: Tensor) -> float:
    """The area under the ROC curve, whatever the scale of the logits; both with shape (N,)."""
    candidate = labels > 0.5
    return area(logits[~candidate].cpu().numpy(), logits[candidate].cpu().numpy())


@dataclasses.dataclass(frozen=True)
class Network(Judge):
    """A multi-layer perceptron with LeakyReLU(0.01).

    Attributes:
        hidden: Widths of its hidden layers.
        dropout: Share of hidden values dropped in training.
        learning_rate: Step size of Adam.
        weight_decay: Decoupled weight decay (Loshchilov, Hutter,
            https://arxiv.org/abs/1711.05101).
        batch: Events per step.
        epochs: Largest number of epochs.
        patience: Epochs without improvement after which it stops.
        criterion: What the best epoch has most of, given logits and labels of a set.
        device: Where it is trained.
        precision: In what numbers it computes.
    """

    hidden: tuple[int, ...] = (128, 128)
    dropout: float = 0.3
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    batch: int = 128
    epochs: int = 40
    patience: int = 12
    criterion: Criterion = ranking
    device: str = "cpu"
    precision: torch.dtype = torch.float32

    @property
    def name(self) -> str:
        """Its name, as in reports."""
        return "network"

    @property
    def steps(self) -> int:
        """The largest number of epochs."""
        return self.epochs

    def __call__(
        self, sets: Sets, seed: int, tick: Callable[[int], Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Logits of the selection and the test set; see `Judge`."""
        scaling = Scaling.fit(sets.train, sets.spreads)
        train, select, test = (
            self._tensor(scaling(x)) for x in (sets.train, sets.select, sets.test)
        )
        answers, labels = self._tensor(sets.select_labels), self._tensor(sets.train_labels)
        best, best_epoch, chosen = -np.inf, 0, (answers, answers)
        with _seeded(seed, self.device):
            training = _Training(self, train, labels)
            for epoch in range(1, self.epochs + 1):
                training.run_epoch()
                logits = training.judge(select)
                tick(epoch)
                if (value := self.criterion(logits, answers)) > best:
                    best, best_epoch, chosen = value, epoch, (logits, training.judge(test))
                elif epoch - best_epoch >= self.patience:
                    break
        selected, tested = (logits.double().cpu().numpy() for logits in chosen)
        return selected, tested

    def _tensor(self, values: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(values).to(self.device, self.precision)


class _Training:
    """A network, its optimiser and its data."""

    def __init__(self, options: Network, x: Tensor, labels: Tensor) -> None:
        self.x, self.labels, self.batch = x, labels, options.batch
        network = MLP(x.shape[1], 1, options.hidden, "leaky_relu", options.dropout)
        self.network = network.to(x)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), options.learning_rate, weight_decay=options.weight_decay
        )

    def run_epoch(self) -> None:
        """One step on each batch of the events in random order."""
        self.network.train()
        order = torch.randperm(len(self.x)).to(self.x.device)
        for rows in torch.split(order, self.batch):
            logits = self.network(self.x[rows]).squeeze(1)
            self.optimizer.zero_grad()
            torch.autograd.backward(binary_cross_entropy_with_logits(logits, self.labels[rows]))
            self.optimizer.step()

    @torch.no_grad()
    def judge(self, x: Tensor) -> Tensor:
        """Logits, with shape (N,), of inputs of shape (N, F)."""
        self.network.eval()
        logits: Tensor = self.network(x).squeeze(1)
        return logits


@contextlib.contextmanager
def _seeded(seed: int, device: str) -> Iterator[None]:
    """Seeds torch's generators, and puts them back as they were."""
    devices = [torch.device(device)] if torch.device(device).type == "cuda" else []
    with torch.random.fork_rng(devices):
        torch.manual_seed(seed)
        yield
