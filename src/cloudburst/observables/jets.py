r"""Transverse momentum, mass and substructure of a jet image.

With I_k the transverse momentum in pixel k, eta_k and phi_k its centre:

| name | symbol | formula |
|---|---|---|
| `pt` | p_T | sqrt((sum I cos phi)^2 + (sum I sin phi)^2) |
| `mass` | m | sqrt(E^2 - p_T^2 - p_z^2), E = sum I cosh eta, p_z = sum I sinh eta |
| `tau1` | tau_1 | sum I dR(k, hottest pixel) / sum I |
| `tau2` | tau_2 | sum I min_a dR(k, axis a) / sum I |
| `tau21` | tau_21 | tau_2 / tau_1 |
| `pixels` | n | number of pixels above zero |

The two axes of tau_2 are what is left when pixels are merged two by two, nearest first in the
measure min(I_i, I_j)^2 dR_ij^2, each pair into one at its weighted mean (k_T clustering without
a beam). tau_21 of a single pixel, whose tau_1 is zero, is zero; negative pixels are taken as
zero. An image without signal leaves all but the number of pixels undefined, which is NaN.

Readouts `jet_pt`, `jet_mass` and `jet_tau21`, where they are, are observables of the same names:
the quantities of the jet's constituents, which no pixel has blurred.

Source: de Oliveira, Paganini, Nachman, https://arxiv.org/abs/1701.05927.
"""

from __future__ import annotations

__all__ = ["has_jet_image", "jet_observables", "kinematics", "subjettiness"]

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..detector import Detector, Readout
from ..events import Events
from .arrays import ratio
from .base import Observable
from .merging import two_axes

Floats = NDArray[np.float64]

_AXES = ("eta", "phi")
_LABELS = {
    "jet_pt": r"$p_\mathrm{T}$ of constituents",
    "jet_mass": "$m$ of constituents",
    "jet_tau21": r"$\tau_{21}$ of constituents",
}


def has_jet_image(detector: Detector) -> bool:
    """Whether a detector reads out one image in eta and phi, and else single numbers."""
    return len(_images(detector)) == 1 and all(
        not readout.axes for readout in detector.readouts if readout not in _images(detector)
    )


def jet_observables(detector: Detector) -> tuple[Observable, ...]:
    """Observables of the image of a detector, then those of its constituents."""
    (image,) = _images(detector)

    def of_image(function: Callable[[Floats, Floats, Floats], Any]) -> Callable[[Events], Floats]:
        eta, phi = _centers(image)

        def values(events: Events) -> Floats:
            result: Floats = function(_flat(events, image), eta, phi)
            return result

        return values

    unit = image.unit
    return (
        Observable("pt", unit, of_image(lambda *i: kinematics(*i)[0]), r"$p_\mathrm{T}$"),
        Observable("mass", unit, of_image(lambda *i: kinematics(*i)[1]), "$m$"),
        Observable("tau1", "", of_image(_tau1), r"$\tau_1$"),
        Observable("tau2", "", of_image(lambda *i: subjettiness(*i)[1]), r"$\tau_2$"),
        Observable("tau21", "", of_image(_tau21), r"$\tau_{21}$"),
        Observable("pixels", "", lambda e: (_flat(e, image) > 0).sum(axis=1), "$n$"),
        *(
            Observable(r.name, r.unit, _scalar(r.name), _LABELS.get(r.name, r.name))
            for r in detector.readouts
            if not r.axes
        ),
    )


def kinematics(intensity: Floats, eta: Floats, phi: Floats) -> tuple[Floats, Floats]:
    """Transverse momentum and mass of massless pixels, each with shape (N,); NaN without signal.

    Args:
        intensity: Transverse momenta, in any unit, not negative, with shape (N, pixels).
        eta: Pseudorapidities of the pixels' centres, with shape (pixels,).
        phi: Azimuths of the pixels' centres, in rad, with shape (pixels,).

    >>> eta, phi = np.array([0.0, 0.0]), np.array([0.0, np.pi / 2])
    >>> kinematics(np.array([[3.0, 4.0], [0.0, 0.0]]), eta, phi)
    (array([ 5., nan]), array([4.89897949,        nan]))
    """
    x, y = intensity @ np.cos(phi), intensity @ np.sin(phi)
    energy, z = intensity @ np.cosh(eta), intensity @ np.sinh(eta)
    square = x**2 + y**2
    mass = np.sqrt(np.maximum(energy**2 - square - z**2, 0))
    signal = energy > 0
    return np.where(signal, np.sqrt(square), np.nan), np.where(signal, mass, np.nan)


def subjettiness(intensity: Floats, eta: Floats, phi: Floats) -> tuple[Floats, Floats]:
    """tau_1 and tau_2 of pixels, each with shape (N,); NaN without signal.

    Args:
        intensity: Transverse momenta, in any unit, not negative, with shape (N, pixels).
        eta: Pseudorapidities of the pixels' centres, with shape (pixels,).
        phi: Azimuths of the pixels' centres, in rad, with shape (pixels,).

    >>> tau1, tau2 = subjettiness(np.array([[3.0, 1.0, 0.0]]), np.arange(3.0), np.zeros(3))
    >>> tau1, tau2
    (array([0.25]), array([0.]))
    """
    total = intensity.sum(axis=1)
    axes = two_axes(intensity, eta, phi)
    second = np.minimum(
        *(_distance(eta, phi, *axes[:, a, :, None].swapaxes(0, 1)) for a in (0, 1))
    )
    return _tau1(intensity, eta, phi), ratio((intensity * second).sum(axis=1), total)


def _tau1(intensity: Floats, eta: Floats, phi: Floats) -> Floats:
    hottest = np.argmax(intensity, axis=1)[:, None]
    first = _distance(eta, phi, eta[hottest], phi[hottest])
    return ratio((intensity * first).sum(axis=1), intensity.sum(axis=1))


def _tau21(intensity: Floats, eta: Floats, phi: Floats) -> Floats:
    tau1, tau2 = subjettiness(intensity, eta, phi)
    return np.where(tau1 == 0, 0.0, ratio(tau2, tau1))


def _distance(eta: Floats, phi: Floats, axis_eta: Floats, axis_phi: Floats) -> Floats:
    distance: Floats = np.hypot(eta - axis_eta, phi - axis_phi)
    return distance


def _images(detector: Detector) -> list[Readout]:
    return [r for r in detector.readouts if tuple(axis.name for axis in r.axes) == _AXES]


def _centers(image: Readout) -> tuple[Floats, Floats]:
    eta, phi = np.meshgrid(*(axis.centers for axis in image.axes), indexing="ij")
    return eta.ravel(), phi.ravel()


def _flat(events: Events, image: Readout) -> Floats:
    cells = events.readouts[image.name].reshape(len(events), image.size)
    return np.maximum(cells, 0).astype(np.float64)


def _scalar(name: str) -> Callable[[Events], NDArray[np.float32]]:
    return lambda events: events.readouts[name]
