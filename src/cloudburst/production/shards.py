"""Shards: one file of events each, made whole or not at all, and checked."""

from __future__ import annotations

__all__ = ["Record", "check_shard", "make_shard"]

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from .. import storage
from ..errors import CloudburstError, FileError
from ..files import sha256
from ..simulators.conditions import draw
from .job import Job, Shard
from .makers import Maker


class Record(NamedTuple):
    """What the manifest says of a finished shard.

    Attributes:
        number: Its number within the job.
        events: How many events it holds.
        bytes: The size of its file.
        sha256: The SHA-256 of its file.
        cpu_seconds: Processor time that making its events took, or None if that is not known.
    """

    number: int
    events: int
    bytes: int
    sha256: str
    cpu_seconds: float | None


def make_shard(
    job: Job, maker: Callable[[], Maker], number: int, folder: Path, told: Callable[[int], None]
) -> Record:
    """Makes a shard, unless it is there: its maker may have died before it told of it.

    Args:
        job: What it is part of.
        maker: Gives what makes its events.
        number: Its number.
        folder: Where its file is put.
        told: Hears how many events are made, again and again.

    Raises:
        FileError: The disk is full, or the folder cannot be written.
        DataError: The maker makes events that make no sense.
    """
    shard = job.shard(number)
    path = folder / shard.name
    if path.is_file():
        with contextlib.suppress(CloudburstError):
            return _adopt(job, shard, path)
    seconds = _write(job, maker(), shard, path, told)
    return Record(number, shard.events, path.stat().st_size, sha256(path), seconds)


def check_shard(job: Job, known: Record, folder: Path) -> None:
    """Checks a finished shard.

    Args:
        job: What it is part of.
        known: What was said of it when it was finished.
        folder: Where its file lies.

    Raises:
        FileError: It is not there, is damaged, or belongs to another job; says which.
    """
    shard = job.shard(known.number)
    path = folder / shard.name
    if not path.is_file():
        raise FileError(f"{path}: no such file")
    size = path.stat().st_size
    if size != known.bytes:
        raise FileError(f"{path}: damaged, has {size} bytes instead of {known.bytes}")
    if sha256(path) != known.sha256:
        raise FileError(f"{path}: damaged, its SHA-256 is not the one in the manifest")
    _check_header(job, shard, path)


def _adopt(job: Job, shard: Shard, path: Path) -> Record:
    """The record of a shard that is there; raises CloudburstError if it is not in order."""
    _check_header(job, shard, path)
    for _ in storage.iterate(path):
        # damaged events would not be read
        pass
    return Record(shard.number, shard.events, path.stat().st_size, sha256(path), None)


def _write(job: Job, maker: Maker, shard: Shard, path: Path, told: Callable[[int], None]) -> float:
    """Makes and writes events; returns the seconds of the processor that making them took."""
    seconds = 0.0
    conditions = draw(maker.detector, job.seed, shard.first, shard.events, job.ranges)
    with storage.Writer(
        path, maker.detector, _provenance(job, shard), overwrite=True, sparse=job.sparse
    ) as writer:
        before = maker.processor_time()
        for events in maker.make(conditions, job.seed, shard.first):
            seconds += maker.processor_time() - before
            writer.append(events)
            told(writer.events)
            before = maker.processor_time()
    return seconds


def _check_header(job: Job, shard: Shard, path: Path) -> None:
    """Raises FileError if a file says that it is another shard."""
    header = storage.read_header(path)
    wanted = _provenance(job, shard)
    for key in ("job", "seed", "shard", "first_event"):
        found = header.provenance.get(key)
        if found != wanted[key]:
            raise FileError(f"{path}: of another job, its {key} is {found}, not {wanted[key]}")
    if header.events != shard.events:
        raise FileError(f"{path}: has {header.events} events instead of {shard.events}")


def _provenance(job: Job, shard: Shard) -> dict[str, Any]:
    return {
        **job.provenance,
        "seed": job.seed,
        "job": job.digest(),
        "shard": shard.number,
        "first_event": shard.first,
    }
