"""ATLAS FastCaloSim: voxels in MeV of |eta|, energy and the host's random numbers.

`TFCSMLCalorimeterSimulator` of https://github.com/fcs-proj/FastCaloSim hands over four inputs,
one event at a time: `inn_eta_in` (ten times |eta|), `inn_einc_in` (MeV), `inn_z_energy` (as many
standard normal numbers as there are layers) and `cfm_z_shape` (as many as there are voxels). It
looks up the value of voxel k as the k-th of the outputs and takes those above zero.

A surrogate that needs more random numbers than it has layers and voxels gets one more layer, of
voxels that are always empty: the host then draws as many as are needed.
"""

from __future__ import annotations

__all__ = ["FastCaloSim"]

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from .. import units
from ..detector import Detector
from ..errors import SpecError
from ..surrogate import Surrogate
from .host import Host, Port, noise_size

_KNOWN = {"energy", "eta"}


class _Counts:
    """How many layers and voxels the host is told of."""

    def __init__(self, surrogate: Surrogate) -> None:
        sizes = [r.size for r in surrogate.detector.readouts]
        need = noise_size(surrogate)
        if need > len(sizes) + sum(sizes):
            sizes.append(need - len(sizes) - 1 - sum(sizes))
        self.layers, self.voxels = len(sizes), sum(sizes)
        self.boundaries = [sum(sizes[:i]) for i in range(len(sizes) + 1)]


class _Map(nn.Module):
    """The host's four inputs to its voxels."""

    def __init__(self, surrogate: Surrogate) -> None:
        super().__init__()
        self.surrogate = surrogate
        self.need = noise_size(surrogate)
        self.pad = _Counts(surrogate).voxels - surrogate.detector.cells
        self.names = [c.name for c in surrogate.detector.conditions]
        self.per_unit = _energy_unit(surrogate.detector)
        self.scale = [units.ratio(r.unit, "MeV") for r in surrogate.detector.readouts]

    def forward(
        self, eta: Tensor, energy: Tensor, z_energy: Tensor, z_shape: Tensor
    ) -> tuple[Tensor]:
        given = {"energy": energy / self.per_unit, "eta": eta / 10}
        conditions = torch.cat([given[name] for name in self.names], dim=1)
        z = torch.cat([z_energy, z_shape], dim=1)[:, : self.need]
        readouts = self.surrogate(
            z.reshape(-1, *self.surrogate.generator.noise_shape), conditions
        ).values()
        parts = [r.flatten(1) * s for r, s in zip(readouts, self.scale, strict=True)]
        # the host always hands over eta, so that the graph must take it
        parts[0] = parts[0] + 0 * eta
        return (functional.pad(torch.cat(parts, dim=1), (0, self.pad)),)


class FastCaloSim(Host):
    """The contract of FastCaloSim's machine-learned calorimeter simulator."""

    name = "fastcalosim"
    source = "https://github.com/fcs-proj/FastCaloSim, TFCSMLCalorimeterSimulator"

    def inputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        unknown = {c.name for c in surrogate.detector.conditions} - _KNOWN
        if unknown:
            raise SpecError(
                f"FastCaloSim hands over energy and eta only, but '{surrogate.detector.name}' "
                f"also depends on {', '.join(sorted(unknown))}; export it with --host plain"
            )
        _energy_unit(surrogate.detector)
        counts = _Counts(surrogate)
        return (
            Port("inn_eta_in", (1,), "", "ten times |eta|"),
            Port("inn_einc_in", (1,), "MeV", "energy"),
            Port("inn_z_energy", (counts.layers,), "", "standard normal numbers"),
            Port("cfm_z_shape", (counts.voxels,), "", "standard normal numbers"),
        )

    def outputs(self, surrogate: Surrogate) -> tuple[Port, ...]:
        names = ", ".join(r.name for r in surrogate.detector.readouts)
        return (Port("voxels", (_Counts(surrogate).voxels,), "MeV", f"cells of {names}"),)

    def module(self, surrogate: Surrogate) -> nn.Module:
        return _Map(surrogate)

    def feed(self, surrogate: Surrogate, z: Tensor, conditions: Tensor) -> tuple[Tensor, ...]:
        detector, counts, n = surrogate.detector, _Counts(surrogate), len(z)
        numbers = functional.pad(
            z.reshape(n, -1), (0, counts.layers + counts.voxels - noise_size(surrogate))
        )
        names = [c.name for c in detector.conditions]
        energy = conditions[:, names.index("energy"), None] * _energy_unit(detector)
        eta = conditions[:, names.index("eta"), None] if "eta" in names else 0 * energy
        return eta * 10, energy, *numbers.split([counts.layers, counts.voxels], dim=1)

    def cells(
        self, surrogate: Surrogate, outputs: list[Any], conditions: Tensor
    ) -> dict[str, Any]:
        cells, start = {}, 0
        for r in surrogate.detector.readouts:
            part = outputs[0][:, start : start + r.size]
            cells[r.name] = part.reshape(-1, *r.shape) / units.ratio(r.unit, "MeV")
            start += r.size
        return cells

    def settings(self, surrogate: Surrogate) -> dict[str, Any]:
        counts = _Counts(surrogate)
        return {
            "events": 1,
            "voxels": counts.voxels,
            "layers": counts.layers,
            "layer_boundaries": counts.boundaries,
        }


def _energy_unit(detector: Detector) -> float:
    """How many MeV make one unit of the condition "energy"."""
    column = detector.condition_index("energy")
    return units.ratio(detector.conditions[column].unit, "MeV")
