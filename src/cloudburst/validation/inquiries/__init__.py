"""Inquiries: parts of a report that only some detectors or some candidates can have."""

from ..inquiry import Inquiry as Inquiry
from .attributes import AttributeReading as AttributeReading
from .attributes import Attributes as Attributes
from .differences import Differences as Differences
from .differences import image_differences as image_differences
from .films import Films as Films
from .films import films as films
from .kinds import Kinds as Kinds
from .kinds import kinds_apart as kinds_apart
from .moment_trends import MomentTrends as MomentTrends
from .moment_trends import moment_trends as moment_trends
from .neighbours import Neighbours as Neighbours
from .neighbours import neighbours as neighbours
from .tagging import Tagger as Tagger
from .tagging import Tagging as Tagging

__all__ = [
    "AttributeReading",
    "Attributes",
    "Differences",
    "Films",
    "Kinds",
    "MomentTrends",
    "Neighbours",
    "Inquiry",
    "Tagger",
    "Tagging",
    "films",
    "image_differences",
    "kinds_apart",
    "moment_trends",
    "neighbours",
]
