"""A map whose wide layers compute in bfloat16."""

from __future__ import annotations

__all__ = ["HalfLinear", "halved"]

import copy

import torch
from torch import Tensor, nn
from torch.nn import functional

# Narrower layers take no time worth saving, and carry what must be exact, as energies.
_WIDE = 1 << 14


class HalfLinear(nn.Module):
    """A dense layer from float32 to float32 whose products are of bfloat16.

    Products are summed in float32; inputs, weights and results keep 8 significant bits.

    Args:
        layer: The layer whose weights are rounded.
    """

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.register_buffer("weight", layer.weight.detach().bfloat16())
        bias = None if layer.bias is None else layer.bias.detach().bfloat16()
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x.to(torch.bfloat16), self.weight, self.bias).to(torch.float32)


def halved(module: nn.Module) -> nn.Module:
    """A copy of a map in which every wide dense layer is a `HalfLinear`."""
    result = copy.deepcopy(module)
    for parent in list(result.modules()):
        for name, child in parent.named_children():
            if type(child) is nn.Linear and child.weight.numel() >= _WIDE:
                setattr(parent, name, HalfLinear(child))
    return result
