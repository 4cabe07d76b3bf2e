"""Running the command line in processes of its own, and what comes of it."""

import fcntl
import json
import os
import re
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import NamedTuple

PROGRAM = Path(sys.executable).with_name("cloudburst")
SERVER = Path(__file__).with_name("command_server.py")


class Ended(NamedTuple):
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str


class Running:
    """A command on its way."""

    def __init__(self, server: "CommandLine", pid: int, out: Path, err: Path):
        self.server, self.pid, self.out, self.err = server, pid, out, err

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def end(self) -> Ended:
        """Waits for its end."""
        code = self.server.ask(wait=self.pid)
        return Ended(code, *(p.read_text() if p.is_file() else "" for p in (self.out, self.err)))


class Terminal:
    """A terminal of 80 columns for a command to write to."""

    def __init__(self):
        self.screen, self.device = os.openpty()
        termios.tcsetwinsize(self.device, (24, 80))
        self.name = os.ttyname(self.device)
        self.written = ""

    def until(self, text: str, seconds: float = 120) -> None:
        """Waits for a text to appear."""
        end = time.monotonic() + seconds
        while text not in self.read():
            assert time.monotonic() < end, f"'{text}' never appeared in {self.written}"
            select.select([self.screen], [], [], 0.1)

    def read(self) -> str:
        """All that was written up to now."""
        while select.select([self.screen], [], [], 0)[0]:
            self.written += os.read(self.screen, 65536).decode(errors="replace")
        return self.written

    def lines(self) -> list[str]:
        """What was written, without colours and movements."""
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.read())
        return [line for line in re.split(r"[\r\n]+", plain) if line]

    def close(self) -> None:
        os.close(self.screen)
        os.close(self.device)


class CommandLine:
    """Runs `cloudburst` with arguments, each time in a new process that starts at once.

    The processes are forked from one that has imported torch and the like; `cloudburst.cli` runs
    in each from its import to its exit.
    """

    def __init__(self, folder: Path):
        self.folder = self.logs = folder
        self.count = 0
        command = [sys.executable, SERVER]
        self.server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"},
        )

    def ask(self, **request: object) -> int:
        self.server.stdin.write(json.dumps(request) + "\n")
        self.server.stdin.flush()
        return int(self.server.stdout.readline())

    def start(self, *arguments, folder=None, err=None, largest=0, **environment) -> Running:
        """Starts a command.

        Args:
            arguments: What follows `cloudburst`.
            folder: Where it runs.
            err: Device or file that takes standard error.
            largest: Bytes that a file may have, or 0 for as many as there is room for.
            environment: Variables to set.
        """
        self.count += 1
        out, log = (self.logs / f"{self.count}.{name}" for name in ("out", "err"))
        err = log if err is None else Path(err)
        pid = self.ask(
            arguments=[str(a) for a in arguments],
            folder=str(folder or self.folder),
            out=str(out),
            err=str(err),
            largest=largest,
            environment=environment,
        )
        return Running(self, pid, out, err)

    def __call__(self, *arguments, **options) -> Ended:
        """Runs a command to its end."""
        return self.start(*arguments, **options).end()

    def done(self, *arguments, **options) -> str:
        """What a command says that must succeed."""
        ended = self(*arguments, **options)
        assert ended.code == 0, ended.err
        return ended.out

    def refused(self, *arguments, **options) -> str:
        """The one line with which a command must end that cannot do what it is asked."""
        ended = self(*arguments, **options)
        assert (ended.code, ended.out) == (2, ""), ended
        return error_line(ended.err.splitlines())

    def close(self) -> None:
        self.server.communicate()


def error_line(lines: list[str]) -> str:
    """The error of a command, which must be its only one and its last line."""
    assert [line for line in lines if line.startswith("error:")] == lines[-1:], lines
    assert not any("Traceback" in line for line in lines), lines
    return lines[-1].removeprefix("error: ")


def made_once(root: Path, name: str, make) -> Path:
    """What `make(path)` makes, once for all processes that run these tests."""
    path = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            make(path)
    return path


def listing(folder: Path) -> set[str]:
    """Everything in a folder, hidden names too."""
    return {path.name for path in folder.iterdir()}
