"""What a calorimeter of towers measures of the particles of a collision."""

from __future__ import annotations

__all__ = ["Measured", "measured"]

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

from ...detectors import Towers

Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Measured:
    """Towers with energy, numbered 0, 1, ...

    Attributes:
        grid: All towers.
        eta: Place of each tower in pseudorapidity, counted from the lowest, with shape (towers,).
        phi: Place in azimuth, counted from zero, likewise.
        momenta: px, py, pz, E of a massless particle at its centre, in GeV, (towers, 4).
        of: For each particle the number of its tower, or -1 beyond the towers, (particles,).
    """

    grid: Towers
    eta: NDArray[np.int64]
    phi: NDArray[np.int64]
    momenta: Floats
    of: NDArray[np.int64]

    @property
    def pt(self) -> Floats:
        """Transverse momenta in GeV, with shape (towers,)."""
        pt: Floats = np.hypot(self.momenta[:, 0], self.momenta[:, 1])
        return pt

    def steps(self, towers: NDArray[np.int64], center: Floats) -> NDArray[np.int64]:
        """Steps in eta and phi of some towers from the tower at `center`, (towers, 2)."""
        start = np.floor(_places(self.grid, *center)).astype(np.int64)
        eta, phi = self.eta[towers] - start[0], self.phi[towers] - start[1]
        # the shorter way around
        half = self.grid.phi_bins // 2
        return np.stack([eta, (phi + half) % self.grid.phi_bins - half], axis=1)

    def between(self, one: Floats, other: Floats) -> Floats:
        """The way from one direction (eta, phi) to another, in steps of towers, (2,)."""
        eta, phi = _places(self.grid, *other) - _places(self.grid, *one)
        half = self.grid.phi_bins / 2
        return np.array([eta, (phi + half) % self.grid.phi_bins - half])


def measured(grid: Towers, particles: Floats) -> Measured:
    """Towers that particles leave their energy in.

    Args:
        grid: All towers.
        particles: px, py, pz, E in GeV, with shape (particles, 4).
    """
    px, py, pz, energy = particles.T
    pt = np.hypot(px, py)
    # what goes straight along the beam is beyond any tower
    slope = np.divide(pz, pt, out=np.full_like(pz, np.inf), where=pt > 0)
    eta, phi = np.floor(_places(grid, np.arcsinh(slope), np.arctan2(py, px)))
    inside = (eta >= 0) & (eta < grid.eta_bins)
    number = np.where(inside, eta * grid.phi_bins + phi, 0).astype(np.int64)
    hit, of_inside = np.unique(number[inside], return_inverse=True)
    of = np.full(len(particles), -1)
    of[inside] = of_inside
    sums = np.bincount(of_inside, energy[inside], minlength=len(hit)).astype(np.float64)
    place_eta, place_phi = hit // grid.phi_bins, hit % grid.phi_bins
    return Measured(grid, place_eta, place_phi, _massless(grid, place_eta, place_phi, sums), of)


def _places(grid: Towers, eta: Floats | float, phi: Floats | float) -> Floats:
    """Places in units of towers, with shape (2, ...)."""
    around = np.asarray(phi) / (2 * math.pi) % 1.0 * grid.phi_bins
    return np.stack([(np.asarray(eta) + grid.eta_max) / grid.eta_size, around % grid.phi_bins])


def _massless(
    grid: Towers, eta: NDArray[np.int64], phi: NDArray[np.int64], energy: Floats
) -> Floats:
    at_eta = (eta + 0.5) * grid.eta_size - grid.eta_max
    at_phi = (phi + 0.5) * 2 * math.pi / grid.phi_bins
    pt = energy / np.cosh(at_eta)
    return np.stack(
        [pt * np.cos(at_phi), pt * np.sin(at_phi), pt * np.sinh(at_eta), energy], axis=1
    )
