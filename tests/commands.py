"""Running the command line in processes of its own, and what comes of it."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
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
        code = self.server.ask(wait=self.pid)
        return Ended(code, *(p.read_text() if p.is_file() else "" for p in (self.out, self.err)))


class CommandLine:
    """Runs `cloudburst` with arguments, each time in a new process that starts at once.

    The processes are forked from one that has imported torch and the like; `cloudburst.cli` runs
    in each from its import to its exit.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        command = [sys.executable, "-W", "error", SERVER]
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
        paths = [Path(tempfile.mkstemp(dir=self.folder)[1]) for _ in range(2)]
        out, err = paths[0], paths[1] if err is None else Path(err)
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
        return error_line(ended.err)

    def close(self) -> None:
        self.server.stdin.close()
        self.server.wait()


def error_line(text: str) -> str:
    """The error of a command, which must be its one error and its last line."""
    lines = text.splitlines()
    assert lines[-1].startswith("error: "), text
    assert "Traceback" not in text
    assert sum(line.startswith("error:") for line in lines) == 1, text
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
