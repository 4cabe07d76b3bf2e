"""Networks that know nothing of detectors."""

from .mlp import MLP, make_activation

__all__ = ["MLP", "make_activation"]
