r"""Distances between two samples of one observable.

Every distance takes a reference sample x and a candidate sample y of one observable, each
with shape (N,) and any length, and is zero for equal samples. NaN and infinity mean
*undefined*, which is a value like any other: a candidate that leaves more showers without a
width differs.

Binned distances count both samples in the same bins. By default these hold equal shares of
the reference (`quantile_edges`), so that tails and bulk weigh alike whatever the unit; two more
bins hold what lies below and above, and one what is undefined, so no entry is lost. With p and q
the fractions of x and y in the bins:

| distance | formula | range |
|---|---|---|
| `total_variation` | 1/2 sum abs(p - q) | 0..1 |
| `kullback_leibler` | sum p ln(p / q) | >= 0 |
| `jensen_shannon` | 1/2 sum p ln(p / m) + 1/2 sum q ln(q / m), m = (p + q) / 2 | 0..ln 2 |
| `separation` | 1/2 sum (p - q)^2 / (p + q) | 0..1 |
| `chi2_ndf` | chi-squared of two histograms over its degrees of freedom | about 1 for one source |

The others need no bins: `kolmogorov_smirnov`, `wasserstein` and `normalized_wasserstein`.

Each is a pure function; `bootstrap` gives it an error, `floor` what the reference reaches against
itself.
"""

from .binned import chi2_ndf as chi2_ndf
from .binned import jensen_shannon as jensen_shannon
from .binned import kullback_leibler as kullback_leibler
from .binned import separation as separation
from .binned import total_variation as total_variation
from .resampling import Distance as Distance
from .resampling import Measurement as Measurement
from .resampling import bootstrap as bootstrap
from .resampling import floor as floor
from .unbinned import kolmogorov_smirnov as kolmogorov_smirnov
from .unbinned import normalized_wasserstein as normalized_wasserstein
from .unbinned import wasserstein as wasserstein

__all__ = [
    "Distance",
    "Measurement",
    "bootstrap",
    "chi2_ndf",
    "floor",
    "jensen_shannon",
    "kolmogorov_smirnov",
    "kullback_leibler",
    "normalized_wasserstein",
    "separation",
    "total_variation",
    "wasserstein",
]
