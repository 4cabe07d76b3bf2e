"""What a training of a study came to, as plain data beside its run."""

from __future__ import annotations

__all__ = ["FILE", "Outcome", "read_outcome", "write_outcome"]

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from ...errors import FormatError, TrainingError
from ...files import write_text
from ..recipe import Recipe, load_recipe
from ..runs import read_json
from .judge import Quality
from .plan import JudgeTable

FILE = "outcome.json"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a training came to.

    Attributes:
        quality: How good its surrogate is; None if there is none.
        failure: Why there is none, "" if there is one.
        history: History of the training, as far as it came.
        milliseconds: Processor time of a step: the median of some, and their quartiles' half
            distance.
    """

    quality: Quality | None
    failure: str
    history: list[dict[str, Any]]
    milliseconds: tuple[float, float]

    @property
    def figures(self) -> list[tuple[int, float]]:
        """Steps and validation figures."""
        return [(entry["step"], entry["figure"]) for entry in self.history if "figure" in entry]

    def gauge(self, name: str) -> list[tuple[int, float]]:
        """Steps and values of a gauge, where it was read."""
        found = [(entry["step"], entry.get("gauges", {})) for entry in self.history]
        return [(step, gauges[name]) for step, gauges in found if name in gauges]

    @property
    def gauges(self) -> list[str]:
        """Names of the gauges, in order."""
        return list(dict.fromkeys(n for e in self.history for n in e.get("gauges", {})))

    def diverged(self, limit: float) -> bool:
        """Whether it ended in no numbers, or far worse than it had been.

        Args:
            limit: The last validation figure over the smallest, from where on that is so.
        """
        figures = [figure for _, figure in self.figures]
        return bool(self.failure) or (bool(figures) and figures[-1] > limit * min(figures))

    def collapsed(self, limit: float) -> bool:
        """Whether noise hardly moves the events of its surrogate, by less than a limit."""
        return self.quality is not None and self.quality.spread < limit


def write_outcome(run: Path, outcome: Outcome, recipe: Recipe, judge: JudgeTable) -> None:
    """Puts an outcome beside its run, with what it is of."""
    quality = outcome.quality.to_dict() if outcome.quality else None
    document = {
        "recipe": _digest(recipe.to_toml()),
        "judge": judge.model_dump(),
        "quality": quality,
        "failure": outcome.failure,
        "history": outcome.history,
        "milliseconds": list(outcome.milliseconds),
    }
    write_text(run / FILE, json.dumps(document, indent=1), overwrite=True)


def read_outcome(run: Path, recipe: Recipe, judge: JudgeTable) -> Outcome | None:
    """The outcome of a run, None if there is none that was judged so.

    Raises:
        TrainingError: It is of another recipe.
        FileError: It cannot be read.
        FormatError: It is damaged.
    """
    path = run / FILE
    if not path.is_file():
        return None
    document = read_json(path)
    try:
        if not _is_of(run, recipe, document["recipe"]):
            raise TrainingError(
                f"{run} is of another recipe than the study has now; choose another folder, or "
                "give that value of the axis another name"
            )
        if document["judge"] != judge.model_dump():
            return None
        quality = Quality.from_dict(document["quality"]) if document["quality"] else None
        cost = document["milliseconds"]
        return Outcome(quality, document["failure"], document["history"], (cost[0], cost[1]))
    except (KeyError, TypeError, IndexError) as error:
        raise FormatError(
            f"{path}: damaged ({error!r}); delete it to judge the run anew"
        ) from error


def _is_of(run: Path, recipe: Recipe, digest: str) -> bool:
    """Whether an outcome is of a recipe, however the version that trained it wrote that down."""
    if digest == _digest(recipe.to_toml()):
        return True
    kept = run / "recipe.toml"
    if not kept.is_file() or digest != _digest(kept.read_text(encoding="utf-8")):
        return False
    return load_recipe(kept).to_toml() == recipe.to_toml()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
