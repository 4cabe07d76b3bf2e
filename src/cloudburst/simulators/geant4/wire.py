"""What a process that runs Geant4 and the one that started it say to each other.

Requests are lines of JSON. An answer is its length in bytes, the processor time that it took in
seconds, and that many bytes: JSON, or the numbers and values of sums of energy, one after the
other as little-endian int64 and float64.
"""

from __future__ import annotations

__all__ = ["read_answer", "sums", "write_answer", "write_sums"]

import struct
from typing import IO

import numpy as np
from numpy.typing import NDArray

_HEAD = struct.Struct("<qd")


def write_answer(stream: IO[bytes], body: bytes, seconds: float) -> None:
    """Sends an answer; raises BrokenPipeError if nobody listens."""
    stream.write(_HEAD.pack(len(body), seconds) + body)
    stream.flush()


def read_answer(stream: IO[bytes]) -> tuple[bytes, float] | None:
    """The next answer and its processor time in seconds, or None if there is no whole one."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    size, seconds = _HEAD.unpack(head)
    body = stream.read(size)
    return (body, seconds) if len(body) == size else None


def write_sums(numbers: NDArray[np.int64], values: NDArray[np.float64]) -> bytes:
    """Numbers and values of sums, each with shape (n,), as the body of an answer."""
    return numbers.astype("<i8").tobytes() + values.astype("<f8").tobytes()


def sums(body: bytes) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What `write_sums` was given."""
    half = len(body) // 2
    return np.frombuffer(body[:half], "<i8"), np.frombuffer(body[half:], "<f8")
