"""What the words and figures of a report mean, for those who read it without this package."""

from __future__ import annotations

__all__ = ["Definition", "definitions", "distance_terms"]

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

_JOINT = (
    Definition(
        "Classifier AUC",
        "A classifier is trained to tell surrogate events from full simulation and tested on "
        "events that it never saw; the area under its ROC curve is 0.5 if it can only guess and "
        "1 if it is always right. Its floor is the same for full simulation against full "
        "simulation. It depends on the classifier and on how many events it was trained on.",
        "https://arxiv.org/abs/1610.06545",
    ),
    Definition(
        "Giveaway",
        "By how much the AUC of boosted trees falls when the values of one input are shuffled "
        "among the events. Inputs that say the same share their importance.",
        "https://doi.org/10.1023/A:1010933404324",
    ),
    Definition(
        "FPD",
        "Fréchet physics distance: the squared distance of the means and covariances of all "
        "observables, extrapolated to infinitely many events. 0 is ideal.",
        "https://arxiv.org/abs/2211.10295",
    ),
    Definition(
        "KPD",
        "Kernel physics distance: the squared maximum mean discrepancy of all observables with "
        "a kernel of fourth degree, hence of all moments up to the fourth. 0 is ideal; the "
        "estimate may be below it.",
        "https://arxiv.org/abs/2211.10295",
    ),
    Definition(
        "Precision and recall",
        "Precision: the share of surrogate events that lie among those of the full simulation, "
        "that is within the distance of the fifth nearest neighbour of one of them. Recall: the "
        "same the other way round. Low precision means events that cannot be, low recall events "
        "that never come.",
        "https://arxiv.org/abs/1904.06991",
    ),
    Definition(
        "Density and coverage",
        "As precision and recall, but robust against outliers: the mean number of neighbourhoods "
        "about a surrogate event, over five, and the share of neighbourhoods with any.",
        "https://arxiv.org/abs/2002.09797",
    ),
    Definition(
        "PRD",
        "Precision and recall as a curve: which share of the surrogate is real for which share "
        "of reality that it reaches, over clusters of both samples. (1, 1) is ideal.",
        "https://arxiv.org/abs/1806.00035",
    ),
    Definition(
        "Worth in events",
        "The number of events of full simulation that is as far from the full simulation as the "
        "surrogate is, by the mean Kolmogorov–Smirnov distance of all observables. More events "
        "of the surrogate tell no more than so many of the full simulation.",
    ),
    Definition(
        "Memorisation",
        "The share of surrogate events that are nearer to a training event than to a test event: "
        "one half is ideal, more means copies. The p-value is the chance of such a share if "
        "nothing is memorised.",
        "https://arxiv.org/abs/2004.05675",
    ),
    Definition(
        "Correlation",
        "Pearson's correlation coefficient of two observables over all events that define both; "
        "the error of the difference is found by drawing the events anew.",
    ),
    Definition(
        "Held-out slice",
        "Distances at conditions that were kept from the training, over those of as many events "
        "beside them; 1 is ideal, more is the price of interpolating.",
    ),
    Definition(
        "Response bias",
        "The mean of signal over incident energy in the surrogate, over that in the full "
        "simulation, less one.",
    ),
)

_GATES = (
    Definition(
        "Noticed from",
        "The smallest value that would have failed, with this many events: the limit, or what "
        "chance may do to a candidate without fault if that is more. All findings of a gate "
        "share one chance of a false alarm (Bonferroni).",
    ),
    Definition(
        "G0 Invariants",
        "What holds for every event: signals are finite, not negative and not below threshold; "
        "they are in the unit of the full simulation; no more energy is read out than came in; "
        "conditions are in their ranges.",
    ),
    Definition(
        "G1 Determinism",
        "The same seed gives the same bytes, in batches of any size and in shards made in any "
        "order; another seed gives other events.",
    ),
    Definition(
        "G2 Physics by condition",
        "Mean response and resolution in bins of every condition (half of the central 68 % "
        "interval); distances over floor; chi-squared of the signal of each readout; mean and "
        "width of every observable in bins of every condition; the shares of events beyond the "
        "outermost quantiles; occupancy and mean of every cell.",
    ),
    Definition(
        "G3 Joint",
        "Classifiers, joint distances, correlations, realism and diversity against their floors; "
        "memorised and duplicated events; distances in a slice kept from training.",
    ),
    Definition(
        "G4 Export parity",
        "An exported surrogate gives the signals of the one that was validated, on equal noise.",
    ),
    Definition(
        "G5 Speed",
        "The time per event is that of the kept reference timing on the same machine, or less.",
    ),
)

_ALL = (*_GENERAL, *_DISTANCES.values(), *_JOINT, *_GATES)


def definitions(terms: Collection[str]) -> tuple[Definition, ...]:
    """The definitions of some terms, with those that every report needs.

    Args:
        terms: Terms, as in the report.

    Raises:
        KeyError: A term has no definition.
    """
    known = {definition.term for definition in _ALL}
    unknown = set(terms) - known
    if unknown:
        raise KeyError(f"no definition of {', '.join(sorted(unknown))}")
    usual = {definition.term for definition in _GENERAL}
    return tuple(d for d in _ALL if d.term in terms or d.term in usual)


def distance_terms(distances: Collection[str]) -> tuple[str, ...]:
    """The terms of distances by their names, as "separation"; those unknown are left out."""
    return tuple(d.term for name, d in _DISTANCES.items() if name in distances)
