"""How well a classifier tells a candidate from the reference."""

from .attributes import attribute_regression as attribute_regression
from .importance import Giveaways as Giveaways
from .importance import Importance as Importance
from .importance import giveaways as giveaways
from .inputs import CHALLENGE_HIGH_LEVEL as CHALLENGE_HIGH_LEVEL
from .inputs import HIGH_LEVEL as HIGH_LEVEL
from .inputs import LAYER_NORMALISED as LAYER_NORMALISED
from .inputs import LOG_CELLS as LOG_CELLS
from .inputs import LOW_LEVEL as LOW_LEVEL
from .inputs import TEXTURE as TEXTURE
from .inputs import UNTOLD as UNTOLD
from .inputs import Group as Group
from .inputs import Inputs as Inputs
from .judges import Judge as Judge
from .judges import Sets as Sets
from .network import Network as Network
from .network import accuracy as accuracy
from .network import likelihood as likelihood
from .network import ranking as ranking
from .presets import PRESETS as PRESETS
from .presets import named_tests as named_tests
from .presets import published_tests as published_tests
from .presets import quick_tests as quick_tests
from .presets import standard_tests as standard_tests
from .presets import thorough_tests as thorough_tests
from .tagger import tag as tag
from .trees import Trees as Trees
from .two_sample import ClassifierResult as ClassifierResult
from .two_sample import ClassifierTest as ClassifierTest

__all__ = [
    "CHALLENGE_HIGH_LEVEL",
    "HIGH_LEVEL",
    "LAYER_NORMALISED",
    "LOG_CELLS",
    "LOW_LEVEL",
    "PRESETS",
    "TEXTURE",
    "UNTOLD",
    "ClassifierResult",
    "ClassifierTest",
    "Giveaways",
    "Group",
    "Importance",
    "Inputs",
    "Judge",
    "Network",
    "Sets",
    "Trees",
    "accuracy",
    "giveaways",
    "likelihood",
    "published_tests",
    "quick_tests",
    "ranking",
    "tag",
    "standard_tests",
    "named_tests",
    "thorough_tests",
    "attribute_regression",
]
