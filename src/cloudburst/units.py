"""Conversion between the units that detectors name.

>>> ratio("GeV", "MeV")
1000.0
"""

__all__ = ["ratio"]

from .errors import DataError, nearest

# Each group measures one quantity; the numbers are relative to its first unit.
_GROUPS: tuple[dict[str, float], ...] = (
    {"MeV": 1.0, "eV": 1e-6, "keV": 1e-3, "GeV": 1e3, "TeV": 1e6},
    {"mm": 1.0, "um": 1e-3, "cm": 10.0, "m": 1e3},
    {"rad": 1.0, "mrad": 1e-3, "deg": 0.017453292519943295},
    {"ns": 1.0, "ps": 1e-3, "us": 1e3, "ms": 1e6, "s": 1e9},
)


def ratio(unit: str, other: str) -> float:
    """How many `other` make one `unit`; raises DataError if they measure different things."""
    if unit == other:
        return 1.0
    for group in _GROUPS:
        if unit in group and other in group:
            return group[unit] / group[other]
    known = [name for group in _GROUPS for name in group]
    wrong = other if unit in known else unit
    raise DataError(f"cannot convert '{unit}' to '{other}'; {nearest(wrong, known)}")
