"""Errors raised on purpose; each message names the file or value and a remedy.

```
CloudburstError
├── DataError            events that make no physical sense (NaN, negative, none)
│   ├── ShapeError       an array does not fit its detector
│   └── ConditionError   a condition outside its range
├── FileError            a file that cannot be read or must not be written
│   ├── FormatError      a file whose layout is not the expected one
│   └── ExistsError      an output that is already there
├── SpecError            a description that names nothing that may be built
├── RecipeError          a recipe with an unknown key or a wrong value
├── TrainingError        a training that cannot start, go on or be resumed
│   └── DivergedError    a training whose losses or weights are no numbers any more
├── SimulationError      a simulator that cannot start, or that broke off
│   └── LostProcessError a process of a simulator that was killed
└── MissingExtraError    a package that an extra of this one installs
```
"""

__all__ = [
    "CloudburstError",
    "ConditionError",
    "DataError",
    "DivergedError",
    "ExistsError",
    "FileError",
    "FormatError",
    "LostProcessError",
    "MissingExtraError",
    "RecipeError",
    "ShapeError",
    "SimulationError",
    "SpecError",
    "TrainingError",
    "nearest",
]

import difflib
from collections.abc import Iterable


class CloudburstError(Exception):
    """Base of every error raised on purpose."""


class DataError(CloudburstError, ValueError):
    """Events that make no physical sense."""


class ShapeError(DataError):
    """An array does not have the shape that its detector declares."""


class ConditionError(DataError):
    """A condition lies outside its declared range."""


class FileError(CloudburstError, OSError):
    """A file cannot be read or must not be written."""


class FormatError(FileError):
    """A file does not have the expected layout."""


class ExistsError(FileError):
    """An output is already there and was not to be overwritten."""


class SpecError(CloudburstError, ValueError):
    """A description is malformed or names a class that may not be built."""


class RecipeError(CloudburstError, ValueError):
    """A recipe has an unknown key or a wrong value."""


class TrainingError(CloudburstError, RuntimeError):
    """A training cannot start, go on or be resumed."""


class DivergedError(TrainingError):
    """A training's losses or weights are no finite numbers any more."""


class SimulationError(CloudburstError, RuntimeError):
    """A simulator cannot start, or broke off."""


class LostProcessError(SimulationError):
    """A process of a simulator was killed; another try may do better."""


class MissingExtraError(CloudburstError, ImportError):
    """A package that an extra of this one installs is not there."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known words, the nearest first.

    >>> nearest("lattent", ["latent", "hidden"])
    "did you mean 'latent'?"
    >>> nearest("xyz", ["latent", "hidden"])
    'known: hidden, latent'
    """
    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"known: {', '.join(known) or 'none'}"
