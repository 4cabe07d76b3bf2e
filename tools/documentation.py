"""What MkDocs does besides its own: pages made from elsewhere, and formulas as MathML.

MathML is part of HTML, so that the pages need no script and nothing from another site.
"""

from __future__ import annotations

__all__ = ["on_files", "on_page_content"]

import re
from html import unescape
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

from pages import command_line_page, recipe_page, reference_pages

ROOT = Path(__file__).parents[1]
# documents that stand beside docs/, and the pages that they become
_BESIDE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
_FORMULA = re.compile(r'<(span|div) class="arithmatex">(.*?)</\1>', re.DOTALL)


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Adds the pages that are not written in `docs/`."""
    pages = {
        "reference/cli.md": command_line_page(),
        "reference/recipe.md": recipe_page(),
        **reference_pages(),
        **{page: _beside(name) for name, page in _BESIDE.items()},
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_content(html: str, **_: Any) -> str:
    """Turns the formulas of a page, written in TeX, into MathML."""
    return _FORMULA.sub(_mathml, html)


def _beside(name: str) -> str:
    """A document with its links as seen from `docs/`."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
    for other, page in _BESIDE.items():
        text = text.replace(f"]({other})", f"]({page})")
    return text


def _mathml(match: re.Match[str]) -> str:
    tag, formula = match.groups()
    display = "block" if tag == "div" else "inline"
    # without the delimiters \( \) or \[ \]
    return convert(unescape(formula).strip()[2:-2], display=display)
