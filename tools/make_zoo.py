"""Puts a trained surrogate into the package, with a card whose every figure is measured here.

    python tools/make_zoo.py RUN NAME --test FILE.h5 --title TEXT --data TEXT --licence TEXT

takes the surrogate of a run's folder (or a surrogate's own), keeps its large arrays in half
precision, judges *that* by full simulation which it never saw, and writes
src/cloudburst/zoo/NAME/{surrogate.json, weights.safetensors, card.json}, the picture
docs/images/zoo-NAME.svg and, from all cards there are, docs/zoo.md. Two to three minutes on an
idle machine, whose times the card tells. What is there of that name is replaced only when all is
done.

    python tools/make_zoo.py --page

makes the page anew from the cards.
"""

from __future__ import annotations

__all__ = ["main"]

import argparse
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from appraisal import PROTOCOL, Appraisal, appraise
from cloudburst import __version__
from cloudburst.engines import parity
from cloudburst.errors import CloudburstError, DataError
from cloudburst.experiment import locate
from cloudburst.experiment.runs import load_surrogate
from cloudburst.files import sha256, write_text
from cloudburst.formats import load_events
from cloudburst.machine import machine
from cloudburst.surrogate import Surrogate
from cloudburst.zoo import Card, Learned, Size, Tested
from zoo_page import write_page

ROOT = Path(__file__).parents[1]
ZOO = ROOT / "src" / "cloudburst" / "zoo"
IMAGES = ROOT / "docs" / "images"
LARGEST = 4_000_000
_HALVES = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": None}
_TRIAL = 2000
# figure of the report that becomes the picture of the page
_PICTURE = "side-by-side.svg"


def main(words: list[str] | None = None) -> None:
    """Makes a surrogate of the zoo, or only the page."""
    told = _arguments().parse_args(words)
    if not told.page:
        make(told)
    if told.into == ZOO:
        write_page()


def make(told: argparse.Namespace) -> None:
    """Judges the surrogate in a temporary folder and ships it only if all went well."""
    surrogate = load_surrogate(Path(told.run))
    test = locate(told.test)
    _refuse_seen(surrogate, test)
    with tempfile.TemporaryDirectory(dir=told.into, prefix=".new-") as name:
        folder = Path(name) / told.name
        surrogate.provenance = _portable(surrogate.provenance)
        surrogate.save(folder, half=_HALVES[told.precision])
        size = _size(surrogate, folder, told.precision)
        report = Path(name) / "report"
        found = appraise(folder, test, report, range(told.seeds), lambda s: print(s, flush=True))
        card = _card(told, surrogate, test, size, found)
        write_text(folder / "card.json", card.model_dump_json(indent=1) + "\n")
        images = IMAGES if told.into == ZOO else told.into
        shutil.copy(report / "figures" / _PICTURE, images / f"zoo-{told.name}.svg")
        shutil.rmtree(told.into / told.name, ignore_errors=True)
        shutil.move(folder, told.into / told.name)
    for one in card.judged:
        print(f"{one.name}: AUC {one.auc}, floor {one.floor}, {one.training_events} each")
    print(f"{told.into / told.name}: {size.bytes / 1e6:.2f} MB")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("run", nargs="?", help="folder of a run or surrogate")
    parser.add_argument("name", nargs="?", help="what it is called in the zoo")
    parser.add_argument("--test", help="full simulation that it never saw: a file or sample:NAME")
    parser.add_argument("--title", help="one line on what it makes")
    parser.add_argument("--data", default="events", help="what it learned from, in words")
    parser.add_argument("--source", help="what simulated it; what its file says if left out")
    parser.add_argument("--licence", default="as this package (BSD-3-Clause)", help="of its data")
    parser.add_argument("--remark", action="append", default=[], help="what else to know")
    parser.add_argument("--seeds", type=int, default=3, help="how many sampling seeds")
    parser.add_argument("--precision", choices=_HALVES, default="float16")
    parser.add_argument("--into", type=Path, default=ZOO, help="another folder than the zoo")
    parser.add_argument("--page", action="store_true", help="only make docs/zoo.md anew")
    return parser


