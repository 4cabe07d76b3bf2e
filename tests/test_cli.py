"""The command line as people meet it: help, errors in one line, output for terminals and pipes."""

import os
import re
import subprocess
import sys

import pytest
import typer

from cloudburst import __version__
from cloudburst.cli import console
from cloudburst.cli.app import app
from commands import PROGRAM, error_line, listing

COMMANDS = typer.main.get_command(app).commands
VERBS = (
    *("train", "sample", "info", "validate", "compare", "convert", "combine", "explore"),
    *("export", "benchmark", "simulate", "produce", "regress", "study", "zoo", "merge"),
    *("verify", "demo"),
)


def program(*arguments, **environment):
    """Runs the program that is installed, as a shell does."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80", **environment},
    )


def words(text):
    """The words of a text, whatever boxes and lines are around them."""
    return re.sub(r"[\s│╭╮╰╯─]+", " ", text)


def test_every_verb_is_there():
    assert tuple(COMMANDS) == VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_help_explains_every_argument_and_option_within_80_columns(cloudburst, verb):
    text = cloudburst.done(verb, "--help", COLUMNS="80")
    assert max(map(len, text.splitlines())) <= 80
    assert COMMANDS[verb].help in words(text)
    for parameter in COMMANDS[verb].params:
        for name in parameter.opts if parameter.opts[0].startswith("-") else [parameter.metavar]:
            assert f" {name} " in words(text)
        explained = words(text).replace("- ", "-")
        assert (parameter.help or "Show this message").replace("- ", "-") in explained
    assert text == cloudburst.done(verb, "-h", COLUMNS="80")


def test_the_program_shows_help_at_once():
    shown = program()
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == program("--help").stdout
    for verb in VERBS:
        assert f" {verb} " in words(shown.stdout)


def test_help_needs_no_journey():
    code = (
        "import sys; from cloudburst.cli import main\n"
        "try: main(['train', '--help'])\n"
        "finally: assert not {'torch', 'h5py', 'matplotlib'} & set(sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_version(cloudburst):
    assert cloudburst.done("--version") == f"cloudburst {__version__}\n"


def test_the_program_ends_with_one_line_and_code_2():
    ended = program("info", "nowhere.h5")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: nowhere.h5: no such file\n"


def test_the_traceback_is_shown_on_request_only(cloudburst):
    for arguments in (("--debug", "info", "nowhere.h5"), ("info", "nowhere.h5", "--debug")):
        ended = cloudburst(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("Traceback (most recent call last):\n")
        assert "cloudburst.errors.FileError: nowhere.h5: no such file\n" in ended.err
        assert ended.err.endswith("\nerror: nowhere.h5: no such file\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("trian demo run", "No such command 'trian'. Did you mean 'train'?"),
        ("--verbose info x", "No such option: --verbose"),
        ("train demo", "Missing argument 'RUN'"),
        ("sample run", "Missing argument 'OUT.h5'"),
        ("sample run out.h5 --evnts 5", "--events"),
        ("sample run out.h5 --events 5 --seed -1", "Invalid value for '--seed'"),
        ("sample run out.h5 --events", "Option '--events' requires an argument"),
        ("validate run test.h5", "Missing option '--report'"),
        ("info a b", "Got unexpected extra argument"),
        ("demo folder --events 99", "Invalid value for '--events'"),
    ],
)
def test_words_that_make_no_command(cloudburst, tmp_path, arguments, said):
    line = cloudburst.refused(*arguments.split())
    assert said in line
    assert re.search(r" \(see 'cloudburst( \w+)? --help'\)$", line)
    assert listing(tmp_path) == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--condition energy=5", "say how many events with --events N"),
        ("--events 5 --condition energy", "NAME=VALUE as energy=50, got 'energy'"),
        ("--events five", "--events needs a whole number as 1000 or 1e9, got 'five'"),
        ("--events 0", "--events needs a whole number"),
        ("--events 5 --condition energy=", "NAME=VALUE as energy=50, got 'energy='"),
        ("--events 5 --condition energy=nan", "NAME=VALUE as energy=50, got 'energy=nan'"),
        ("--events 5 --condition energy=5 --condition energy=6", "energy is given twice"),
        ("--condition energy=5 --conditions-from f.h5", "exclude each other"),
    ],
)
def test_conditions_that_make_no_sense(cloudburst, arguments, said):
    assert said in cloudburst.refused("sample", "run", "out.h5", *arguments.split())


def test_what_is_piped_has_no_control_characters_and_no_cut_lines(cloudburst, few_showers):
    for columns in ("80", "20"):
        ended = cloudburst("convert", few_showers, f"{columns}.h5", COLUMNS=columns)
        told = cloudburst("info", few_showers, COLUMNS=columns)
        assert ended.code == told.code == 0
        for text in (*ended[1:], *told[1:]):
            assert all(sign.isprintable() or sign == "\n" for sign in text)
        assert "sum Pb and Ar\n" in told.out
        assert ended.out == f"{columns}.h5: 120 events\n"


def test_a_terminal_shows_progress_and_a_coloured_error(cloudburst, terminal, few_showers):
    running = cloudburst.start("convert", few_showers, "new.h5", err=terminal.name)
    assert running.end().code == 0
    assert "\x1b[" in terminal.read()
    assert terminal.lines()[-1].startswith("✓ converting")
    assert all(len(line) <= 80 for line in terminal.lines())
    assert cloudburst.start("info", "x.h5", err=terminal.name).end().code == 2
    assert error_line(terminal.lines()) == "x.h5: no such file"
    assert "\x1b[1;31merror:\x1b[0m" in terminal.read()


def test_a_terminal_without_the_signs_shows_what_it_can():
    shown = program("--help", PYTHONIOENCODING="ascii")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "sample" in shown.stdout


def test_names_with_brackets_are_shown_as_they_are(cloudburst, few_showers, tmp_path):
    name = "[red]run[/] [1].h5"
    cloudburst.done("convert", few_showers, name)
    assert cloudburst.done("info", name).splitlines()[0] == name
    (tmp_path / name).write_text("text")
    assert cloudburst.refused("info", name).startswith(f"{name}: not an HDF5 file")


def test_names_between_colons_are_no_pictures(capsys):
    console.fail(ValueError("zoo:x: no such shipped surrogate"))
    console.say("zoo:x: 10 events")
    told = capsys.readouterr()
    assert told.err == "error: zoo:x: no such shipped surrogate\n"
    assert told.out == "zoo:x: 10 events\n"
