"""Memory that the C library keeps instead of giving it back.

glibc returns every large block to the system as soon as it is freed, and the system hands out
new ones filled with zeros, page by page. A training frees and takes the gradients of all weights
in each step: with tens of millions of weights that is a third of the time.
"""

from __future__ import annotations

__all__ = ["keep_freed_memory"]

import ctypes

# of mallopt(3): no blocks by mmap, nothing returned below this, and so much taken at once
_SETTINGS = {-4: 0, -1: 2**31 - 1, -2: 2**27}


def keep_freed_memory() -> bool:
    """Lets this process keep what it frees; whether its C library could be told so."""
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return all(tell(name, value) == 1 for name, value in _SETTINGS.items())
