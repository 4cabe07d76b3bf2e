"""Learned surrogates of detector simulations.

>>> import cloudburst
>>> cloudburst.__version__.count(".")
2
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
