"""The card of a shipped surrogate: what it was trained on, and how well and fast it does."""

from __future__ import annotations

__all__ = [
    "Card",
    "Distance",
    "Figure",
    "Judged",
    "Learned",
    "Response",
    "Size",
    "Speed",
    "Tested",
    "read_card",
]

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import FileError, FormatError


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Part):
    """A value and its statistical error."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {self.error:.3f}"


class Learned(_Part):
    """What it was trained on, and how.

    Attributes:
        data: What the events are, in words.
        source: What simulated them.
        licence: Under which licence they may be used.
        file: Name of their file.
        sha256: The SHA-256 of that file.
        events: Events that it learned from.
        kept: Events kept from training to choose the best step by.
        recipe: Name of the recipe.
        seed: Seed of the training.
        steps: Steps of the training.
        best_step: The step that was taken.
        seconds: How long it took, in s.
        machine: Where it was trained.
        version: The version of cloudburst that trained it.
    """

    data: str
    source: str
    licence: str
    file: str
    sha256: str
    events: int
    kept: int
    recipe: str
    seed: int
    steps: int
    best_step: int
    seconds: float
    machine: str
    version: str


class Tested(_Part):
    """What it was judged with.

    Attributes:
        file: Name of the file of full simulation that it never saw.
        sha256: The SHA-256 of that file.
        events: Events of that file.
        seeds: Seeds of sampling, splits and classifiers.
        protocol: How, in words.
        date: When.
        machine: Where.
        threads: Threads of torch.
        version: The version of cloudburst that judged it.
    """

    file: str
    sha256: str
    events: int
    seeds: tuple[int, ...]
    protocol: str
    date: str
    machine: str
    threads: int
    version: str


class Judged(_Part):
    """What one classifier finds: AUC beside that of full simulation against itself.

    Attributes:
        name: The classifier and what it sees.
        auc: Surrogate against full simulation; 0.5 is a coin.
        floor: Full simulation against itself.
        training_events: Events of each sample that each training learned from.
    """

    name: str
    auc: Figure
    floor: Figure
    training_events: int


class Response(_Part):
    """Mean signal and its relative width in a bin of a condition.

    Attributes:
        low: Lower end of the bin, in the condition's unit.
        high: Its upper end.
        full: Mean of the full simulation.
        made: Mean of the surrogate.
        full_resolution: Width over mean of the full simulation.
        made_resolution: Width over mean of the surrogate.
    """

    low: float
    high: float
    full: Figure
    made: Figure
    full_resolution: Figure
    made_resolution: Figure


class Distance(_Part):
    """Distance of an observable, beside that of full simulation from itself."""

    name: str
    distance: Figure
    floor: Figure


class Speed(_Part):
    """Time for an event, from physical conditions to cells.

    Attributes:
        engine: What computed.
        batch: Events made at once.
        microseconds: Time for one event.
    """

    engine: str
    batch: int
    microseconds: Figure


class Size(_Part):
    """What it weighs.

    Attributes:
        bytes: Of all its files but the card.
        numbers: Numbers in it, tables of the codec included.
        precision: Of large arrays, as "float16".
        moved: Share of an event's energy that rounding to it puts into other cells, on average.
    """

    bytes: int
    numbers: int
    precision: str
    moved: float


class Card(_Part):
    """All there is to know of a shipped surrogate.

    Attributes:
        name: Its name.
        title: One line on what it makes.
        detector: Name of the detector.
        valid: Conditions and ranges that it may be asked for.
        learned: What it was trained on.
        tested: What it was judged with.
        judged: What classifiers find, the hardest first.
        condition: The condition whose bins `responses` are of, with its unit.
        quantity: What their signal is, with its unit.
        responses: Mean signal and width in bins.
        worst: The observables that are farthest above their floor.
        gates: Verdict of each gate of a release.
        speed: Times by engine and batch.
        full_ms: Time of an event of full simulation, in ms, if it is known.
        size: What it weighs.
        remarks: What else to know.
    """

    name: str
    title: str
    detector: str
    valid: tuple[str, ...]
    learned: Learned
    tested: Tested
    judged: tuple[Judged, ...]
    condition: str
    quantity: str
    responses: tuple[Response, ...]
    worst: tuple[Distance, ...]
    gates: dict[str, str]
    speed: tuple[Speed, ...]
    full_ms: float | None
    size: Size
    remarks: tuple[str, ...] = ()


def read_card(folder: Path) -> Card:
    """The card in a shipped surrogate's folder.

    Raises:
        FileError: There is none.
        FormatError: It is damaged.
    """
    path = folder / "card.json"
    try:
        return Card.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise FormatError(f"{path}: not a card, or damaged ({error})") from error
