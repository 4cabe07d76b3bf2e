"""What the laws of all components are made of."""

from __future__ import annotations

__all__ = [
    "ROUNDING",
    "by_event",
    "close",
    "equal",
    "gradient",
    "law",
    "learns",
    "no_global_rng",
    "packages_of",
    "rebuilt",
    "shaped",
    "steady",
]

import contextlib
import copy
import fnmatch
import random
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from ..spec import build, describe

M = TypeVar("M", bound=nn.Module)

# Matrix products add up in another order for other batches; in shares of the largest value.
ROUNDING = 1e-5


def law(component: object, holds: bool, message: str) -> None:
    """Raises an AssertionError that names the component if a law does not hold."""
    if not holds:
        raise AssertionError(f"{type(component).__name__}: {message}")


def equal(component: object, message: str, a: Tensor, b: Tensor) -> None:
    """Checks that a and b are the same to the last bit."""
    law(component, torch.equal(a, b), message)


def close(component: object, message: str, a: Tensor, b: Tensor, rtol: float, atol: float) -> None:
    """Checks |a - b| <= rtol |b| + atol everywhere; the message shows the worst value."""
    excess = (a - b).abs() - rtol * b.abs() - atol
    at = int(excess.argmax())
    detail = f"{message}: {a.flatten()[at]:.9g} instead of {b.flatten()[at]:.9g}"
    law(component, bool((excess <= 0).all()), detail)


def shaped(component: object, what: str, value: Tensor, shape: tuple[int, ...]) -> None:
    """Checks that a value has a shape, is float32 and finite."""
    law(component, tuple(value.shape) == shape, f"{what}: {tuple(value.shape)}, not {shape}")
    law(component, value.dtype == torch.float32, f"{what}: {value.dtype}, not float32")
    law(component, bool(value.isfinite().all()), f"{what}: not finite")


@contextlib.contextmanager
def no_global_rng(component: object) -> Iterator[None]:
    """Checks that no global random state changes inside the block."""
    before = torch.get_rng_state(), random.getstate(), _numpy_state()
    yield
    law(component, torch.equal(before[0], torch.get_rng_state()), "draws from torch's global rng")
    law(component, before[1] == random.getstate(), "draws from Python's global rng")
    law(component, before[2] == _numpy_state(), "draws from NumPy's global rng")


def _numpy_state() -> str:
    return repr(np.random.get_state())  # noqa: NPY002


def steady(module: nn.Module, call: Callable[[], Tensor]) -> Tensor:
    """What a call gives, if it gives the same again and leaves no traces."""
    before = copy.deepcopy(module.state_dict())
    with no_global_rng(module):
        first, second = call(), call()
    equal(module, "gives another result the second time", first, second)
    kept = all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    law(module, kept, "changes its own state when used")
    return first.detach()


def by_event(component: object, call: Callable[[Tensor], Tensor], n: int) -> None:
    """Checks that an event's result depends neither on its neighbours nor on their order."""
    with torch.no_grad():
        whole = call(torch.arange(n))
        backwards = call(torch.arange(n).flip(0)).flip(0)
        alone = call(torch.tensor([n - 1]))
    for what, result, wanted in (("order", backwards, whole), ("company", alone, whole[-1:])):
        atol = ROUNDING * float(whole.abs().max())
        close(component, f"the {what} of events matters", result, wanted, ROUNDING, atol)


def gradient(component: object, call: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """The gradient of the sum of what a call gives, checked to be finite."""
    x = x.clone().requires_grad_()
    (result,) = torch.autograd.grad(call(x).sum(), x)
    law(component, bool(result.isfinite().all()), "its gradient is not finite")
    return result


def learns(component: object, loss: Tensor, module: nn.Module, idle: Collection[str] = ()) -> None:
    """Checks that the gradient of a loss reaches every trainable weight of a module."""
    weights = {name: w for name, w in module.named_parameters() if w.requires_grad}
    gradients = torch.autograd.grad(loss, list(weights.values()), allow_unused=True)
    for name, slope in zip(weights, gradients, strict=True):
        if any(fnmatch.fnmatch(name, pattern) for pattern in idle):
            continue
        law(component, slope is not None and bool(slope.any()), f"{name} cannot learn")
        law(component, bool(slope.isfinite().all()), f"the gradient of {name} is not finite")


def rebuilt(module: M, kind: type[M]) -> M:
    """A twin from a module's description and weights, as a bundle is read."""
    description = describe(module)
    twin = build(description, kind, packages_of(description))
    twin.load_state_dict(module.state_dict())
    law(module, describe(twin) == description, "a rebuilt one has another description")
    return twin.eval()


def packages_of(description: Any) -> set[str]:
    """The packages of all classes that a description names."""
    if isinstance(description, list):
        return set().union(*map(packages_of, description))
    if not isinstance(description, dict):
        return set()
    module = str(description.get("class", "cloudburst")).partition(":")[0]
    return {module.partition(".")[0]}.union(*map(packages_of, description.values()))
