"""What the programs of worker processes share: `python -m MODULE LIFELINE`.

They read messages from standard input, one JSON object a line, and answer on what was their
standard output; all that others print goes to standard error. To each message but the first,
which says what it is about, they answer

```
{"count": 64}, {"count": 128}, ...   how far it is, as often as they like, and then one of
{"done": {...}}, {"bad": "..."}
{"error": "...", "kind": "FileError"}
```

LIFELINE is the reading end of a pipe that nobody writes to. When its other end goes, the system
ends the process, whatever native code it is in.
"""

from __future__ import annotations

__all__ = ["Handler", "Teller", "serve"]

import fcntl
import json
import os
import select
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO, TypeAlias

from ..errors import CloudburstError

# Hears how much of a task is done.
Teller: TypeAlias = Callable[[int], None]
# Does what a message asks and gives the last answer.
Handler: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]


def serve(begin: Callable[[dict[str, Any], Teller], Handler]) -> None:
    """Works until standard input ends.

    Args:
        begin: Is given the first message, and what hears how far a task is.
    """
    _die_with(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # native code writes to where standard output was
    os.dup2(2, 1)
    handler: Handler | None = None
    for line in sys.stdin:
        message = json.loads(line)
        if handler is None:
            handler = begin(message, lambda count: _answer(answers, {"count": count}))
        else:
            _answer(answers, _handle(handler, message))


def _handle(handler: Handler, message: dict[str, Any]) -> dict[str, Any]:
    try:
        return handler(message)
    except CloudburstError as error:
        return {"error": str(error), "kind": type(error).__name__}
    except Exception as error:
        # a machine may be better off another time, a mistake is not
        kind = "" if isinstance(error, OSError | MemoryError) else "SimulationError"
        return {"error": _explain(error), "kind": kind}


def _explain(error: Exception) -> str:
    """What is wrong, and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({frame.filename}, line {frame.lineno})"


def _answer(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _die_with(lifeline: int) -> None:
    """Has the system end this process by SIGIO when the other end of a pipe goes."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(lifeline, fcntl.F_GETFL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:
        sys.exit(1)
