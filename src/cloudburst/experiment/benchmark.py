"""The benchmark journey: how long an event takes, beside everything it is compared with."""

from __future__ import annotations

__all__ = ["PUBLISHED", "Benchmark", "Wanted", "benchmark_journey", "untrained"]

import dataclasses
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .. import noise
from ..benchmark import (
    BATCHES,
    Contender,
    Job,
    Roofline,
    Row,
    Work,
    compare,
    draw,
    job_times,
    machine,
    peaks,
    work_of,
)
from ..benchmark.roofline import Peaks
from ..engines import ENGINES, Engine, resolve_engine
from ..errors import CloudburstError, FileError
from ..files import atomic_folder
from ..simulators import simulator
from ..surrogate import Surrogate
from .build import build_codec, build_objective
from .candidate import load_full_simulation
from .data import load_data, locate
from .recipe import load_recipe, shipped_recipes
from .runs import load_surrogate
from .telling import Told, silent
from .times import markdown

PUBLISHED = "calogan-eplus"
_DEFAULT_TEST = "sample:calogan-eplus-test"
# A parametric simulation is not asked for more at once.
_MOST_SIMULATED = 128


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What is to be measured.

    Attributes:
        engines: Names of engines; all that can run here if empty.
        batches: Events made at once.
        repeats: Largest number of calls for each.
        seconds: Time for each, of which calls stop being started.
        others: Whether the published network and the parametric simulation are measured too.
        jobs: How many whole jobs of each size, as the CaloChallenge times; none if zero.
        test: File of full simulation whose recorded time is shown.
    """

    engines: Sequence[str] = ()
    batches: Sequence[int] = BATCHES
    repeats: int = 100
    seconds: float = 2.0
    others: bool = True
    jobs: int = 10
    test: str = _DEFAULT_TEST


@dataclasses.dataclass(frozen=True)
class Benchmark:
    """What came out.

    Attributes:
        name: What was measured.
        machine: Where.
        date: When.
        rows: Times of each contender at each batch size.
        jobs: Whole jobs, by engine.
        work: Operations and bytes of one event.
        peaks: What the machine does at best.
        rooflines: How near the largest batch comes to that, by engine.
        full: Time of an event of full simulation, in ms, or None, and what made it.
        left_out: Why something was not measured.
    """

    name: str
    machine: dict[str, Any]
    date: str
    rows: list[Row]
    jobs: dict[str, list[Job]]
    work: Work
    peaks: Peaks
    rooflines: dict[str, Roofline]
    full: tuple[str, float] | None
    left_out: dict[str, str]

    def document(self) -> dict[str, Any]:
        """All of it as plain data."""
        document: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self), default=list))
        document["rows"] = [{**row._asdict(), "timing": row.timing._asdict()} for row in self.rows]
        document["jobs"] = {k: [job._asdict() for job in v] for k, v in self.jobs.items()}
        document["rooflines"] = {k: v._asdict() for k, v in self.rooflines.items()}
        document |= {"work": self.work._asdict(), "peaks": self.peaks._asdict()}
        return document


def benchmark_journey(
    name: str,
    wanted: Wanted,
    report: Path | None = None,
    packages: Collection[str] = (),
    overwrite: bool = False,
    told: Told = silent,
) -> Benchmark:
    """Times a surrogate by all its engines, beside what it replaces and what was published.

    Args:
        name: Folder of a run or surrogate, or name of a shipped recipe, whose networks are then
            timed as they are before training: times do not depend on the weights.
        wanted: What to measure.
        report: Folder for benchmark.md, benchmark.json and benchmark.png, made anew.
        packages: Packages besides cloudburst whose classes the surrogate may use.
        overwrite: Whether a report already there is replaced.
        told: Hears how far it is.

    Raises:
        FileError: There is neither such a run nor such a recipe.
        SpecError: An engine is unknown.
    """
    chosen = [resolve_engine(engine) for engine in wanted.engines] or list(ENGINES.values())
    told("loading", 0, None)
    load = _loader(name, packages)
    surrogate = load()
    noise.prepare()
    left_out: dict[str, str] = {}
    ready = list(_ready(surrogate, chosen, left_out, told))
    contenders = [_of_engine("surrogate", surrogate, engine) for engine in ready]
    contenders += _others(surrogate, left_out) if wanted.others else []
    rows = list(_rows(contenders, wanted, told))
    jobs = {e.name: list(_jobs(load, e, wanted.jobs)) for e in ready if wanted.jobs}
    work, peak = work_of(surrogate), peaks()
    rooflines = dict(_rooflines(rows, ready, work, peak))
    full = _full(wanted.test, surrogate, left_out)
    date = datetime.now(UTC).date().isoformat()
    result = Benchmark(name, machine(), date, rows, jobs, work, peak, rooflines, full, left_out)
    if report is not None:
        _write(result, report, overwrite)
    return result


def untrained(recipe: str) -> Surrogate:
    """The surrogate of a shipped recipe before training."""
    loaded = load_recipe(recipe)
    data = load_data(loaded.data, loaded.training.seed)
    codec = build_codec(loaded, data.training)
    batch = codec.encode(data.training[:256])
    objective = build_objective(loaded, codec, batch)
    return Surrogate(codec, objective.generator, {"recipe": recipe, "trained": False})


def _loader(name: str, packages: Collection[str]) -> Callable[[], Surrogate]:
    folder = locate(name)
    if folder.is_dir():
        return lambda: load_surrogate(folder, packages)
    if name not in shipped_recipes():
        known = ", ".join(shipped_recipes())
        raise FileError(f"{name}: neither the folder of a run nor a shipped recipe ({known})")
    return lambda: untrained(name)


def _ready(
    surrogate: Surrogate, engines: Sequence[Engine], left_out: dict[str, str], told: Told
) -> Iterator[Engine]:
    """The engines that make an event; of the others, `left_out` is told why not."""
    conditions = [[c.low for c in surrogate.detector.conditions]]
    for done, engine in enumerate(engines):
        told("starting", done, len(engines), engine.name)
        reason = engine.missing()
        try:
            if not reason:
                surrogate.sample(conditions, engine=engine)
        except CloudburstError as error:
            reason = str(error)
        if reason:
            left_out[engine.name] = reason
        else:
            yield engine


def _of_engine(name: str, surrogate: Surrogate, engine: Engine) -> Contender:
    conditions = surrogate.detector.draw_conditions(max(BATCHES), np.random.default_rng(0))

    def make(n: int) -> object:
        given = conditions[:n] if n <= len(conditions) else np.resize(conditions, (n, 1))
        return surrogate.sample(given, batch=max(n, 1), engine=engine)

    return Contender(name, engine.name, make, str(engine.device(surrogate)))


def _bare(name: str, surrogate: Surrogate) -> Contender:
    """Noise and map alone, for exactly as many events as are asked for."""
    shape = surrogate.generator.noise_shape
    drawn = surrogate.detector.draw_conditions(max(BATCHES), np.random.default_rng(0))
    conditions = torch.from_numpy(drawn)

    @torch.inference_mode()
    def make(n: int) -> object:
        return surrogate(noise.source(1)(0, 0, n, shape), conditions[:n])

    return Contender(name, "torch", make, largest=1024)


def _others(surrogate: Surrogate, left_out: dict[str, str]) -> list[Contender]:
    """The published network and the parametric simulation of the same detector."""
    others = []
    if surrogate.detector.name.startswith("calogan"):
        others.append(_bare("CaloGAN as published", untrained(PUBLISHED)))
    try:
        parametric = simulator("gflash", surrogate.detector.name)
        conditions = parametric.detector.draw_conditions(_MOST_SIMULATED, np.random.default_rng(0))
        others.append(
            Contender("gflash", "", lambda n: parametric(conditions[:n]), largest=_MOST_SIMULATED)
        )
    except CloudburstError as error:
        left_out["gflash"] = str(error)
    return others


def _rows(contenders: Sequence[Contender], wanted: Wanted, told: Told) -> Iterator[Row]:
    total = sum(b <= c.largest for c in contenders for b in wanted.batches)
    done = compare(contenders, wanted.batches, wanted.repeats, wanted.seconds)
    for count, row in enumerate(done, 1):
        yield row
        told("timing", count, total, f"{row.name} {row.engine}, batch {row.timing.batch}")


def _jobs(load: Callable[[], Surrogate], engine: Engine, jobs: int) -> Iterator[Job]:
    def start() -> Callable[[int], object]:
        return _of_engine("", load(), engine).make

    return job_times(start, jobs=jobs)


def _rooflines(
    rows: Sequence[Row], engines: Sequence[Engine], work: Work, peak: Peaks
) -> Iterator[tuple[str, Roofline]]:
    for engine in engines:
        own = [r for r in rows if (r.name, r.engine) == ("surrogate", engine.name)]
        best = min(own, key=lambda row: row.timing.median)
        seconds = best.timing.median * 1e-3
        yield engine.name, Roofline.of(work, peak, seconds, best.timing.batch, engine.exact)


def _full(test: str, surrogate: Surrogate, left_out: dict[str, str]) -> tuple[str, float] | None:
    try:
        full = load_full_simulation(test, 1)
    except CloudburstError as error:
        left_out["full simulation"] = str(error)
        return None
    if full.events.detector.conditions != surrogate.detector.conditions:
        left_out["full simulation"] = f"{test} is of another detector; name a file with --test"
        return None
    if full.ms_per_event is None:
        left_out["full simulation"] = f"{test} does not say how long its events took"
        return None
    return full.simulator, full.ms_per_event


def _write(result: Benchmark, folder: Path, overwrite: bool) -> None:
    with atomic_folder(folder, overwrite) as temporary:
        text = json.dumps(result.document(), indent=1)
        (temporary / "benchmark.json").write_text(text + "\n", encoding="utf-8")
        (temporary / "benchmark.md").write_text(markdown(result.document()), encoding="utf-8")
        full = None if result.full is None else result.full[1]
        bounds = {
            "products in float32": result.work.products / result.peaks.single * 1e3,
            "products in bfloat16": result.work.products / result.peaks.half * 1e3,
        }
        draw(result.rows, full, bounds).savefig(temporary / "benchmark.png", dpi=130)
