"""What runs within a Dask worker: it hands tasks on to a worker process of its own.

So tasks see the same surroundings as those of local worker processes, native code that aborts
takes no Dask worker along, and what it said last is heard.
"""

from __future__ import annotations

__all__ = ["end_children", "work"]

import json
import select
from collections import defaultdict
from typing import Any

from ..extras import require
from .child import Child, Setup

_ATTRIBUTE = "cloudburst_children"


def work(setup: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """The answer of a worker process to a message; `setup` are the fields of its setup."""
    idle = _children()[json.dumps(setup)]
    child = idle.pop() if idle else Child(Setup(**setup))
    child.send(message)
    while True:
        select.select([child], [], [])
        answers = child.receive()
        if answers is None:
            reason = child.last_words()
            child.end()
            return {"error": reason, "kind": ""}
        for answer in answers:
            if "count" not in answer:
                idle.append(child)
                return answer


def end_children() -> None:
    """Ends the idle worker processes of a Dask worker."""
    for idle in _children().values():
        while idle:
            idle.pop().end()


def _children() -> dict[str, list[Child]]:
    """The idle worker processes of this Dask worker, by first message."""
    worker = require("distributed", "cluster").get_worker()
    children: dict[str, list[Child]] = getattr(worker, _ATTRIBUTE, None) or defaultdict(list)
    setattr(worker, _ATTRIBUTE, children)
    return children
