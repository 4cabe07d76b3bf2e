"""Chunks as the ordinary `shuffle` and `gzip` filters store them, made faster and smaller.

`shuffle` puts all first bytes of a chunk's numbers side by side, then all second bytes, and so on;
`gzip` makes a zlib stream of that (RFC 1950, https://www.rfc-editor.org/rfc/rfc1950). The
library's deflate looks for repeated strings, of which the mantissas of signals have none. Here
each plane of bytes is searched for runs of equal bytes only (`zlib.Z_RLE`), which finds zeros and
exponents, or stored as it is where that would gain nothing. Every reader undoes it, as
`benchmarks/write_events.py` shows.
"""

from __future__ import annotations

__all__ = ["deflate"]

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Bytes from which it is told whether a plane can be compressed, and the share that must go.
_TRIED, _WORTH = 8192, 0.98
# A stored block of deflate holds at most so many bytes.
_STORED = 65535


def deflate(chunk: NDArray[Any]) -> bytes:
    """The shuffled bytes of a chunk as a zlib stream."""
    planes = chunk.view(np.uint8).reshape(-1, chunk.itemsize).T
    check = 1
    parts = [b"\x78\x01"]
    for plane in planes:
        data = plane.tobytes()
        check = zlib.adler32(data, check)
        tried = data[:_TRIED]
        worth = len(_runs(tried)) < _WORTH * len(tried)
        parts += [_runs(data)] if worth else _stored(data)
    # an empty last block
    parts.append(b"\x03\x00" + check.to_bytes(4, "big"))
    return b"".join(parts)


def _runs(data: bytes) -> bytes:
    """Blocks of deflate that look for runs of equal bytes, up to the end of a byte."""
    stream = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    return stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


def _stored(data: bytes) -> list[bytes]:
    """Blocks of deflate that hold bytes as they are."""
    parts = []
    for start in range(0, len(data), _STORED):
        piece = data[start : start + _STORED]
        n = len(piece)
        parts += [b"\0" + n.to_bytes(2, "little") + (n ^ 0xFFFF).to_bytes(2, "little"), piece]
    return parts
