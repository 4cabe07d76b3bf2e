"""Errors: the tree that the docstring draws, and what else catches them."""

import copy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst import errors

ERRORS = [getattr(errors, name) for name in errors.__all__ if name != "nearest"]


def drawn_parents():
    """The parent of each error, as the docstring draws it."""
    parents, above = {}, []
    for line in re.search(r"```\n(.*?)```", errors.__doc__, re.DOTALL)[1].splitlines():
        indent, name = re.match(r"([│├└─ ]*)(\w+)", line).groups()
        depth = len(indent) // 4
        above[depth:] = [name]
        parents[name] = above[depth - 1] if depth else "Exception"
    return parents


def test_the_docstring_draws_the_tree():
    assert drawn_parents() == {e.__name__: e.__bases__[0].__name__ for e in ERRORS}


@pytest.mark.parametrize("error", ERRORS)
def test_errors_are_caught_as_ours_and_keep_their_message(error):
    with pytest.raises(errors.CloudburstError, match="a file, a value and a remedy") as caught:
        raise error("a file, a value and a remedy")
    assert str(copy.copy(caught.value)) == "a file, a value and a remedy"


@pytest.mark.parametrize(
    ("error", "standard"),
    [
        *((errors.DataError, ValueError), (errors.ConditionError, ValueError)),
        *((errors.FileError, OSError), (errors.ExistsError, OSError)),
        *((errors.SpecError, ValueError), (errors.RecipeError, ValueError)),
        (errors.TrainingError, RuntimeError),
    ],
)
def test_errors_are_what_python_calls_them(error, standard):
    assert issubclass(error, standard)


def test_nearest_by_hand():
    assert errors.nearest("enrgy", ["angle", "energy"]) == "did you mean 'energy'?"
    assert errors.nearest("Energy", iter(["energy"])) == "did you mean 'energy'?"
    assert errors.nearest("x", ["b", "a"]) == "known: a, b"
    assert errors.nearest("x", []) == "known: none"


@given(st.sets(st.text(min_size=1), min_size=1))
def test_a_known_word_is_nearest_to_itself(words):
    for word in words:
        assert errors.nearest(word, words) == f"did you mean '{word}'?"
