"""A worker process as seen by who started it."""

from __future__ import annotations

__all__ = ["Child", "Setup"]

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from typing import Any, NamedTuple

# Bytes of a dead worker's standard error that are shown, and of a live one's that are kept.
_SHOWN, _KEPT = 800, 2**20
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


class Setup(NamedTuple):
    """What a worker process is and has to know.

    Attributes:
        module: Name of the module that is its program, which `serve` runs.
        first: The first message to it; plain data.
        threads: Threads that it may use.
    """

    module: str
    first: dict[str, Any]
    threads: int = 1


class Child:
    """A worker process; it ends with whoever started it, however that one ends."""

    def __init__(self, setup: Setup) -> None:
        self._open = contextlib.ExitStack()
        self._errors = self._open.enter_context(tempfile.TemporaryFile("a+b"))  # noqa: SIM115
        reading, lifeline = os.pipe()
        self._open.callback(os.close, lifeline)
        environment = os.environ | dict.fromkeys(_THREADS, str(setup.threads))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", setup.module, str(reading)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                pass_fds=[reading],
                env=environment,
                # an interrupt of the terminal is for who started it
                start_new_session=True,
            )
        finally:
            os.close(reading)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._out.fileno(), False)
        self._rest = b""
        self.send(setup.first)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def fileno(self) -> int:
        """What becomes readable when it has something to say, or has ended."""
        return self._out.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message; that it has ended shows when its answers are read."""
        with contextlib.suppress(BrokenPipeError):
            self._in.write(json.dumps(message).encode() + b"\n")
            self._in.flush()

    def receive(self) -> list[dict[str, Any]] | None:
        """What it has said since, or None if it has ended."""
        try:
            data = os.read(self.fileno(), 2**16)
        except BlockingIOError:
            return []
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        if os.fstat(self._errors.fileno()).st_size > _KEPT:
            self._errors.truncate(0)
        return [json.loads(line) for line in lines]

    def last_words(self) -> str:
        """How it ended, and the end of its standard error; waits for that."""
        code = self._process.wait()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        size = os.fstat(self._errors.fileno()).st_size
        self._errors.seek(max(0, size - _SHOWN))
        lines = self._errors.read().decode(errors="replace").splitlines()
        tail = " | ".join(line.strip() for line in lines if line.strip())
        return f"its process ended ({how})" + (f": {tail}" if tail else "")

    def end(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()
        for stream in (self._in, self._out):
            with contextlib.suppress(OSError):
                stream.close()
        self._open.close()
