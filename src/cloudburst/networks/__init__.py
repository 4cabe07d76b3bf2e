"""The published architectures, one system a package."""

from .calogan import CaloGANCritic as CaloGANCritic
from .calogan import CaloGANGenerator as CaloGANGenerator

__all__ = ["CaloGANCritic", "CaloGANGenerator"]
