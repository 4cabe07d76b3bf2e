r"""Proper scores of a generated distribution against single real events.

The energy score of a law P at a real event x,

$$ \mathrm{ES}(P, x) = \mathrm{E}\,|X - x| - \tfrac12 \mathrm{E}\,|X - X'|, \quad X, X' \sim P, $$

is smallest in the mean if and only if x follows P: a critic that needs no training and never
lets the generator collapse. Gneiting and Raftery, JASA 102 (2007) 359,
https://doi.org/10.1198/016214506000001437; for generators: Shen and Meinshausen,
https://arxiv.org/abs/2307.00835.
"""

__all__ = ["column_score", "energy_score"]

from torch import Tensor


def energy_score(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """The energy score over all columns together, as a scalar.

    Args:
        a: One draw at each real event's conditions, with shape (N, D).
        b: Another.
        x: The real events.
    """
    real = 0.5 * (_distance(a, x) + _distance(b, x))
    return (real - 0.5 * _distance(a, b)).mean()


def column_score(a: Tensor, b: Tensor, x: Tensor) -> Tensor:
    """The energy score of each column alone (the CRPS), averaged; arguments as above."""
    real = 0.5 * ((a - x).abs() + (b - x).abs())
    return (real - 0.5 * (a - b).abs()).mean()


def _distance(x: Tensor, y: Tensor) -> Tensor:
    # root mean square, so that the scale does not depend on the number of columns
    return ((x - y).square().mean(1) + 1e-12).sqrt()
