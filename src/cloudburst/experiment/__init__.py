"""The journeys: from a recipe to a run, from a surrogate to events, from events to a report."""

from .data import locate as locate
from .data import shipped_samples as shipped_samples
from .recipe import Recipe as Recipe
from .recipe import load_recipe as load_recipe
from .recipe import shipped_recipes as shipped_recipes
from .train import Interrupted as Interrupted
from .train import train as train

__all__ = [
    "Interrupted",
    "Recipe",
    "load_recipe",
    "locate",
    "shipped_recipes",
    "shipped_samples",
    "train",
]
