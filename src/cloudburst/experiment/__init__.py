"""The journeys: from a recipe to a run, from a surrogate to events, from events to a report."""

from ..benchmark import BATCHES as BATCHES
from ..production import Simulation as Simulation
from ..training import joined_processes as joined_processes
from .benchmark import Benchmark as Benchmark
from .benchmark import Wanted as Wanted
from .benchmark import benchmark_journey as benchmark_journey
from .combine import combine as combine
from .compare import compare_journey as compare_journey
from .convert import convert as convert
from .data import locate as locate
from .data import shipped_samples as shipped_samples
from .demo import demo as demo
from .effort import FULL as FULL
from .effort import QUICK as QUICK
from .effort import Effort as Effort
from .explore import Explored as Explored
from .explore import explore as explore
from .export import export_journey as export_journey
from .info import info as info
from .produce import Production as Production
from .produce import merge_journey as merge_journey
from .produce import produce_journey as produce_journey
from .produce import verify_journey as verify_journey
from .reading import Reading as Reading
from .recipe import Recipe as Recipe
from .recipe import load_recipe as load_recipe
from .recipe import shipped_recipes as shipped_recipes
from .regress import Regression as Regression
from .regress import regress as regress
from .sample import Request as Request
from .sample import sample_journey as sample_journey
from .simulate import simulate as simulate
from .study import study as study
from .study import study_rows as study_rows
from .times import table as time_table
from .train import Interrupted as Interrupted
from .train import train as train
from .validate import Orders as Orders
from .validate import validate_journey as validate_journey
from .verdict import Verdict as Verdict
from .zoo import Section as Section
from .zoo import card_sections as card_sections
from .zoo import shipped_card as shipped_card
from .zoo import shipped_cards as shipped_cards
from .zoo import zoo_table as zoo_table

__all__ = [
    "BATCHES",
    "Benchmark",
    "Wanted",
    "benchmark_journey",
    "time_table",
    "Explored",
    "FULL",
    "QUICK",
    "Effort",
    "Orders",
    "Interrupted",
    "Reading",
    "Production",
    "Recipe",
    "Regression",
    "Request",
    "Simulation",
    "Verdict",
    "combine",
    "compare_journey",
    "convert",
    "demo",
    "explore",
    "export_journey",
    "info",
    "joined_processes",
    "load_recipe",
    "locate",
    "merge_journey",
    "produce_journey",
    "sample_journey",
    "shipped_recipes",
    "shipped_samples",
    "simulate",
    "study",
    "study_rows",
    "train",
    "validate_journey",
    "verify_journey",
    "regress",
    "Section",
    "card_sections",
    "shipped_card",
    "shipped_cards",
    "zoo_table",
]
