"""The script that fills the zoo: from a run to a bundle with a measured card."""

import subprocess
import sys

import pytest

from cloudburst.surrogate import Surrogate
from cloudburst.zoo import read_card
from documents import ROOT

TOOL = ROOT / "tools" / "make_zoo.py"


def make(*words):
    """Runs the script."""
    return subprocess.run(
        [sys.executable, TOOL, *map(str, words)], capture_output=True, text=True, check=False
    )


def test_events_that_were_learned_from_are_refused(trained_run, tmp_path):
    ended = make(trained_run, "x", "--test", "sample:calogan-eplus", "--into", tmp_path)
    assert ended.returncode == 1
    assert "it was trained on this file" in ended.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.slow
def test_a_run_becomes_a_bundle_with_a_card(trained_run, tmp_path):
    test = ("--test", "sample:calogan-eplus-test", "--seeds", 1, "--into", tmp_path)
    ended = make(trained_run, "small", *test, "--title", "A trial", "--remark", "Of no use")
    assert ended.returncode == 0, ended.stderr
    card, made = read_card(tmp_path / "small"), Surrogate.load(tmp_path / "small")
    assert (card.name, card.title, card.remarks) == ("small", "A trial", ("Of no use",))
    assert card.learned.sha256 == made.provenance["data"]["sha256"]
    assert card.size.moved < 0.01
    assert len(card.judged) == 5
    assert (tmp_path / "zoo-small.svg").is_file()
