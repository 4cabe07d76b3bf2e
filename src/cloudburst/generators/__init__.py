"""Generators: deterministic maps from noise and features to network values."""

from .base import Generator as Generator
from .latent import LatentGenerator as LatentGenerator

__all__ = ["Generator", "LatentGenerator"]
