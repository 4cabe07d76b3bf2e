"""Trained surrogates that ship with the package, each with a card of what it can do.

```
NAME/surrogate.json       as any surrogate
NAME/weights.safetensors
NAME/card.json            data, protocol, figures beside their floors, speed, valid range
```
"""

from .card import Card as Card
from .card import Distance as Distance
from .card import Figure as Figure
from .card import Judged as Judged
from .card import Learned as Learned
from .card import Response as Response
from .card import Size as Size
from .card import Speed as Speed
from .card import Tested as Tested
from .card import read_card as read_card
from .shelf import PREFIX as PREFIX
from .shelf import locate as locate
from .shelf import shelved as shelved

__all__ = [
    "PREFIX",
    "Card",
    "Distance",
    "Figure",
    "Judged",
    "Learned",
    "Response",
    "Size",
    "Speed",
    "Tested",
    "locate",
    "read_card",
    "shelved",
]
