"""Sets of tests to choose from by the time at hand."""

from __future__ import annotations

__all__ = ["published_tests", "standard_tests", "thorough_tests"]

from .inputs import HIGH_LEVEL, LAYER_NORMALISED, LOG_CELLS, LOW_LEVEL, TEXTURE
from .network import Network, accuracy
from .trees import Trees
from .two_sample import ClassifierTest


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


def published_tests(device: str = "cpu") -> tuple[ClassifierTest, ...]:
    """The CaloChallenge's networks on its three kinds of inputs, ten trainings each.

    Meant for 100,000 events of each sample and a GPU; see
    https://arxiv.org/abs/2410.21611, section on the classifiers. Single precision, and the
    test set goes round instead of staying the same.
    """
    network = Network(
        hidden=(2048, 2048, 2048),
        dropout=0.0,
        learning_rate=2e-4,
        weight_decay=0.0,
        batch=1000,
        epochs=50,
        patience=50,
        criterion=accuracy,
        device=device,
    )
    return tuple(
        ClassifierTest(inputs, network, blocks=6, trainings=10, select=1 / 6)
        for inputs in (LOW_LEVEL, LAYER_NORMALISED, HIGH_LEVEL)
    )
