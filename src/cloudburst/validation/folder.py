"""A page, its numbers and its figures as one folder."""

from __future__ import annotations

__all__ = ["as_json", "write_folder"]

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..files import atomic_folder
from .plates import Section
from .plots import to_svg


def write_folder(
    folder: Path,
    sections: Sequence[Section],
    texts: Callable[[Mapping[str, str]], Mapping[str, str]],
    overwrite: bool = False,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Writes `figures/SLUG.svg` for each figure and other files, all or none.

    Args:
        folder: Where to; made if it is not there.
        sections: Whose figures are drawn.
        texts: From the figures as SVG text, by slug, to the other files, by name.
        overwrite: Whether a folder that is there is replaced.
        progress: Called with a line of text before each figure.

    Raises:
        ExistsError: The folder is there and was not to be overwritten.
        FileError: It cannot be written.
    """
    plates = [plate for section in sections for plate in section.plates]
    with atomic_folder(Path(folder), overwrite) as temporary:
        (temporary / "figures").mkdir()
        drawn = {}
        for i, plate in enumerate(plates):
            if progress:
                progress(f"figure {plate.slug} ({i + 1} of {len(plates)})")
            drawn[plate.slug] = to_svg(plate.draw())
            file = temporary / "figures" / f"{plate.slug}.svg"
            file.write_text(drawn[plate.slug], encoding="utf-8")
        for name, text in texts(drawn).items():
            (temporary / name).write_text(text, encoding="utf-8")


def as_json(numbers: object) -> str:
    """Numbers that are all finite as the text of a file."""
    return json.dumps(numbers, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
