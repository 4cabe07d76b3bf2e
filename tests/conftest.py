"""What tests share: real showers, data that need not be there, and programs to interrupt."""

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import settings

from cloudburst import storage
from commands import CommandLine, Terminal, made_once

# A busy machine may take long over any one example.
settings.register_profile("cloudburst", deadline=None, max_examples=40)
settings.load_profile("cloudburst")

SHARED = Path(__file__).parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """A function from the name of a file of full simulation to its path; skips without it."""

    def find(name):
        path = SHARED / name
        if not path.is_file():
            pytest.skip(f"no full simulation at {path}")
        return path

    return find


@pytest.fixture(scope="session")
def sample_path():
    """The shipped file of 1,000 Geant4 showers that no training sees."""
    return Path(str(resources.files("cloudburst") / "samples" / "calogan-eplus-test.h5"))


@pytest.fixture(scope="session")
def geant4(sample_path):
    """300 real showers."""
    return storage.read(sample_path, slice(0, 300))


@pytest.fixture
def start_python(tmp_path):
    """Starts a Python program with arguments; what still runs at the end is killed."""
    started = []

    def start(program, *arguments, **options):
        process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def run_python(start_python):
    """Runs a Python program to its end and returns what it printed; it must succeed."""

    def run(program, *arguments, **options):
        process = start_python(program, *arguments, **options)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        return output

    return run


@pytest.fixture(scope="session")
def common_folder(tmp_path_factory):
    """A folder for what all processes that run these tests share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def command_line(tmp_path_factory):
    """The command line, ready to start."""
    ready = CommandLine(tmp_path_factory.mktemp("commands"))
    yield ready
    ready.close()


@pytest.fixture
def cloudburst(command_line, tmp_path):
    """Runs `cloudburst` with arguments, in the test's folder."""
    command_line.folder = tmp_path
    return command_line


@pytest.fixture
def terminal():
    """A terminal of 80 columns for a command to write to."""
    opened = Terminal()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def settings_of_run():
    """What makes the demo's recipe short enough for a test."""
    training = ["steps=100", "validate_every=50", "log_every=4"]
    keys = ["data.validation=0.05", *(f"training.{key}" for key in training)]
    return [word for key in keys for word in ("--set", key)]


@pytest.fixture(scope="session")
def trained_run(command_line, common_folder, settings_of_run):
    """The run of a short training, made once; nothing may change it."""
    return made_once(
        common_folder,
        "trained-run",
        lambda run: command_line.done("train", "demo", run, *settings_of_run),
    )


@pytest.fixture(scope="session")
def few_showers(common_folder, sample_path):
    """A file of 120 real showers in our layout."""
    header, showers = storage.read_header(sample_path), storage.read(sample_path, slice(0, 120))
    return made_once(
        common_folder,
        "few-showers.h5",
        lambda path: storage.write(path, showers, header.provenance),
    )
