"""Materials as Geant4 has them."""

from __future__ import annotations

__all__ = ["Materials"]

from typing import Any

from ...detectors.elements import ELEMENTS
from ...detectors.materials import MATERIALS, Material

_THINNEST_LIQUID = 0.05  # g/cm3
# What Geant4 knows more of than the elements: mean excitation energy and density effect.
_KNOWN = {
    "air": "G4_AIR",
    "lead_tungstate": "G4_PbWO4",
    "liquid_argon": "G4_lAr",
    "liquid_krypton": "G4_lKr",
    "liquid_xenon": "G4_lXe",
    "polystyrene": "G4_POLYSTYRENE",
    "vacuum": "G4_Galactic",
    "water": "G4_WATER",
}


class Materials:
    """Makes each material once.

    Args:
        g4: The module of the bindings.
    """

    def __init__(self, g4: Any) -> None:
        self._g4 = g4
        self._made: dict[Material, Any] = {}

    def __getitem__(self, material: Material) -> Any:
        if material not in self._made:
            known = _known(material)
            new = self._mixture(material) if known is None else self._variant(material, known)
            self._made[material] = new
        return self._made[material]

    def _variant(self, material: Material, known: str) -> Any:
        nist = self._g4.G4NistManager.Instance()
        density = material.density * self._g4.g / self._g4.cm3
        return nist.BuildMaterialWithNewDensity(f"cloudburst_{material.name}", known, density)

    def _mixture(self, material: Material) -> Any:
        g4 = self._g4
        state = g4.kStateGas if material.density < _THINNEST_LIQUID else g4.kStateSolid
        density = material.density * g4.g / g4.cm3
        name, count = f"cloudburst_{material.name}", len(material.fractions)
        made = g4.G4Material(name, density, count, state)
        total = sum(share for _, share in material.fractions)
        for symbol, share in material.fractions:
            element = g4.G4NistManager.Instance().FindOrBuildElement(ELEMENTS[symbol].number)
            made.AddElement(element, share / total)
        return made


def _known(material: Material) -> str | None:
    """What Geant4 calls the same substance, whatever its density."""
    if MATERIALS.get(material.name) == material and material.name in _KNOWN:
        return _KNOWN[material.name]
    if len(material.fractions) == 1 and material.density >= _THINNEST_LIQUID:
        return f"G4_{material.fractions[0][0]}"
    return None
