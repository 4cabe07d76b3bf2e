"""From words to an exit code: a verb runs, and what goes wrong is one line.

The code is 0 for what is done, 2 for an error and 128 + n for an end by signal n.
"""

from __future__ import annotations

__all__ = ["main"]

import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import typer

from ..errors import CloudburstError
from . import console
from .app import app

_NAME = "cloudburst"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# The base of what is wrong with the words themselves; typer does not export it.
_UsageError = typer.BadParameter.__mro__[1]


class _Stopped(BaseException):
    """A signal came; on its way up, what is half-written is removed."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line and exits.

    Args:
        arguments: What follows the program's name; that of this process if left out.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    shown = [word for word in words if word != "--debug"]
    for stream in (sys.stdout, sys.stderr):
        # a terminal that lacks a sign shows "?" instead of failing
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        with _stoppable():
            code = app(shown or ["--help"], prog_name=_NAME, standalone_mode=False)
    except (CloudburstError, OSError, _UsageError) as error:
        if len(shown) < len(words):
            traceback.print_exc()
        console.fail(_line(error))
        sys.exit(getattr(error, "exit_code", 2))
    except _Stopped as stopped:
        name = signal.Signals(stopped.number).name
        console.fail(f"stopped by {name}; nothing is half-written, run the command again")
        sys.exit(128 + stopped.number)
    sys.exit(code)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turns the first signal that asks to end into an exception."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped(number)

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _line(error: Exception) -> str:
    """What is wrong, and of what."""
    if isinstance(error, _UsageError):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else _NAME
        return f"{error.format_message().rstrip('.')} (see '{command} --help')"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)
