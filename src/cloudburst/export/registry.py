"""The hosts by name."""

from __future__ import annotations

__all__ = ["HOSTS", "resolve_host"]

from ..errors import SpecError, nearest
from .fastcalosim import FastCaloSim
from .host import Host
from .par04 import Par04
from .plain import Plain

HOSTS: dict[str, Host] = {host.name: host for host in (Plain(), FastCaloSim(), Par04())}


def resolve_host(name: str) -> Host:
    """The host of that name; raises SpecError for an unknown one."""
    if name not in HOSTS:
        raise SpecError(f"unknown host '{name}'; {nearest(name, HOSTS)}")
    return HOSTS[name]
