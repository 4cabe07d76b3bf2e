"""Learned surrogates of detector simulations.

>>> import cloudburst
>>> cloudburst.__version__.count(".")
2
"""

__version__ = "0.1.0"
