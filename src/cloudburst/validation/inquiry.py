"""Parts of a report that only some detectors or some candidates can have."""

from __future__ import annotations

__all__ = ["Inquiry"]

import abc
from typing import Any

from .plates import Section


class Inquiry(abc.ABC):
    """What was found of one question: a section of a report, and its numbers."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """What it is called in report.json."""

    @abc.abstractmethod
    def section(self, names: tuple[str, str]) -> Section:
        """Figures and tables.

        Args:
            names: What to call full simulation and candidate.
        """

    @abc.abstractmethod
    def numbers(self) -> Any:
        """The numbers, of dictionaries, lists, text, arrays and measurements."""
