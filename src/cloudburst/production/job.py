"""What is to be produced, as plain data, and how it is cut into shards."""

from __future__ import annotations

__all__ = ["Job", "Shard"]

import dataclasses
import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..errors import FormatError, SimulationError
from ..simulators.conditions import Ranges, check_ranges
from .makers import Maker


class Shard(NamedTuple):
    """A stretch of a job's events, a file of its own.

    Attributes:
        number: Its number within the job.
        first: Number of its first event within the job.
        events: How many events it holds.
    """

    number: int
    first: int
    events: int

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"shard-{self.number:06d}.h5"


@dataclasses.dataclass(frozen=True)
class Job:
    """Events to be made; whoever runs it, and on however many workers, makes the same files.

    Attributes:
        maker: What makes them, as `Maker.describe` says.
        events: How many.
        seed: Seed of conditions and events.
        shard_events: How many a shard holds; the last one may hold fewer.
        ranges: By name of a condition (lowest, highest), in the detector's units.
        sparse: Whether files leave out empty cells.
        provenance: Where the events come from; plain data.
        means: What the maker needs besides, and no event depends on.
    """

    maker: Mapping[str, Any]
    events: int
    seed: int
    shard_events: int
    ranges: Ranges
    sparse: bool
    provenance: Mapping[str, Any]
    means: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(
        cls,
        maker: Maker,
        events: int,
        seed: int = 0,
        shard_events: int = 100_000,
        ranges: Ranges | None = None,
        sparse: bool = False,
    ) -> Job:
        """A job of a maker.

        Raises:
            ConditionError: A condition is unknown, or the maker refuses the ends of its range.
            SimulationError: There is nothing to make.
        """
        if events < 1 or shard_events < 1:
            raise SimulationError(
                f"a job needs at least one event, and one in a shard, got {events} and "
                f"{shard_events}"
            )
        whole = check_ranges(maker.detector, ranges or {})
        ends = list(itertools.islice(itertools.product(*whole.values()), 2**12))
        maker.check(np.array(ends, np.float32))
        data = {
            "maker": maker.describe(),
            "events": events,
            "seed": seed,
            "shard_events": shard_events,
            "ranges": whole,
            "sparse": sparse,
            "provenance": maker.provenance(),
            "means": maker.means(),
        }
        # what is written down is what is used
        return cls.from_dict(json.loads(json.dumps(data)))

    @property
    def shards(self) -> int:
        """How many shards it has."""
        return -(-self.events // self.shard_events)

    def shard(self, number: int) -> Shard:
        """One of its shards."""
        first = number * self.shard_events
        return Shard(number, first, min(self.shard_events, self.events - first))

    def to_dict(self) -> dict[str, Any]:
        """Plain data that `from_dict` understands."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Job:
        """The job that `to_dict` described; raises FormatError if it did not."""
        try:
            ranges = {
                name: (float(low), float(high)) for name, (low, high) in data["ranges"].items()
            }
            job = cls(**{**data, "ranges": ranges})
            if not (job.events > 0 and job.shard_events > 0 and job.seed >= 0):
                raise ValueError("its counts are not positive")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise FormatError(f"not the description of a job ({error})") from error
        return job

    def identity(self) -> dict[str, Any]:
        """What tells it from other jobs, as plain data that `from_dict` understands."""
        return {key: value for key, value in self.to_dict().items() if key != "means"}

    def digest(self) -> str:
        """The SHA-256 of what tells it from other jobs."""
        text = json.dumps(self.identity(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def differences(self, other: Job) -> list[str]:
        """What another job has otherwise, as "seed: 1, not 2"."""
        mine, theirs = _flat(self.identity()), _flat(other.identity())
        return [
            f"{key}: {mine.get(key, 'none')}, not {theirs.get(key, 'none')}"
            for key in sorted(mine.keys() | theirs.keys())
            if mine.get(key) != theirs.get(key)
        ]


def _flat(data: Any, key: str = "") -> dict[str, Any]:
    """Nested plain data as one level, with keys as "maker.settings.share"."""
    if not isinstance(data, Mapping):
        return {key: list(data) if isinstance(data, tuple) else data}
    parts = [_flat(value, f"{key}.{name}" if key else str(name)) for name, value in data.items()]
    return dict(itertools.chain.from_iterable(part.items() for part in parts))
