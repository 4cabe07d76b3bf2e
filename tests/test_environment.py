"""What a run says of the code and the machine that made it."""

import json
import os
import platform
import subprocess
from importlib import import_module

import torch

from cloudburst import __version__

module = import_module("cloudburst.experiment.environment")


def git(folder, *words):
    who = {
        f"GIT_{role}_{key}": "x" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    result = subprocess.run(
        ["git", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | who,
    )
    return result.stdout.strip()


def test_code_and_machine_are_plain_data():
    found = module.environment()
    assert json.loads(json.dumps(found)) == found
    assert found["cloudburst"] == __version__
    assert found["python"] == platform.python_version()
    assert found["libraries"]["torch"] == torch.__version__
    assert found["threads"] == torch.get_num_threads()
    assert found["processor"]


def test_the_commit_is_that_of_the_source_only(tmp_path, monkeypatch):
    source, installed = tmp_path / "environment.py", tmp_path / "venv" / "environment.py"
    installed.parent.mkdir()
    for path in (source, installed):
        path.write_text("")
    monkeypatch.setattr(module, "__file__", str(source))
    assert module.environment()["commit"] == ""

    git(tmp_path, "init")
    git(tmp_path, "add", "environment.py")
    git(tmp_path, "commit", "--message", "x")
    commit = git(tmp_path, "rev-parse", "--short=12", "HEAD")
    for path, expected in ((source, commit), (installed, "")):
        monkeypatch.setattr(module, "__file__", str(path))
        assert module.environment()["commit"] == expected
    source.write_text("changed")
    monkeypatch.setattr(module, "__file__", str(source))
    assert module.environment()["commit"] == f"{commit}-dirty"
