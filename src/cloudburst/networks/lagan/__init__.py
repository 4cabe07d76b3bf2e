"""LAGAN as published: de Oliveira, Paganini, Nachman, https://arxiv.org/abs/1701.05927."""

from .critic import LAGANCritic as LAGANCritic
from .generator import LAGANGenerator as LAGANGenerator
from .images import CLASSES as CLASSES
from .images import PIXELS as PIXELS
from .images import check_pixels as check_pixels

__all__ = ["CLASSES", "PIXELS", "LAGANCritic", "LAGANGenerator", "check_pixels"]
