"""Time per event, beside that of the full simulation and that of an earlier day."""

from __future__ import annotations

__all__ = ["SPEED_FILE", "Speed", "keep_speed", "measured_speed", "timing_pairs"]

import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import noise
from ..benchmark import Timing, machine, speed_table
from ..engines import ENGINES
from ..errors import FormatError
from ..files import write_text
from ..surrogate import Surrogate
from ..validation import SpeedRow
from ..validation.gates import TimingPair
from .candidate import Candidate, FullSimulation
from .runs import read_json
from .telling import Told

SPEED_FILE = "speed.json"
_SAME = ("processor", "cores", "threads", "gpus")
# What is fastest on most CPUs, starts in a second and needs no compiler.
_FAST = "openvino"


@dataclasses.dataclass(frozen=True)
class Speed:
    """What was timed.

    Attributes:
        rows: Time per event; the full simulation first, where it is known.
        timings: Those of the surrogate by eager torch, with their errors.
        faster: Those of the largest batch by a faster engine, where its extra is installed.
    """

    rows: tuple[SpeedRow, ...] = ()
    timings: tuple[Timing, ...] = ()
    faster: tuple[Timing, ...] = ()

    @property
    def fastest(self) -> float | None:
        """Fewest milliseconds per event of the surrogate; None if it was not timed."""
        return min((timing.mean for timing in (*self.timings, *self.faster)), default=None)


def measured_speed(
    judged: Candidate, full: FullSimulation, batches: Sequence[int], told: Told
) -> Speed:
    """Times a surrogate; of a file of events, only what its provenance says is known."""
    surrogate = judged.surrogate
    timings: list[Timing] = []
    if surrogate:
        noise.prepare()
    for done, batch in enumerate(batches if surrogate else ()):
        told("timing", done, len(batches), f"batch {batch}")
        timings += speed_table(surrogate, (batch,)) if surrogate else ()
    faster = _faster(surrogate, batches) if surrogate and batches else ()
    if surrogate:
        told("timing", len(batches), len(batches))
    rows = [_row(timing, full.ms_per_event) for timing in timings]
    rows += [_row(timing, full.ms_per_event, f"surrogate, {_FAST}") for timing in faster]
    if judged.ms_per_event is not None and not surrogate:
        ratio = (full.ms_per_event or math.nan) / judged.ms_per_event
        device = str(judged.provenance.get("cpu", "CPU"))
        rows.append(SpeedRow(judged.name, None, device, judged.ms_per_event, ratio))
    if full.ms_per_event is not None and rows:
        device = str(full.provenance.get("cpu", "CPU"))
        rows.insert(0, SpeedRow(full.simulator, None, device, full.ms_per_event, 1.0))
    return Speed(tuple(rows), tuple(timings), faster)


def keep_speed(folder: Path, timings: Sequence[Timing]) -> None:
    """Writes timings into a run's folder, as those that later ones are held against."""
    document = {"machine": _this(), "timings": [timing._asdict() for timing in timings]}
    write_text(folder / SPEED_FILE, json.dumps(document, indent=1) + "\n", overwrite=True)


def timing_pairs(
    folder: Path | None, timings: Sequence[Timing]
) -> tuple[tuple[TimingPair, ...], str]:
    """Timings beside those kept in a run's folder, or why there are none.

    Raises:
        FormatError: What was kept is damaged.
    """
    if not timings or folder is None:
        return (), "a file of events cannot be timed; give the run or surrogate"
    path = folder / SPEED_FILE
    if not path.is_file():
        return (), f"no reference timing: {path.name} is not in the run; --keep-speed writes it"
    kept = read_json(path)
    try:
        if kept["machine"] != _this():
            known = ", ".join(f"{key} {value}" for key, value in kept["machine"].items())
            return (), f"the reference timing is of another machine or setting ({known})"
        before = {(t["batch"], t["device"]): float(t["median"]) for t in kept["timings"]}
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{path}: not a reference timing ({error})") from error
    pairs = tuple(
        TimingPair(f"batch {t.batch:,}", t.median, t.error, before[t.batch, t.device])
        for t in timings
        if (t.batch, t.device) in before
    )
    return pairs, "" if pairs else "the reference timing is of other batches"


def _this() -> dict[str, Any]:
    """What a timing depends on."""
    known = machine()
    return {key: known[key] for key in _SAME}


def _faster(surrogate: Surrogate, batches: Sequence[int]) -> tuple[Timing, ...]:
    engine = ENGINES[_FAST]
    return () if engine.missing() else speed_table(surrogate, (max(batches),), engine=engine)


def _row(timing: Timing, full: float | None, label: str = "surrogate") -> SpeedRow:
    device = f"{timing.device}, {timing.threads} threads"
    ratio = math.nan if full is None else full / timing.mean
    return SpeedRow(label, timing.batch, device, timing.mean, ratio)
