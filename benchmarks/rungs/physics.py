"""What a rung's showers are like, beside Geant4's: distances, response and resolution."""

from __future__ import annotations

__all__ = ["OBSERVABLES", "physics", "telling"]

from typing import Any

import numpy as np

from cloudburst.classifier import HIGH_LEVEL, TEXTURE, giveaways
from cloudburst.distances import bootstrap, chi2_ndf, floor, separation
from cloudburst.events import Events
from cloudburst.observables import observables_for, response
from cloudburst.validation.conditions import response_ratios

OBSERVABLES = (
    "response", "E0", "E1", "E2", "depth", "sigma_0", "sigma_1", "sparsity_0", "sparsity_1",
)  # fmt: skip
_BINS = 5


def physics(test: Events, fresh: Events) -> dict[str, Any]:
    """Separation and chi2 of the main observables, response and resolution by energy."""
    known = {o.name: o for o in (*observables_for(test.detector), response(test.detector))}
    rng = np.random.default_rng(0)
    # as many of the rung as of Geant4, so that the floor is one of equal terms
    same = fresh[: len(test)]
    distances = {}
    for name in OBSERVABLES:
        x, y = known[name](test), known[name](same)
        distances[name] = {
            "separation": bootstrap(separation, x, y, rng),
            "floor": floor(separation, x, rng),
            "chi2": bootstrap(chi2_ndf, x, y, rng),
        }
    ratios = response_ratios(test, fresh, _BINS)
    return {
        "observables": distances,
        "energies": ratios.bins.edges.tolist(),
        "bias": [ratios.bias.tolist(), ratios.bias_error.tolist()],
        "resolution": [ratios.resolution.tolist(), ratios.resolution_error.tolist()],
    }


def telling(test: Events, fresh: Events, most: int = 4) -> dict[str, Any]:
    """By which inputs boosted trees tell a rung's showers, the best first."""
    found = {}
    for inputs in (HIGH_LEVEL, TEXTURE):
        seen = giveaways(test, fresh, inputs)
        found[inputs.name] = [
            {"name": one.name, "fall": one.fall, "shift": one.shift, "spread": one.spread}
            for one in seen.worst(most)
        ]
    return found
