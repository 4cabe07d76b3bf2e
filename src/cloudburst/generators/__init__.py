"""Generators: deterministic maps from noise and features to network values."""

from .autoregressive import AutoregressiveFlow as AutoregressiveFlow
from .base import Generator as Generator
from .chain import ChainGenerator as ChainGenerator
from .copula import CopulaChain as CopulaChain
from .copula import CopulaGenerator as CopulaGenerator
from .coupling import Coupling as Coupling
from .coupling import CouplingFlow as CouplingFlow
from .latent import LatentGenerator as LatentGenerator
from .latent import ScatterGenerator as ScatterGenerator
from .staged import StagedGenerator as StagedGenerator
from .velocity import VelocityGenerator as VelocityGenerator
from .whitening import Whitening as Whitening

__all__ = [
    "AutoregressiveFlow",
    "ChainGenerator",
    "CopulaChain",
    "CopulaGenerator",
    "Coupling",
    "CouplingFlow",
    "Generator",
    "LatentGenerator",
    "ScatterGenerator",
    "StagedGenerator",
    "VelocityGenerator",
    "Whitening",
]
