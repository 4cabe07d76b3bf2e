"""One file of all shards, and whether shards are what the manifest says."""

from __future__ import annotations

__all__ = ["merge", "verify"]

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from .. import storage, units
from ..detector import Detector
from ..errors import CloudburstError, SimulationError
from ..simulators.conditions import draw
from .engine import Heard
from .job import Job
from .local import cores
from .manifest import Manifest
from .shards import check_shard

# Events whose conditions are drawn at once.
_BLOCK = 2**20


def merge(manifest: Manifest, path: Path, told: Heard, overwrite: bool = False) -> int:
    """Writes the events of all shards, in order, to one file; returns how many.

    The events depend on the job alone; the provenance also says what machine began it and how
    long it took.

    Args:
        manifest: Of a finished job.
        path: The file, which appears whole or not at all.
        told: Hears how far it is.
        overwrite: Whether a file already there is replaced.

    Raises:
        SimulationError: Shards are missing.
        ExistsError: The file is there and `overwrite` is false.
        FileError: A shard is damaged, or the file cannot be written.
    """
    job, folder = manifest.job, manifest.folder
    if manifest.missing:
        raise SimulationError(
            f"{folder}: {len(manifest.missing)} of {job.shards} shards are missing; run the "
            "command that began it again to go on"
        )
    for record in manifest.records.values():
        check_shard(job, record, folder)
    detector = storage.read_header(folder / job.shard(0).name).detector
    provenance = _provenance(manifest, detector)
    with storage.Writer(path, detector, provenance, overwrite, sparse=job.sparse) as writer:
        for number in range(job.shards):
            for events in storage.iterate(folder / job.shard(number).name):
                writer.append(events)
                told("merging", writer.events, job.events)
    return job.events


def verify(folder: Path, told: Heard) -> tuple[Manifest, list[str]]:
    """Checks every shard of a folder against its manifest.

    Returns:
        The manifest, and for each shard that is missing, damaged or of another job one line.

    Raises:
        FileError: There is no manifest, or it cannot be read.
    """
    manifest = Manifest.load(folder)
    job = manifest.job
    known = {job.shard(number).name for number in range(job.shards)}
    strange = sorted({path.name for path in folder.glob("*.h5")} - known)
    lines = [f"{folder / name}: no shard of this job" for name in strange]

    def problem(number: int) -> str | None:
        return _problem(manifest, number)

    with ThreadPoolExecutor(cores()) as pool:
        for number, line in enumerate(pool.map(problem, range(job.shards))):
            told("verifying", number + 1, job.shards)
            lines += [line] if line else []
    return manifest, lines


def _problem(manifest: Manifest, number: int) -> str | None:
    """What is wrong with a shard, if anything is."""
    job, folder = manifest.job, manifest.folder
    record = manifest.records.get(number)
    path = folder / job.shard(number).name
    if record is None:
        return f"{path}: {'not in the manifest' if path.is_file() else 'not made yet'}"
    try:
        check_shard(job, record, folder)
    except (CloudburstError, OSError) as error:
        return str(error)
    return None


def _provenance(manifest: Manifest, detector: Detector) -> dict[str, Any]:
    job, cost = manifest.job, manifest.cpu_ms_per_event
    energy = _mean_energy(job, detector)
    return {
        **job.provenance,
        "seed": job.seed,
        "job": job.digest(),
        "environment": manifest.environment,
        "cpu_ms_per_event": cost,
        "cpu_ms_per_gev": cost / energy if cost and energy else None,
    }


def _mean_energy(job: Job, detector: Detector) -> float | None:
    """The mean energy or momentum that comes in, in GeV, where conditions tell."""
    given = {c.name: c.unit for c in detector.conditions}
    names = ["energy"] if "energy" in given else ["px", "py", "pz"]
    if not set(names) <= given.keys():
        return None
    scales = np.array([units.ratio(given[name], "GeV") for name in names])
    columns = [detector.condition_index(name) for name in names]
    total = 0.0
    for start in range(0, job.events, _BLOCK):
        n = min(_BLOCK, job.events - start)
        momenta = draw(detector, job.seed, start, n, job.ranges)[:, columns] * scales
        total += float(np.sqrt(np.square(momenta).sum(axis=1)).sum())
    return total / job.events
