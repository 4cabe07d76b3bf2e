"""Gates: what a surrogate must pass before it is released."""

from .base import Family as Family
from .base import Finding as Finding
from .base import Gate as Gate
from .base import Status as Status
from .delivery import ParityResult as ParityResult
from .delivery import TimingPair as TimingPair
from .delivery import parity as parity
from .delivery import speed as speed
from .determinism import Sampler as Sampler
from .determinism import determinism as determinism
from .invariants import Unusable as Unusable
from .invariants import invariants as invariants
from .joint import JointEvidence as JointEvidence
from .joint import joint as joint
from .limits import GateLimits as GateLimits
from .physics import physics as physics

__all__ = [
    "Family",
    "Finding",
    "Gate",
    "GateLimits",
    "JointEvidence",
    "ParityResult",
    "Sampler",
    "Status",
    "TimingPair",
    "Unusable",
    "determinism",
    "invariants",
    "joint",
    "parity",
    "physics",
    "speed",
]
