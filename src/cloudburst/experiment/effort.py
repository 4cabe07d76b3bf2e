"""How much time a validation takes."""

from __future__ import annotations

__all__ = ["FULL", "QUICK", "Effort"]

import dataclasses

from ..classifier import ClassifierTest, named_tests
from ..validation.multivariate import QUICK as QUICKLY
from ..validation.multivariate import JointSettings


@dataclasses.dataclass(frozen=True)
class Effort:
    """What is computed, and how often.

    Attributes:
        name: What it is called.
        events: Largest number of reference events, or None for all.
        splits: Halvings of the reference for distances.
        repeats: Resamplings for their errors.
        tests: Classifier two-sample tests.
        giveaways: Whether to say what gives the candidate away.
        joint: Settings of the joint figures.
        bins: Bins of a condition in which each observable is compared; none if 0.
        baseline: Events of a parametric simulation beside the candidate.
        batches: Numbers of events made at once that are timed.
        inquiries: Whether to make what only some detectors and candidates allow.
        figures: Largest number of observables that are drawn, the worst first.
    """

    name: str
    events: int | None
    splits: int
    repeats: int
    tests: tuple[ClassifierTest, ...]
    giveaways: bool
    joint: JointSettings
    bins: int
    baseline: int
    batches: tuple[int, ...]
    inquiries: bool
    figures: int


FULL = Effort(
    name="full",
    events=None,
    splits=4,
    repeats=25,
    tests=named_tests("standard"),
    giveaways=True,
    joint=JointSettings(splits=2, most=5000),
    bins=8,
    baseline=2000,
    batches=(1, 128, 1024),
    inquiries=True,
    figures=40,
)
QUICK = Effort(
    name="quick",
    events=10_000,
    splits=1,
    repeats=8,
    tests=named_tests("quick"),
    giveaways=False,
    joint=QUICKLY,
    bins=0,
    baseline=200,
    batches=(1024,),
    inquiries=False,
    figures=6,
)
