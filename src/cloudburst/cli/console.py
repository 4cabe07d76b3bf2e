"""What people see in the terminal: progress, tables, one-line errors."""

from __future__ import annotations

__all__ = [
    "Stages",
    "fail",
    "rows",
    "say",
    "section",
    "trained",
    "tree",
    "verdict",
    "warn",
    "working",
]

from collections.abc import Iterator, Sequence
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
from rich.table import Column, Table
from rich.tree import Tree

if TYPE_CHECKING:
    from ..experiment import Verdict
    from ..training import Progress as TrainingProgress

# names between colons are no pictures
_OUT = Console(highlight=False, emoji=False)
if not _OUT.is_terminal:
    # what is piped elsewhere is neither wrapped nor cut
    _OUT.width = 10_000
_ERR = Console(stderr=True, highlight=False, emoji=False)
# such texts are never wrapped
_SHORT = 18
# what does not fit beside the bar is cut: a second line would jump
_NOTE = Column(no_wrap=True, overflow="ellipsis")


def say(text: str) -> None:
    """One line on standard output."""
    _OUT.print(escape(text), soft_wrap=True)


def warn(text: str) -> None:
    """One line on standard error, about what needs no end."""
    line = " ".join(text.split())
    _ERR.print(f"[bold yellow]warning:[/] {escape(line)}", soft_wrap=True)


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
        if self._task is not None:
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
    _OUT.print(root)


def rows(lines: Sequence[Sequence[str]]) -> None:
    """A table, its head first."""
    head, *others = lines
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for column, title in enumerate(head):
        table.add_column(title, justify="left" if column < 2 else "right", no_wrap=True)
    for line in others:
        table.add_row(*map(escape, line))
    _OUT.print(table)


def section(title: str, lines: Sequence[Sequence[str]]) -> None:
    """A titled table, its head first, whose long texts are wrapped."""
    head, *others = lines
    table = Table(
        title=escape(title),
        title_justify="left",
        title_style="bold cyan",
        box=None,
        padding=(0, 2, 0, 0),
        pad_edge=False,
        header_style="bold",
        show_header=any(head),
    )
    for column, name in enumerate(head):
        short = max(len(line[column]) for line in lines) <= _SHORT
        style = "" if column or any(head) else "bold"
        table.add_column(escape(name), style=style, no_wrap=short)
    for line in others:
        table.add_row(*map(escape, line))
    _OUT.print(table)
    _OUT.print()


def verdict(result: Verdict) -> None:
    """The short tables that end a validation, and what to know before believing them."""
    for heads, rows in result.tables():
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for column, head in enumerate(heads):
            first = column == 0
            table.add_column(head, justify="left" if first else "right", no_wrap=not first)
        for row in rows:
            table.add_row(*map(escape, row))
        _OUT.print(table)
        _OUT.print()
    for text in result.warnings:
        _OUT.print(f"[bold yellow]warning:[/] {escape(text)}", soft_wrap=True)


def _grow(branch: Tree, content: dict[str, Any]) -> None:
    for key, value in content.items():
        label = f"[cyan]{escape(str(key))}[/]"
        if isinstance(value, dict) and value:
            _grow(branch.add(label), value)
        else:
            branch.add(f"{label}  {escape(_plain(value))}")


def _plain(value: Any) -> str:
    """A value in one line, "-" for none."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "-"
    return "-" if value in ("", None, {}) else str(value)


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
        TextColumn("[dim]{task.fields[note]}[/]", table_column=_NOTE),
        console=_ERR,
    )
