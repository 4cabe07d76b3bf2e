"""The program of a worker process that trains for a study; how it talks, `serving` says.

The first message says folder and judge, each other one what to train:

```
{"folder": "...", "judge": {...}, "readouts": ["pads"]}
{"recipe": {...}, "run": "slow/seed-0"}     -> {"done": {}}
```
"""

from __future__ import annotations

__all__ = ["main"]

from pathlib import Path
from typing import Any

from ...production.serving import Teller, serve
from ..recipe import Recipe
from .judge import Judge
from .plan import JudgeTable
from .trial import run_trial


class _Work:
    """One study's part of one process.

    Args:
        first: The first message.
        told: Hears how many steps of a training are done.
    """

    def __init__(self, first: dict[str, Any], told: Teller) -> None:
        self._told = told
        self._folder = Path(first["folder"])
        self._table = JudgeTable.model_validate(first["judge"])
        self._readouts = first["readouts"]
        self._judge: Judge | None = None

    def __call__(self, message: dict[str, Any]) -> dict[str, Any]:
        """Trains what a message names."""
        recipe = Recipe.model_validate(message["recipe"])
        if self._judge is None:
            self._judge = Judge.of(self._table, self._readouts)
        run = self._folder / message["run"]
        run_trial(
            recipe, run, self._judge, self._table, lambda progress: self._told(progress.step)
        )
        return {"done": {}}


def main() -> None:
    """Works until standard input ends."""
    serve(_Work)


if __name__ == "__main__":
    main()