def _refuse_seen(surrogate: Surrogate, test: Path) -> None:
    """Raises DataError if test events are among those of the training's file."""
    data = surrogate.provenance.get("data", {})
    if data.get("sha256") == sha256(test):
        raise DataError(f"{test}: it was trained on this file; name one that it never saw")
    trained = locate(str(data.get("file", "")))
    if not trained.is_file():
        print(f"{trained}: not here; that it shares no event with {test.name} is not checked")
        return
    shared = len(_events(trained) & _events(test))
    if shared:
        raise DataError(f"{test}: {shared} of its events are in {trained}, which it learned from")


def _events(path: Path) -> set[bytes]:
    """Each event of a file, by its conditions and signals."""
    events = load_events(path)
    parts = [events.conditions, *(a.reshape(len(a), -1) for a in events.readouts.values())]
    # detectors may read out more in one file than in the other: the first is in both
    return {row.tobytes() for row in np.concatenate(parts[:2], axis=1)}


def _portable(found: Any) -> Any:
    """Provenance without paths of this machine."""
    if isinstance(found, dict):
        return {key: _portable(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_portable(value) for value in found]
    return Path(found).name if isinstance(found, str) and Path(found).is_absolute() else found


def _size(surrogate: Surrogate, folder: Path, precision: str) -> Size:
    """What the folder weighs, and what rounding its numbers did to events of equal noise."""
    weight = sum(path.stat().st_size for path in folder.iterdir())
    if weight > LARGEST:
        raise DataError(f"{folder.name}: {weight / 1e6:.2f} MB, at most {LARGEST / 1e6:.0f} MB")
    conditions = surrogate.detector.draw_conditions(_TRIAL, np.random.default_rng(0))
    full, kept = (s.sample(conditions).readouts for s in (surrogate, Surrogate.load(folder)))
    numbers = sum(v.numel() for v in surrogate.state_dict().values())
    moved = parity(full, kept).mean
    return Size(bytes=weight, numbers=numbers, precision=precision, moved=moved)


def _card(
    told: argparse.Namespace, surrogate: Surrogate, test: Path, size: Size, found: Appraisal
) -> Card:
    return Card(
        name=told.name,
        title=told.title or surrogate.provenance["recipe"]["description"],
        detector=surrogate.detector.name,
        valid=tuple(map(str, surrogate.detector.conditions)),
        learned=_learned(told, surrogate.provenance),
        tested=_tested(told, test),
        size=size,
        remarks=tuple(told.remark),
        **vars(found),
    )


def _learned(told: argparse.Namespace, provenance: dict[str, Any]) -> Learned:
    data, recipe, done = (provenance[key] for key in ("data", "recipe", "training"))
    where = provenance["environment"]
    return Learned(
        data=told.data,
        source=told.source or str(data["provenance"].get("simulator", "full simulation")),
        licence=told.licence,
        file=data["file"],
        sha256=data["sha256"],
        events=data["training"],
        kept=data["events"] - data["training"],
        recipe=recipe["name"],
        seed=recipe["training"]["seed"],
        steps=done["steps"],
        best_step=done["best_step"],
        seconds=done["seconds"],
        machine=where["processor"],
        version=" ".join(filter(None, (where["cloudburst"], where["commit"]))),
    )


def _tested(told: argparse.Namespace, test: Path) -> Tested:
    known = machine()
    return Tested(
        file=told.test if told.test.startswith("sample:") else test.name,
        sha256=sha256(test),
        events=len(load_events(test)),
        seeds=tuple(range(told.seeds)),
        protocol=PROTOCOL,
        date=datetime.now(UTC).date().isoformat(),
        machine=f"{known['cores']}-core {known['processor']}",
        threads=known["threads"],
        version=__version__,
    )


if __name__ == "__main__":
    try:
        main()
    except CloudburstError as error:
        raise SystemExit(f"error: {error}") from error
