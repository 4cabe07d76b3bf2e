"""What README.md shows, run as it stands but for fewer steps and events."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from documents import ROOT, blocks, commands, shortened

README = ROOT / "README.md"
LIMIT = 10


def run(command: list[str], folder: Path) -> None:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


def made_by(target: str) -> str:
    """The command that a target of the Makefile ends with, without its set-up."""
    shown = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.splitlines()[-1].removeprefix(".venv/bin/").strip()


@pytest.mark.slow
def test_the_commands_and_then_the_snippet_run(tmp_path):
    for block in blocks(README, "sh"):
        for command in commands(block.text):
            program, _, target = command.partition(" ")
            command = made_by(target) if program == "make" else command
            run(["bash", "-c", shortened(command)], tmp_path)
    assert (tmp_path / "demo" / "report.html").stat().st_size > 0
    for block in blocks(README, "python"):
        run([sys.executable, "-c", block.text], tmp_path)


def test_the_snippet_is_short():
    for block in blocks(README, "python"):
        assert len([line for line in block.text.splitlines() if line]) <= LIMIT


def test_links_lead_somewhere():
    text = README.read_text()
    for link in {part.partition(")")[0] for part in text.split("](")[1:]}:
        page, _, section = link.partition("#")
        assert (ROOT / page).is_file(), link
        assert not section or f"\n## {section}\n" in (ROOT / page).read_text(), link


def test_every_verb_of_the_command_line_is_shown():
    verbs = {
        command.split()[1]
        for block in blocks(README, "sh")
        for command in commands(block.text)
        if command.startswith("cloudburst ")
    }
    assert verbs == {
        *("simulate", "explore", "train", "validate", "compare", "sample", "info", "convert"),
        *("export", "produce", "zoo"),
    }
