"""A process that runs Geant4, as seen by the one that started it.

Geant4 can be set up once in a process, and it ends its process where something is wrong. In a
process of its own it takes nobody along, and there may be several.
"""

from __future__ import annotations

__all__ = ["Engine", "explain"]

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LostProcessError, SimulationError
from . import wire

_SHOWN = 600  # characters of what it said last
_READ = 20_000
_STOPS_WITHIN = 5.0  # seconds


class Engine:
    """Starts a process that runs Geant4, and makes events with it.

    Args:
        setup: The first line of its input, as `child` describes it.
        environment: Environment variables besides those of this process.

    Attributes:
        version: Of Geant4.
        seconds: Processor time that it has used.

    Raises:
        SimulationError: Geant4 cannot start; says why.
    """

    def __init__(self, setup: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cloudburst.simulators.geant4.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **environment},
            # an interrupt of the terminal is for who started it
            start_new_session=True,
        )
        self._stop = weakref.finalize(self, _stop, self._process, self._log)
        self.seconds = 0.0
        self._send(setup)
        self.version = str(json.loads(self._answer("start"))["version"])

    @property
    def alive(self) -> bool:
        """Whether it can make events."""
        return self._stop.alive and self._process.poll() is None

    def make(
        self, shots: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """For each shot, as `run` describes them, numbers and energies in MeV of its sums.

        Raises:
            SimulationError: Geant4 broke off; says why.
            LostProcessError: Its process was killed.
        """
        finished = False
        try:
            self._send(shots)
            for i, shot in enumerate(shots):
                what = f"{shot['particle']} of {shot['energy']:g} MeV"
                yield wire.sums(self._answer(f"make event {i + 1} of {len(shots)}, {what}"))
            finished = True
        finally:
            # answers that nobody waited for would be taken for those of the next shots
            if not finished:
                self.close()

    def close(self) -> None:
        """Ends the process."""
        self._stop()

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None
        # that it has ended shows when its answer is read
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def _answer(self, what: str) -> bytes:
        assert self._process.stdout is not None
        answer = wire.read_answer(self._process.stdout)
        if answer is None:
            error = self._broken(what)
            self.close()
            raise error
        self.seconds += answer[1]
        return answer[0]

    def _broken(self, what: str) -> SimulationError:
        code = self._process.wait()
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        if code < 0 and -code != signal.SIGABRT:
            return LostProcessError(f"Geant4 could not {what}: its process was {how}")
        size = os.fstat(self._log.fileno()).st_size
        text = os.pread(self._log.fileno(), _READ, max(0, size - _READ))
        told = explain(text.decode(errors="replace"))
        return SimulationError(f"Geant4 could not {what}: {told} ({how})")


def explain(log: str) -> str:
    """The reason that Geant4 or Python gave last, in one line."""
    fatal = re.findall(r"\*\*\* G4Exception : (.*?)\*\*\*", log, re.DOTALL)
    lines = (fatal[-1] if fatal else log).splitlines()
    kept = [line.strip() for line in lines if line.strip(" -*=")]
    return " ".join(kept if fatal else kept[-1:])[:_SHOWN]


def _stop(process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Lets a process end by itself, or ends it."""
    assert process.stdin is not None
    assert process.stdout is not None
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream.close()
    try:
        process.wait(_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    log.close()
