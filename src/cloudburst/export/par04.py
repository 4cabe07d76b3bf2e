r"""Geant4's example Par04: one vector in, fractions of the energy by r, phi and z out.

`Par04InferenceSetup::GetEnergies` hands over

$$ (z_1, \dots, z_S,\ E / E_\mathrm{max},\ \theta / \theta_\mathrm{max},\ g_1, g_2), \qquad
   \theta_\mathrm{max} = 90^\circ $$

with the geometry one-hot, multiplies what comes back by E, and takes it in the order of loops
over r, phi, z with z fastest. Detectors in layers with cells in alpha and r are ordered so;
others come in the detector's order. https://geant4.web.cern.ch, examples/extended/
parameterisations/Par04.
"""

from __future__ import annotations

__all__ = ["Par04"]

import math
from typing import Any

import torch
from torch import Tensor, nn

from .. import units
from ..detector import Detector
from ..errors import SpecError
from ..surrogate import Surrogate
from .host import Host, Port, noise_size

_KNOWN = {"energy", "theta"}
_RIGHT_ANGLE = math.pi / 2
_TAIL = 4


class _Map(nn.Module):
    """The host's vector to its vector of fractions."""

    order: Tensor

    def __init__(self, surrogate: Surrogate) -> None:
        super().__init__()
        self.surrogate = surrogate
        self.need = noise_size(surrogate)
        self.names = [c.name for c in surrogate.detector.conditions]
        self.largest = _largest_energy(surrogate.detector)
        self.scale = _scale(surrogate.detector)
        self.register_buffer("order", _order(surrogate.detector), persistent=False)

    def forward(self, given: Tensor) -> tuple[Tensor]:
        z = given[:, : self.need].reshape(-1, *self.surrogate.generator.noise_shape)
        energy = given[:, self.need : self.need + 1] * self.largest
        theta = given[:, self.need + 1 : self.need + 2] * _RIGHT_ANGLE
        values = {"energy": energy, "theta": theta}
        conditions = torch.cat([values[name] for name in self.names], dim=1)
        readouts = self.surrogate(z, conditions).values()
        cells = torch.cat([r.flatten(1) for r in readouts], dim=1)
        return (cells[:, self.order] * (self.scale / energy),)


class Par04(Host):
    """The conventions of Geant4's example Par04, with its variational autoencoder's input."""

    name = "par04"
    source = "Geant4, examples/extended/parameterisations/Par04, Par04InferenceSetup.cc"

    def inputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        detector = surrogate.detector
        unknown = {c.name for c in detector.conditions} - _KNOWN
        if unknown:
            raise SpecError(
                f"Par04 hands over energy and theta only, but '{detector.name}' also depends on "
                f"{', '.join(sorted(unknown))}; export it with --host plain"
            )
        _scale(detector)
        meaning = "standard normal numbers, then E / E_max, theta / 90 degrees, geometry (2)"
        return (Port("input", (noise_size(surrogate) + _TAIL,), "", meaning),)

    def outputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        return (Port("output", (surrogate.detector.cells,), "1 / E", "cells by r, phi, z"),)

    def module(self, surrogate: Surrogate) -> nn.Module:
        return _Map(surrogate)

    def feed(self, surrogate: Surrogate, z: Tensor, conditions: Tensor) -> tuple[Tensor, ...]:
        detector, n = surrogate.detector, len(z)
        names = [c.name for c in detector.conditions]
        energy = conditions[:, names.index("energy"), None] / _largest_energy(detector)
        theta = conditions[:, names.index("theta"), None] if "theta" in names else 0 * energy
        geometry = torch.tensor([[0.0, 1.0]]).expand(n, 2)
        return (torch.cat([z.reshape(n, -1), energy, theta / _RIGHT_ANGLE, geometry], dim=1),)

    def cells(
        self, surrogate: Surrogate, outputs: list[Any], conditions: Tensor
    ) -> dict[str, Any]:
        detector = surrogate.detector
        energy = conditions[:, detector.condition_index("energy"), None].numpy()
        back = torch.argsort(_order(detector)).numpy()
        flat = outputs[0][:, back] * (energy / _scale(detector))
        cells, start = {}, 0
        for r in detector.readouts:
            cells[r.name] = flat[:, start : start + r.size].reshape(-1, *r.shape)
            start += r.size
        return cells

    def settings(self, surrogate: Surrogate) -> dict[str, Any]:
        detector = surrogate.detector
        energy = detector.conditions[detector.condition_index("energy")]
        return {
            "sizeLatentVector": noise_size(surrogate),
            "sizeConditionVector": _TAIL,
            "maxEnergy": f"{energy.high:g} {energy.unit}",
            "maxAngle": 90,
            "order": "r, phi, z" if _is_mesh(detector) else "of the detector",
        }


def _largest_energy(detector: Detector) -> float:
    return detector.conditions[detector.condition_index("energy")].high


def _scale(detector: Detector) -> float:
    """How many units of the energy make one unit of a cell."""
    unit = detector.conditions[detector.condition_index("energy")].unit
    scales = {units.ratio(r.unit, unit) for r in detector.readouts}
    if len(scales) > 1:
        raise SpecError(f"Par04 needs readouts of one unit, '{detector.name}' has several")
    return scales.pop()


def _is_mesh(detector: Detector) -> bool:
    """Whether every readout has the same cells in alpha and r."""
    kinds = {(tuple(a.name for a in r.axes), r.shape) for r in detector.readouts}
    return len(kinds) == 1 and next(iter(kinds))[0] == ("alpha", "r")


def _order(detector: Detector) -> Tensor:
    """For each of the host's cells its number among the detector's."""
    order = torch.arange(detector.cells)
    if not _is_mesh(detector):
        return order
    shape = len(detector.readouts), *detector.readouts[0].shape
    # (z, alpha, r) to (r, alpha, z)
    return order.reshape(shape).permute(2, 1, 0).flatten()
