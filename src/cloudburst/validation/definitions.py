"""What the words and figures of a report mean, for those who read it without this package."""

from __future__ import annotations

__all__ = ["Definition", "definitions"]

from collections.abc import Collection
from typing import NamedTuple


class Definition(NamedTuple):
    """A term and its meaning.

    Attributes:
        term: The term, as in the report.
        text: Its meaning.
        source: Link to where it comes from, "" for what is ours.
    """

    term: str
    text: str
    source: str = ""


_GENERAL = (
    Definition(
        "Floor",
        "The distance that the full simulation has from itself. Its events are split at random "
        "into halves A and B, and as many surrogate events C are taken; the measured distance is "
        "d(A, C) and the floor d(A, B), both averaged over several splits. All samples have one "
        "size, so that both distances have the same statistical bias.",
    ),
    Definition(
        "Ratio",
        "Measured distance over floor: 1 for a surrogate that cannot be told from the full "
        "simulation with this many events. More events lower the floor and so sharpen the test.",
    ),
    Definition(
        "Excess",
        "Measured distance less floor, in units of their combined statistical error.",
    ),
    Definition(
        "Error",
        "One standard deviation, found by drawing the events anew with replacement.",
        "https://doi.org/10.1214/aos/1176344552",
    ),
)

_DISTANCES = {
    "separation": Definition(
        "Separation",
        "½ Σ (p − q)² / (p + q), with p and q the fractions of both samples in bins that hold "
        "equal shares of the reference. 0 for equal and 1 for disjoint samples.",
        "https://arxiv.org/abs/2410.21611",
    ),
    "normalized_wasserstein": Definition(
        "Normalized Wasserstein",
        "The mean way that the values of one sample must be moved to give the other, in units of "
        "the standard deviation of the reference. It needs no bins.",
        "https://arxiv.org/abs/1509.02237",
    ),
    "wasserstein": Definition(
        "Wasserstein",
        "The mean way that the values of one sample must be moved to give the other, in the unit "
        "of the observable. It needs no bins.",
        "https://arxiv.org/abs/1509.02237",
    ),
    "kolmogorov_smirnov": Definition(
        "Kolmogorov–Smirnov",
        "The largest difference of the two cumulative distributions: 0 for equal and 1 for "
        "disjoint samples.",
        "https://doi.org/10.1214/aoms/1177730256",
    ),
    "total_variation": Definition(
        "Total variation",
        "½ Σ |p − q| of the fractions in bins that hold equal shares of the reference: 0 for "
        "equal and 1 for disjoint samples.",
    ),
    "jensen_shannon": Definition(
        "Jensen–Shannon",
        "½ Σ p ln(p / m) + ½ Σ q ln(q / m) with m = (p + q) / 2, of the fractions in bins: 0 for "
        "equal samples and ln 2 for disjoint ones.",
        "https://doi.org/10.1109/18.61115",
    ),
    "kullback_leibler": Definition(
        "Kullback–Leibler",
        "Σ p ln(p / q) of the fractions in bins, half an entry added to each; 0 if equal.",
        "https://doi.org/10.1214/aoms/1177729694",
    ),
    "chi2_ndf": Definition(
        "Chi-squared per degree of freedom",
        "Of two histograms; about 1 for two samples of one source.",
        "https://arxiv.org/abs/physics/0605123",
    ),
}

_CLASSIFIER = Definition(
    "Classifier AUC",
    "A classifier is trained to tell surrogate events from full simulation and tested on events "
    "that it never saw; the area under its ROC curve is 0.5 if it can only guess and 1 if it is "
    "always right. Its floor is the same for full simulation against full simulation. It depends "
    "on the classifier and on how many events it was trained on.",
    "https://arxiv.org/abs/1610.06545",
)

_RESPONSE = Definition(
    "Response bias",
    "The mean of signal over incident energy in the surrogate, over that in the full simulation, "
    "less one.",
)


def definitions(
    distances: Collection[str], classifier: bool = False, response: bool = False
) -> tuple[Definition, ...]:
    """The terms that a report uses.

    Args:
        distances: Names of the distances; those unknown here are left out.
        classifier: Whether it shows a classifier.
        response: Whether it shows a response.
    """
    shown = [definition for name, definition in _DISTANCES.items() if name in distances]
    others = [(classifier, _CLASSIFIER), (response, _RESPONSE)]
    return (*_GENERAL, *shown, *(definition for wanted, definition in others if wanted))
