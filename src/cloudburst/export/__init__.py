"""From a surrogate to a graph and a card that a C++ framework can run."""

from .card import CARD_VERSION as CARD_VERSION
from .card import read_card as read_card
from .fastcalosim import FastCaloSim as FastCaloSim
from .host import Host as Host
from .host import Port as Port
from .par04 import Par04 as Par04
from .plain import Plain as Plain
from .registry import HOSTS as HOSTS
from .registry import resolve_host as resolve_host
from .write import Exported as Exported
from .write import agreement as agreement
from .write import export as export

__all__ = [
    "CARD_VERSION",
    "HOSTS",
    "Exported",
    "FastCaloSim",
    "Host",
    "Par04",
    "Plain",
    "Port",
    "agreement",
    "export",
    "read_card",
    "resolve_host",
]
