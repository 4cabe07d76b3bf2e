"""What tests share: real showers, data that need not be there, and programs to interrupt."""

import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import settings

from cloudburst import storage

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
