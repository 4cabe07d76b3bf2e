"""Inquiries: parts of a report that only some detectors or some candidates can have."""

from .attributes import AttributeReading as AttributeReading
from .attributes import Attributes as Attributes
from .base import Inquiry as Inquiry
from .films import Films as Films
from .films import films as films
from .moment_trends import MomentTrends as MomentTrends
from .moment_trends import moment_trends as moment_trends
from .neighbours import Neighbours as Neighbours
from .neighbours import neighbours as neighbours

__all__ = [
    "AttributeReading",
    "Attributes",
    "Films",
    "MomentTrends",
    "Neighbours",
    "Inquiry",
    "films",
    "moment_trends",
    "neighbours",
]
