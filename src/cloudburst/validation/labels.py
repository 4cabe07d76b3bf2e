"""What samples and axes are called."""

from __future__ import annotations

__all__ = ["NAMES", "named"]

NAMES = ("Full simulation", "Surrogate")


def named(label: str, unit: str) -> str:
    """A label with its unit in brackets, or the plain label of a pure number.

    >>> named("Depth", "mm"), named("Sparsity", "")
    ('Depth [mm]', 'Sparsity')
    """
    return f"{label} [{unit}]" if unit else label
