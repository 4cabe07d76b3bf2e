"""What people see in the terminal: progress, tables, one-line errors."""

from __future__ import annotations

__all__ = [
    "Stages",
    "fail",
    "progress",
    "say",
    "stages",
    "trained",
    "training",
    "tree",
    "verdict",
    "working",
]

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.tree import Tree

if TYPE_CHECKING:
    from ..experiment import Verdict
    from ..training import Progress as TrainingProgress

_OUT = Console(highlight=False)
_ERR = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """One line on standard output."""
    _OUT.print(escape(text), soft_wrap=True)


def fail(error: BaseException) -> None:
    """One line on standard error."""
    line = " ".join(str(error).split())
    _ERR.print(f"[bold red]error:[/] {escape(line)}", soft_wrap=True)


class Stages:
    """Progress of a journey of several stages, one bar at a time.

    Args:
        steps: Steps of the training stage.
    """

    def __init__(self, steps: int = 0) -> None:
        self.steps = steps
        self._bars = _bars()
        self._task: TaskID | None = None
        self._name = ""

    def __enter__(self) -> Stages:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._finish()
        self._bars.stop()

    def _finish(self) -> None:
        """Marks the stage before as done, also one whose length was not known."""
        if self._task is not None:
            done = max(self._bars.tasks[self._task].completed, 1)
            self._bars.update(self._task, completed=done, total=done)

    def __call__(self, stage: str, done: int, total: int | None, note: str = "") -> None:
        """Shows that `done` of `total` of a stage is done."""
        if stage != self._name:
            self._bars.start()
            self._finish()
            self._name = stage
            self._task = self._bars.add_task(stage, total=total, note="")
        assert self._task is not None
        self._bars.update(self._task, completed=done, total=total, note=escape(note))

    def training(self, progress: TrainingProgress) -> None:
        """Shows losses and validation figure of a training."""
        self("training", progress.step, self.steps, _losses(progress))


@contextmanager
def training(steps: int) -> Iterator[Callable[[TrainingProgress], None]]:
    """A bar with losses and time left, for a training of that many steps."""
    with Stages(steps) as shown:
        yield shown.training


@contextmanager
def stages() -> Iterator[Stages]:
    """Bars for a journey of several stages."""
    with Stages() as shown:
        yield shown


@contextmanager
def progress(stage: str) -> Iterator[Callable[[int, int], None]]:
    """One bar; it is told how many of how many are done."""
    with Stages() as shown:
        yield lambda done, of: shown(stage, done, of)


@contextmanager
def working(text: str) -> Iterator[None]:
    """A sign of life for work of unknown length."""
    with _ERR.status(escape(text)):
        yield


def trained(run: Path, provenance: dict[str, Any]) -> str:
    """What a finished training has to say."""
    done = provenance["training"]
    figure = "" if done["figure"] is None else f", validation figure {done['figure']:.4f}"
    return f"{run}: trained {done['steps']} steps, best at {done['best_step']}{figure}"


def tree(name: str, content: dict[str, Any]) -> None:
    """Nested plain data as a tree."""
    root = Tree(f"[bold]{escape(name)}[/]")
    _grow(root, content)
    _OUT.print(root, soft_wrap=True)


def verdict(result: Verdict) -> None:
    """The short table that ends a validation."""
    table = Table(show_header=False, box=None, padding=(0, 2))
    for label, value, beside in result.rows():
        table.add_row(f"[bold]{escape(label)}[/]", escape(value), f"[dim]{escape(beside)}[/]")
    _OUT.print(table)


def _grow(branch: Tree, content: Any) -> None:
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        label = f"[cyan]{escape(str(key))}[/]" if isinstance(content, dict) else ""
        if isinstance(value, dict | list | tuple) and value:
            _grow(branch.add(label or "-"), value)
        else:
            shown = "-" if value in ("", None, [], {}) else str(value)
            branch.add(f"{label}  {escape(shown)}".strip())


def _losses(progress: TrainingProgress) -> str:
    losses = "  ".join(f"{turn} {loss:.3f}" for turn, loss in progress.losses.items())
    return losses if progress.figure is None else f"{losses}  figure {progress.figure:.4f}"


def _bars() -> Progress:
    return Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<12}"),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        TextColumn("[dim]{task.fields[note]}[/]"),
        console=_ERR,
    )
