r"""Materials, and the lengths in which showers develop in them.

The radiation length of an element follows Tsai (Rev. Mod. Phys. 46 (1974) 815), as in the
Review of Particle Physics (https://pdg.lbl.gov), section "Passage of particles through matter":

$$\frac{1}{X_0} = \frac{Z^2 [L - f(Z)] + Z L'}{716.408\ \mathrm{g\,cm^{-2}}\, A},
\qquad f = a^2 \left[\frac{1}{1 + a^2} + 0.20206 - 0.0369\, a^2 + 0.0083\, a^4
- 0.002\, a^6\right], \quad a = \alpha Z$$

with L = ln(184.15 Z^-1/3) and L' = ln(1194 Z^-2/3), tabulated for Z < 5. The critical energy
of an element, where ionisation takes as much energy as radiation, follows the fits of the same
section: E_c = 610 MeV / (Z + 1.24) for solids and liquids, 710 MeV / (Z + 0.92) for gases.

In a mixture the elements share by mass: 1/X_0 = sum w_i / X_i, and, as ionisation loses
E_c / X_0 on a unit of length, E_c = X_0 sum w_i E_i / X_i. The Moliere radius is then
R_M = X_0 E_s / E_c with E_s = 21.2052 MeV.
"""

from __future__ import annotations

__all__ = ["MATERIALS", "Material"]

import dataclasses
import math

from ..errors import DataError
from .elements import ELEMENTS, Element

_SCALE_ENERGY = 21.2052  # MeV, of multiple scattering: sqrt(4 pi / alpha) m_e c^2
_ALPHA = 7.2973525693e-3
_THINNEST_LIQUID = 0.05  # g/cm3; liquid hydrogen has 0.071
_LOGARITHMS = {1: (5.31, 6.144), 2: (4.79, 5.621), 3: (4.74, 5.805), 4: (4.71, 5.924)}


@dataclasses.dataclass(frozen=True)
class Material:
    """A mixture of elements.

    Attributes:
        name: Its name, as in `MATERIALS`.
        density: Its density in g/cm3.
        fractions: Chemical symbols with their shares of the mass, which sum to one.

    Raises:
        DataError: The density is not positive, an element is unknown, or the shares are
            not positive or do not sum to one within 0.001.
    """

    name: str
    density: float
    fractions: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "density", float(self.density))
        object.__setattr__(
            self, "fractions", tuple((symbol, float(share)) for symbol, share in self.fractions)
        )
        if not 0 < self.density < math.inf:
            raise DataError(f"material '{self.name}' has the density {self.density} g/cm3")
        for symbol, share in self.fractions:
            if symbol not in ELEMENTS:
                raise DataError(
                    f"material '{self.name}': unknown element '{symbol}'; symbols are H to U, "
                    "as in Fe"
                )
            if not share > 0:
                raise DataError(f"material '{self.name}' has the share {share} of {symbol}")
        total = sum(share for _, share in self.fractions)
        if not abs(total - 1) <= 1e-3:
            raise DataError(
                f"material '{self.name}': shares of mass must sum to 1, they sum to {total:.6g}"
            )

    @property
    def radiation_length(self) -> float:
        """X_0, in mm."""
        return self._depth / self.density * 10

    @property
    def critical_energy(self) -> float:
        """E_c by Rossi's definition, for electrons, in MeV."""
        gas = self.density < _THINNEST_LIQUID
        losses = (w * _critical_energy(e, gas) / _radiation_depth(e) for e, w in self._elements)
        return self._depth * sum(losses)

    @property
    def moliere_radius(self) -> float:
        """R_M, in mm."""
        return self.radiation_length * _SCALE_ENERGY / self.critical_energy

    @property
    def z(self) -> float:
        """The atomic number, averaged by mass."""
        return sum(w * e.number for e, w in self._elements)

    @property
    def a(self) -> float:
        """The atomic mass, averaged by mass, in g/mol."""
        return sum(w * e.mass for e, w in self._elements)

    @property
    def _elements(self) -> list[tuple[Element, float]]:
        total = sum(share for _, share in self.fractions)
        return [(ELEMENTS[symbol], share / total) for symbol, share in self.fractions]

    @property
    def _depth(self) -> float:
        """X_0 times density, in g/cm2."""
        return 1 / sum(w / _radiation_depth(e) for e, w in self._elements)


def _radiation_depth(element: Element) -> float:
    """X_0 times density of an element, in g/cm2."""
    z = element.number
    square = (_ALPHA * z) ** 2
    series = 1 / (1 + square) + 0.20206 + square * (-0.0369 + square * (0.0083 - 0.002 * square))
    heavy = (math.log(184.15 * z ** (-1 / 3)), math.log(1194 * z ** (-2 / 3)))
    coherent, incoherent = _LOGARITHMS.get(z, heavy)
    return 716.408 * element.mass / (z**2 * (coherent - square * series) + z * incoherent)


def _critical_energy(element: Element, gas: bool) -> float:
    """E_c of an element, in MeV."""
    z = element.number
    return 710 / (z + 0.92) if gas else 610 / (z + 1.24)


def _catalogue(*materials: Material) -> dict[str, Material]:
    return {material.name: material for material in materials}


def _pure(name: str, symbol: str, density: float) -> Material:
    return Material(name, density, ((symbol, 1.0),))


# As in the tables of the Review of Particle Physics; brass is C26000, steel AISI 304.
MATERIALS = _catalogue(
    Material(
        "air", 1.205e-3, (("C", 1.24e-4), ("N", 0.755268), ("O", 0.231781), ("Ar", 0.012827))
    ),
    _pure("aluminium", "Al", 2.699),
    Material("brass", 8.53, (("Cu", 0.7), ("Zn", 0.3))),
    _pure("copper", "Cu", 8.96),
    _pure("iron", "Fe", 7.874),
    _pure("lead", "Pb", 11.35),
    Material("lead_tungstate", 8.3, (("Pb", 0.455347), ("W", 0.404011), ("O", 0.140642))),
    _pure("liquid_argon", "Ar", 1.390),
    _pure("liquid_krypton", "Kr", 2.418),
    _pure("liquid_xenon", "Xe", 2.953),
    Material("polystyrene", 1.06, (("H", 0.077418), ("C", 0.922582))),
    _pure("silicon", "Si", 2.33),
    Material("steel", 7.93, (("Fe", 0.70), ("Cr", 0.19), ("Ni", 0.10), ("Mn", 0.01))),
    _pure("tungsten", "W", 19.30),
    _pure("uranium", "U", 18.95),
    _pure("vacuum", "H", 1e-25),
    Material("water", 1.0, (("H", 0.111894), ("O", 0.888106))),
)
