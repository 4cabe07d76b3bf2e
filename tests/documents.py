"""Running what documents show: code blocks, shortened but otherwise as they stand."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INCLUDED = "--8<--"
# What makes a document's commands short enough for a test.
STEPS, EVENTS = 20, 200


class Block(NamedTuple):
    """A fenced block of a document."""

    language: str
    text: str


def blocks(path: Path, *languages: str) -> list[Block]:
    """The fenced blocks of a document in some languages, without those included from files."""
    found = [Block(*match.groups()) for match in _BLOCK.finditer(path.read_text())]
    return [b for b in found if b.language in languages and not b.text.startswith(_INCLUDED)]


def commands(text: str) -> list[str]:
    """The commands of a shell block; a line that ends in a backslash goes on."""
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def shortened(code: str) -> str:
    """The same with fewer training steps and events."""
    code = re.sub(r"training\.steps=\d+", f"training.steps={STEPS}", code)
    code = re.sub(r"--events (\d+)", lambda m: f"--events {min(int(m[1]), EVENTS)}", code)
    if re.match(r"cloudburst (train|demo) ", code) and "training.steps" not in code:
        code += f" --set training.steps={STEPS}"
    return code
