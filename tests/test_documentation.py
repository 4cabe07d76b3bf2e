"""The documentation says what is there: its commands and snippets run, its pages are complete."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from cloudburst.cli import main
from cloudburst.experiment import load_recipe, locate, train
from cloudburst.formats import CaloGANFormat, read_events
from documents import ROOT, blocks, commands, shortened

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
# Set-up and other programs, which other tests and the continuous integration run.
OTHER = ("make ", "pip ", "python examples/")
# Pages that validate, which trains classifiers.
JUDGING = ("get-started", "validate")


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A run as the pages assume it, trained for a few steps."""
    folder = tmp_path_factory.mktemp("documentation") / "run"
    train(load_recipe("demo", ["training.steps=20"]), folder)
    return folder


@pytest.fixture
def workplace(request, tmp_path, monkeypatch):
    """A folder with what a page's commands start from."""
    monkeypatch.chdir(tmp_path)
    if request.param in ("deploy", "validate"):
        shutil.copytree(request.getfixturevalue("run"), "runs/demo")
    if request.param == "simulate":
        events, _ = read_events(locate("sample:calogan-eplus-test"))
        CaloGANFormat().write(Path("showers.h5"), events[:100])
    return request.param


PARAMETERS = [
    pytest.param(page.stem, marks=pytest.mark.slow if page.stem in JUDGING else ())
    for page in PAGES
]


@pytest.mark.parametrize("workplace", PARAMETERS, indirect=True)
def test_commands_and_snippets_of_a_page_run(workplace):
    variables = {}
    for language, text in blocks(DOCS / f"{workplace}.md", "sh", "python"):
        if language == "python":
            exec(compile(shortened(text), workplace, "exec"), variables)
            continue
        for command in commands(text):
            if not command.startswith(OTHER):
                run_command(shortened(command))


def run_command(command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "cloudburst", f"no test runs '{command}'"
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code, command


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text()
    named = set(re.findall(r": ([\w-]+\.md)", navigation))
    assert {page.name for page in PAGES} <= named
