"""Memory that is kept is there at once when it is asked for again."""

import subprocess
import sys

import pytest

from cloudburst.experiment.allocation import keep_freed_memory

# pages that the system hands out while blocks of 64 MB are taken, filled and freed
FAULTS = """
import resource, sys
import torch
from cloudburst.experiment.allocation import keep_freed_memory

torch.ones(16)
kept = sys.argv[1] == "keep" and keep_freed_memory()
torch.ones(1 << 24)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    torch.ones(1 << 24)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(how):
    command = [sys.executable, "-c", FAULTS, how]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's settings")
def test_blocks_are_handed_out_anew_without_new_pages():
    # at least one huge page of 2 MB for each of them
    assert faults("give back") > 10 * 32
    assert faults("keep") < 0.1 * faults("give back")


def test_a_library_without_the_setting_is_left_alone(monkeypatch):
    class Bare:
        def __init__(self, name):
            pass

    monkeypatch.setattr("ctypes.CDLL", Bare)
    assert keep_freed_memory() is False
