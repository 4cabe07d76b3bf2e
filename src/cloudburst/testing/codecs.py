"""Laws of transforms and codecs."""

from __future__ import annotations

__all__ = ["check_codec", "check_transform"]

import copy

import numpy as np
import torch
from torch import Tensor

from ..codec import Batch, Codec, Features
from ..events import Events
from ..transforms import Transform
from .laws import ROUNDING, by_event, close, equal, gradient, law, rebuilt, shaped, steady


def check_transform(
    transform: Transform, x: Tensor, c: Tensor, rtol: float = 1e-4, atol: float = 1e-6
) -> None:
    """Inverts, settles, is smooth on the way back, and is the same when built anew.

    Args:
        transform: A finished transform.
        x: Values as the detector produces them, some of them zero, with shape (N, D), N > 1.
        c: Their conditions, with shape (N, C).
        rtol: Relative error of a value that is encoded and decoded.
        atol: Absolute error, in the unit of x; what lies below a threshold may be lost.
    """
    transform = copy.deepcopy(transform).eval()
    y = steady(transform, lambda: transform(x, c))
    shaped(transform, "forward", y, (len(x), transform.columns(x.shape[1])))
    back = steady(transform, lambda: transform.inverse(y, c))
    shaped(transform, "inverse", back, tuple(x.shape))
    close(transform, "inverse(forward(x)) is not x", back, x, rtol, atol)
    by_event(transform, lambda i: transform(x[i], c[i]), len(x))
    by_event(transform, lambda i: transform.inverse(y[i], c[i]), len(x))
    _settles(transform, y, c, rtol, atol)
    gradient(transform, lambda v: transform.inverse(v, c), y)
    twin = rebuilt(transform, Transform)
    equal(transform, "forward of a rebuilt one differs", twin(x, c), y)
    equal(transform, "inverse of a rebuilt one differs", twin.inverse(y, c), back)


def check_codec(codec: Codec, events: Events, rtol: float = 1e-4, atol: float = 1e-6) -> None:
    """Encodes and decodes events, keeps empty ones empty, and is the same when built anew.

    Args:
        codec: A fitted codec.
        events: Events of its detector, more than one.
        rtol: Relative error of a signal that is encoded and decoded.
        atol: Absolute error, in the signal's unit; what lies below a threshold may be lost.
    """
    codec = copy.deepcopy(codec).eval()
    batch = codec.encode(events)
    shaped(codec, "x", batch.x, (len(events), codec.values))
    shaped(codec, "c", batch.c, (len(events), codec.features.size))
    shaped(codec, "conditions", batch.conditions, events.conditions.shape)
    twin = Codec(
        codec.detector, rebuilt(codec.features, Features), rebuilt(codec.transform, Transform)
    )
    for part, same in zip(batch, twin.encode(events), strict=True):
        equal(codec, "what a rebuilt one encodes differs", part, same)
    decoded = _readouts(codec, events, batch)
    for name, signal in decoded.items():
        real = torch.from_numpy(events.readouts[name])
        close(codec, f"decode(encode(events)) changes {name}", signal, real, rtol, atol)
    nothing = {name: np.zeros_like(array) for name, array in events.readouts.items()}
    empty = Events(events.detector, events.conditions, nothing)
    for name, signal in _readouts(codec, empty, codec.encode(empty)).items():
        law(codec, bool((signal <= atol).all()), f"empty events are not empty in {name}")


def _settles(transform: Transform, y: Tensor, c: Tensor, rtol: float, atol: float) -> None:
    """Checks that settling leaves real values alone, ends at once and changes no signal."""
    wild = y + torch.randn(y.shape, generator=torch.Generator().manual_seed(0))
    settled = transform.settle(wild, c)
    shaped(transform, "settle", settled, tuple(y.shape))
    signals = transform.inverse(wild, c).clamp(min=0), transform.inverse(settled, c)
    close(transform, "settle changes signals", *signals, rtol, atol)
    close(transform, "settle changes real values", transform.settle(y, c), y, ROUNDING, ROUNDING)
    again = transform.settle(settled, c)
    close(transform, "settling twice differs", again, settled, ROUNDING, ROUNDING)


def _readouts(codec: Codec, events: Events, batch: Batch) -> dict[str, Tensor]:
    decoded = codec.decode(batch.x, batch.conditions)
    for readout in events.detector.readouts:
        signal = decoded[readout.name]
        shaped(codec, readout.name, signal, (len(events), *readout.shape))
        law(codec, bool((signal >= 0).all()), f"negative signals in {readout.name}")
    return decoded
