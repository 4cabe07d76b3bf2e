"""The transforms whose last step ranks cells, as `components` lists them."""

from cloudburst.transforms import (
    Complement,
    ConditionalQuantiles,
    Expected,
    ExpectedQuantiles,
    LayerFractions,
    LayerShares,
    MomentsFirst,
    Standardize,
    Track,
    TrackExpectedQuantiles,
    TrackPlaces,
)


def _layers(x, c, detector):
    energies = [Complement([1]), ConditionalQuantiles.fit]
    cells = [LayerShares.fit, ConditionalQuantiles.fit]
    return LayerFractions.fit(x, c, detector, energies, cells)


def _expected(x, c, detector):
    return ExpectedQuantiles.fit(x, c, detector, knots=3, hidden=[8], steps=20)


def _track(x, c, detector):
    """As `_expected`, of a track in the toy's conditions."""
    made, sizes = _expected(x, c, detector), [r.size for r in detector.readouts]
    track = Track([1, 1, 0, 0, 0], 3.0, 2.0)
    expected = Expected(TrackPlaces(track, [1, 100], [1, 1], [10, 5]), sizes, [8])
    tables = made.first, made.spacing, made.edges, made.curves
    return TrackExpectedQuantiles(expected.requires_grad_(False), *tables)


def _moments(x, c, detector):
    return MomentsFirst.fit(x, c, detector, [Standardize.fit], [_expected])


def _after_sums(step):
    return lambda x, c, d: LayerFractions.fit(x, c, d, [ConditionalQuantiles.fit], [step])


# name: function of (cells in MeV, conditions, detector)
RANKED = {
    "ConditionalQuantiles": lambda x, c, d: ConditionalQuantiles.fit(x, c, d, knots=4),
    "ExpectedQuantiles": _after_sums(_expected),
    "LayerFractions": _layers,
    "MomentsFirst": _after_sums(_moments),
    "TrackExpectedQuantiles": _after_sums(_track),
}
