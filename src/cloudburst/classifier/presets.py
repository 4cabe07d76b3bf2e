"""Sets of tests to choose from by the time at hand."""

from __future__ import annotations

__all__ = [
    "PRESETS",
    "published_tests",
    "quick_tests",
    "standard_tests",
    "named_tests",
    "thorough_tests",
]

import functools
from collections.abc import Callable, Mapping

import torch

from ..errors import DataError, nearest
from .inputs import (
    CHALLENGE_HIGH_LEVEL,
    HIGH_LEVEL,
    LAYER_NORMALISED,
    LOG_CELLS,
    LOW_LEVEL,
    TEXTURE,
)
from .network import Network, accuracy
from .trees import Trees
from .two_sample import ClassifierTest


def quick_tests() -> tuple[ClassifierTest, ...]:
    """Some two seconds: trees that learn from at most two thousand events of each sample."""
    return (
        ClassifierTest(HIGH_LEVEL, Trees(iterations=40), trainings=2, most=3000),
        ClassifierTest(TEXTURE, Trees(iterations=40), trainings=2, most=3000),
    )


def standard_tests() -> tuple[ClassifierTest, ...]:
    """Some 15 seconds on two cores for a thousand showers of 507 cells."""
    return (
        ClassifierTest(HIGH_LEVEL, Network()),
        ClassifierTest(TEXTURE, Network()),
        ClassifierTest(TEXTURE, Trees()),
    )


def thorough_tests() -> tuple[ClassifierTest, ...]:
    """More trainings of each, and the cells: minutes for a thousand showers of 507 cells."""
    return (
        ClassifierTest(HIGH_LEVEL, Network(epochs=80, patience=25), trainings=20),
        ClassifierTest(TEXTURE, Network(epochs=80, patience=25), trainings=20),
        ClassifierTest(TEXTURE, Trees(iterations=150), trainings=20),
        ClassifierTest(LOG_CELLS, Network((256, 256)), trainings=10),
        ClassifierTest(LAYER_NORMALISED, Trees(iterations=150)),
    )


def published_tests(device: str = "cpu", width: int = 2048) -> tuple[ClassifierTest, ...]:
    """The CaloChallenge's networks on its three kinds of inputs, ten trainings each.

    Three hidden layers of `width`, LeakyReLU(0.01), Adam at 2e-4 on the binary cross entropy,
    batches of 1,000, 50 epochs in double precision; of each sample 60 % train, 20 % select the
    epoch with the best accuracy and calibrate, 20 % are judged, the same in all trainings. The
    published results are of 100,000 events of each sample; the width was 512 for data set 1.

    Args:
        device: Where it is trained; on a processor, each training takes many minutes.
        width: Width of the hidden layers.

    Source: Krause et al., https://arxiv.org/abs/2410.21611, section on the classifiers
    """
    network = Network(
        hidden=(width, width, width),
        dropout=0.0,
        learning_rate=2e-4,
        weight_decay=0.0,
        batch=1000,
        epochs=50,
        patience=50,
        criterion=accuracy,
        device=device,
        precision=torch.float64,
    )
    return tuple(
        ClassifierTest(inputs, network, blocks=5, trainings=10, select=0.2, rotate=False)
        for inputs in (LOW_LEVEL, LAYER_NORMALISED, CHALLENGE_HIGH_LEVEL)
    )


PRESETS: Mapping[str, Callable[[], tuple[ClassifierTest, ...]]] = {
    "quick": quick_tests,
    "standard": standard_tests,
    "thorough": thorough_tests,
    "calochallenge": published_tests,
    "calochallenge-512": functools.partial(published_tests, width=512),
    "calochallenge-gpu": functools.partial(published_tests, device="cuda"),
}


def named_tests(name: str) -> tuple[ClassifierTest, ...]:
    """The tests of a preset; raises DataError for an unknown name.

    >>> print(*(test.name for test in named_tests("quick")), sep="; ")
    trees, high_level; trees, texture
    """
    if name not in PRESETS:
        raise DataError(f"no classifier tests are called '{name}'; {nearest(name, PRESETS)}")
    return PRESETS[name]()
