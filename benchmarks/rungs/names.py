"""The rungs of the ladder, from the first published network to the flagship."""

from __future__ import annotations

__all__ = ["RUNGS", "Rung"]

from pathlib import Path
from typing import NamedTuple

_RECIPES = Path(__file__).parents[1] / "ladder"


class Rung(NamedTuple):
    """A way to make showers.

    Attributes:
        name: What its run is called.
        title: What tables call it.
        recipe: Its recipe, a file or the name of a shipped one.
        passes: How often its networks are asked for a shower, in words.
        teacher: The rung whose flow it learns from; none if empty.
        seed: Seed of its training; rungs of another seed than 0 are judged only, to tell how much
            of an area is luck.
    """

    name: str
    title: str
    recipe: str
    passes: str
    teacher: str = ""
    seed: int = 0


RUNGS = (
    Rung("calogan", "CaloGAN, as published", "calogan-eplus", "1"),
    Rung("wgan-gp", "WGAN-GP of perceptrons", str(_RECIPES / "wgan-gp.toml"), "1"),
    Rung("demo", "Energy scores (demo)", "demo", "1"),
    Rung("coupling-flow", "Coupling flow", str(_RECIPES / "coupling-flow.toml"), "8 couplings"),
    Rung("flow-matching", "Flow matching", str(_RECIPES / "flow-matching.toml"), "24"),
    Rung(
        "student-end", "Student, told the end", str(_RECIPES / "student-end.toml"), "1",
        "flow-matching",
    ),
    Rung(
        "student", "Student, told the way", str(_RECIPES / "student.toml"), "1 (2 stages)",
        "flow-matching",
    ),
    *(
        Rung(
            "flagship" + (f"-{seed}" if seed else ""), "Flagship", str(_RECIPES / "flagship.toml"),
            "1", seed=seed,
        )
        for seed in range(3)
    ),
)  # fmt: skip
