"""A regressor from events to what they were made under, for objectives that need one."""

from __future__ import annotations

__all__ = ["Regression", "regress"]

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import torch

from ..codec import Batch, Codec, ScaledFeatures
from ..detector import Detector
from ..errors import SpecError
from ..networks import EcalRegressor
from ..networks.lhcb_ecal import check_image
from ..objectives import Regressor, save_regressor
from ..streams import Stream
from ..training import PlayerConfig, Schedule
from ..transforms import LogScale, Scale
from .data import load_data
from .recipe import DataTable
from .runs import refuse_file
from .telling import Told, silent

_LEARNING = PlayerConfig(rate=5e-4, betas=(0.9, 0.999), schedule=Schedule("cosine"))
_CHUNK = 1024
# signals from 1 MeV to 10 GeV become numbers from 0 to 2
_UNIT, _DECADES = 1.0, 4.6


@dataclasses.dataclass(frozen=True)
class Regression:
    """What came of it.

    Attributes:
        sha256: Hash of the file, as a recipe names it.
        names: What is read off events: conditions, then logarithms of conditions.
        errors: Root mean square error of each on events kept from training, in units of half
            its range.
        spreads: The same of guessing the mean.
    """

    sha256: str
    names: tuple[str, ...]
    errors: tuple[float, ...]
    spreads: tuple[float, ...]


def regress(
    file: str,
    output: Path,
    steps: int = 2000,
    batch: int = 128,
    mirror: Mapping[str, Sequence[str]] = MappingProxyType({}),
    seed: int = 0,
    overwrite: bool = False,
    told: Told = silent,
) -> Regression:
    """Trains a regressor on images of a calorimeter and writes it.

    Args:
        file: File of events of any layout, or "sample:NAME".
        output: The new file.
        steps: Steps of training.
        batch: Events of a step.
        mirror: Axes along which events to learn from are mirrored too, each with the conditions
            that change sign.
        seed: Of weights and of the order of events.
        overwrite: Whether a file already there is replaced.
        told: Hears how far it is.

    Raises:
        FileError: The events cannot be read, or the new file is there.
        DataError: The events cannot be mirrored.
        ConditionError: A condition that changes sign is unknown.
        SpecError: The events are no images that the network can read.
    """
    refuse_file(output, overwrite)
    data = load_data(DataTable.model_validate({"file": file, "mirror": mirror}), seed)
    detector = data.training.detector
    features = ScaledFeatures.for_detector(detector, _positive(detector))
    codec = Codec.fit(data.training, [LogScale(_UNIT), Scale(_DECADES)], features)
    check_image(codec)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        regressor = Regressor(codec, EcalRegressor(features.size))
    _learn(regressor, codec.encode(data.training), steps, batch, Stream(seed), told)
    errors, spreads = _judge(regressor, codec.encode(data.validation))
    digest = save_regressor(output, regressor, overwrite)
    names = [c.name for c in detector.conditions] + [f"log {n}" for n in _positive(detector)]
    return Regression(digest, tuple(names), errors, spreads)


def _positive(detector: Detector) -> list[str]:
    """Conditions that have a logarithm and span more than a decade."""
    return [c.name for c in detector.conditions if c.low > 0 and c.high > 10 * c.low]


def _learn(
    regressor: Regressor, events: Batch, steps: int, batch: int, rng: Stream, told: Told
) -> None:
    if len(events.x) < batch:
        raise SpecError(f"{len(events.x)} events to learn from are too few for batches of {batch}")
    optimizer = _LEARNING.build(regressor.network)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING.rate * _LEARNING.schedule(step / steps)
        rows = rng.integers(len(events.x), batch)
        loss = regressor.loss_of_values(events.x[rows], events.c[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        told("learning", step + 1, steps, f"loss {loss.item():.2g}")


@torch.no_grad()
def _judge(regressor: Regressor, events: Batch) -> tuple[tuple[float, ...], tuple[float, ...]]:
    found = torch.cat([regressor.network(x) for x in events.x.split(_CHUNK)])
    errors = (found - events.c).square().mean(0).sqrt()
    return tuple(errors.tolist()), tuple(events.c.std(0, correction=0).tolist())
