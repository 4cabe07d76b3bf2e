"""The examples run as they stand, shortened."""

import subprocess
import sys
from pathlib import Path

import pytest

from cloudburst.errors import SpecError
from cloudburst.surrogate import Surrogate

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_a_laboratory_can_bring_its_own_detector_generator_and_observable(tmp_path, monkeypatch):
    script = EXAMPLES / "extending" / "run.py"
    command = [sys.executable, script, tmp_path, "training.steps=20", "training.validate_every=10"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "| asymmetry:separation |" in result.stdout

    monkeypatch.syspath_prepend(script.parent)
    with pytest.raises(SpecError, match="--allow mylab"):
        Surrogate.load(tmp_path / "run")
    surrogate = Surrogate.load(tmp_path / "run", packages=["mylab"])
    assert surrogate.detector.name == "mylab-tile"
    assert type(surrogate.generator).__name__ == "GatedGenerator"
