"""Studies: parts of a report that only some detectors or some candidates can have."""

from .base import Study as Study
from .films import Films as Films
from .films import films as films

__all__ = ["Films", "Study", "films"]
