"""The documentation says what is there: its commands and snippets run, its pages are complete."""

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from cloudburst.cli import main
from cloudburst.detectors import CALOCHALLENGE_2, PolarLayer
from cloudburst.detectors.binning_xml import write_binning
from cloudburst.events import Events
from cloudburst.experiment import load_recipe, locate, train
from cloudburst.formats import FORMATS, CaloGANFormat, RootFormat, read_events
from documents import ROOT, blocks, commands, shortened

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
# Set-up and other programs, which other tests and the continuous integration run.
OTHER = ("make ", "pip ", "python examples/", "torchrun ")
# Pages that validate, which trains classifiers, or that simulate collisions.
LONG = ("get-started", "simulators", "validate")


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
    if request.param in ("deploy", "production", "validate"):
        shutil.copytree(request.getfixturevalue("run"), "runs/demo")
    if request.param in ("simulate", "formats", "explore"):
        events, _ = read_events(locate("sample:calogan-eplus-test"))
        CaloGANFormat().write(Path("showers.h5"), events[:100])
    if request.param == "formats":
        polar_files()
        RootFormat().write(Path("mine.root"), events[:20])
    return request.param


def polar_files():
    """Made-up showers in the layout of the CaloChallenge, and their binning file."""
    layers = [PolarLayer(number, tuple(4.65 * i for i in range(10)), 16) for number in range(45)]
    write_binning(Path("binning.xml"), layers, "electron", 11)
    rng = np.random.default_rng(0)
    events = {r.name: rng.gamma(0.1, size=(60, *r.shape)) for r in CALOCHALLENGE_2.readouts}
    cells = {name: array.astype(np.float32) for name, array in events.items()}
    energies = np.full((60, 1), 1e4, np.float32)
    FORMATS["calochallenge"].write(Path("dataset_2.h5"), Events(CALOCHALLENGE_2, energies, cells))


PARAMETERS = [
    pytest.param(page.stem, marks=pytest.mark.slow if page.stem in LONG else ()) for page in PAGES
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
