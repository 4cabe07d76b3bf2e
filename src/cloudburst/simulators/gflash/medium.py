r"""A layered calorimeter seen as one uniform material, in which a shower develops.

With d_i, rho_i the thickness and density of a slab and w_i = d_i rho_i / sum d_j rho_j its share
of the mass, and X_i its radiation length in g/cm2,

    Z = sum w_i Z_i,  1 / X_0 = sum w_i / X_i,  E_c = X_0 sum w_i E_i / X_i,  R_M = E_s X_0 / E_c,
    E_i = 2.66 MeV (X_i Z_i / A_i)^1.1,  E_s = 21.2 MeV.

A period is what lies between one active slab and the next; F_S is the radiation length over the
length of a period. The signal of an electron, compared with that of a minimum-ionising particle
that loses as much, is e = 1 / (1 + 0.007 (Z_passive - Z_active)); such a particle leaves in the
active slabs the share of its energy loss that Bethe's formula gives, without density effect. The
visible share of a shower's energy is the product of the two.

Sampling fluctuations have sigma / E = c / sqrt(E), which the paper takes from measurement. Here
it is estimated by counting crossings of the active slabs (Fabjan, Ludlam, Ann. Rev. Nucl. Part.
Sci. 32 (1982) 335): with N = F_S <cos> E / E_c of them, <cos> = cos(E_s / (pi E_c)) from multiple
scattering, and delta the energy in MeV that a particle leaves in one slab,

    c^2 = (E_c / F_S <cos>) [1 + (3 / ln(1.3e4 delta))^2].

Grindhammer and Peters, https://arxiv.org/abs/hep-ex/0001020.
"""

from __future__ import annotations

__all__ = ["Medium", "Number", "minimum_loss"]

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ...detectors.elements import ELEMENTS, Element
from ...detectors.materials import Material
from ...detectors.sampling import Slab

Number = float | NDArray[np.float64]

_SCALE_ENERGY = 21.2  # MeV
_ELECTRON_MASS = 0.51099895e6  # eV
_LOSS = 0.307075  # MeV cm2 / mol, of Bethe's formula
_MINIMUM = 3.5  # beta gamma of a minimum-ionising particle


@dataclasses.dataclass(frozen=True)
class Medium:
    """What a shower develops in.

    Attributes:
        radiation_length: X_0 in mm.
        moliere_radius: R_M in mm.
        critical_energy: E_c in MeV.
        z: Mean atomic number.
        inverse_frequency: 1 / F_S, periods' length in radiation lengths; 0 if not layered.
        e_mip: Signal of electrons over that of minimum-ionising particles; 1 if not layered.
        visible: Share of the deposited energy that active slabs receive.
        resolution: c of the sampling fluctuations, in sqrt(GeV); 0 if not layered.
    """

    radiation_length: float
    moliere_radius: float
    critical_energy: float
    z: float
    inverse_frequency: Number
    e_mip: float
    visible: float
    resolution: Number

    @property
    def layered(self) -> bool:
        """Whether there are active slabs beside passive ones."""
        return bool(np.all(self.resolution))

    @classmethod
    def of(cls, slabs: Sequence[Slab]) -> Medium:
        """The mean of slabs."""
        masses = [slab.thickness * slab.material.density / 10 for slab in slabs]  # g/cm2
        total = sum(masses)
        depths = [slab.material.radiation_length * slab.material.density / 10 for slab in slabs]
        depth = total / sum(m / x for m, x in zip(masses, depths, strict=True))
        loss = sum(
            m * _critical_energy(s.material) / x
            for m, s, x in zip(masses, slabs, depths, strict=True)
        )
        energy = depth * loss / total
        length = depth / total * sum(slab.thickness for slab in slabs)
        z = sum(m * s.material.z for m, s in zip(masses, slabs, strict=True)) / total
        kinds = {slab.active for slab in slabs}
        visible = float(True in kinds)
        base = cls(length, length * _SCALE_ENERGY / energy, energy, z, 0.0, 1.0, visible, 0.0)
        return base._sampled(slabs) if len(kinds) > 1 else base

    def _sampled(self, slabs: Sequence[Slab]) -> Medium:
        active = [slab for slab in slabs if slab.active]
        passive = [slab for slab in slabs if not slab.active]
        e_mip = 1 / max(1 + 0.007 * (_mean_z(passive) - _mean_z(active)), 0.5)
        left = sum(map(_slab_loss, active))
        period = sum(slab.thickness for slab in slabs) / len(active)
        crossings = self.radiation_length / period / (self.critical_energy / 1000)
        crossings *= math.cos(min(_SCALE_ENERGY / (math.pi * self.critical_energy), 1.3))
        landau = 3 / max(math.log(1.3e4 * left / len(active)), 3.0)
        return dataclasses.replace(
            self,
            inverse_frequency=period / self.radiation_length,
            e_mip=e_mip,
            visible=min(e_mip * left / (left + sum(map(_slab_loss, passive))), 1.0),
            resolution=math.sqrt((1 + landau**2) / crossings),
        )

    def unsampled(self) -> Medium:
        """The same block where all energy counts: for that, layers do not matter."""
        return dataclasses.replace(
            self, inverse_frequency=0.0, e_mip=1.0, visible=1.0, resolution=0.0
        )

    def tilted(self, cosines: NDArray[np.float64]) -> Medium:
        """The same layers crossed at angles to their normal, whose cosines are given."""
        return dataclasses.replace(
            self,
            inverse_frequency=self.inverse_frequency / cosines,
            resolution=self.resolution / np.sqrt(cosines),
        )


def minimum_loss(material: Material) -> float:
    """Energy loss of a minimum-ionising particle, in MeV/mm.

    Bethe's formula without density effect (Review of Particle Physics, "Passage of particles
    through matter"), with mean excitation energies of 12 Z + 7 eV for Z < 13 and of
    9.76 Z + 58.8 Z^-0.19 eV above; within 4 % of the tables from hydrogen to lead.
    """
    total = sum(share for _, share in material.fractions)
    losses = (share / total * _element_loss(ELEMENTS[s]) for s, share in material.fractions)
    return material.density / 10 * sum(losses)


def _element_loss(element: Element) -> float:
    """Energy loss of a minimum-ionising particle in an element, in MeV cm2/g."""
    z = element.number
    excitation = 12 * z + 7 if z < 13 else 9.76 * z + 58.8 * z**-0.19
    beta2 = _MINIMUM**2 / (1 + _MINIMUM**2)
    logarithm = math.log(2 * _ELECTRON_MASS * _MINIMUM**2 / excitation)
    return _LOSS * z / element.mass / beta2 * (logarithm - beta2)


def _slab_loss(slab: Slab) -> float:
    return slab.thickness * minimum_loss(slab.material)


def _critical_energy(material: Material) -> float:
    depth = material.radiation_length * material.density / 10
    return 2.66 * float((depth * material.z / material.a) ** 1.1)


def _mean_z(slabs: Sequence[Slab]) -> float:
    masses = [slab.thickness * slab.material.density for slab in slabs]
    return sum(m * s.material.z for m, s in zip(masses, slabs, strict=True)) / sum(masses)
