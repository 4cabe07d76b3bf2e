"""The gallery of shipped surrogates, docs/zoo.md, and the table of README.md, from their cards."""

from __future__ import annotations

__all__ = ["page", "write_page"]

from collections.abc import Sequence
from pathlib import Path

from cloudburst.experiment import Section, card_sections, shipped_cards, zoo_table
from cloudburst.files import write_text
from cloudburst.zoo import Card

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "zoo.md"
README = ROOT / "README.md"
_BEGIN, _END = "<!-- zoo: made by tools/make_zoo.py -->\n", "<!-- end of zoo -->"

_HEAD = """# The zoo

Trained surrogates ship with the package: they make events right after the installation, without
training. `zoo:NAME` stands for one wherever a command or `Surrogate.load` takes a folder.

```sh
cloudburst zoo
cloudburst zoo {name}
cloudburst sample zoo:{name} events.h5 --events 1000
```

lists them, shows the whole card of one, and makes events with it. From Python:

```python
from cloudburst.surrogate import Surrogate

surrogate = Surrogate.load("zoo:{name}")
events = surrogate.sample([[10.0], [50.0], [90.0]], seed=1)  # energies in GeV
```

AUC is what the best of several classifiers reaches against full simulation that the surrogate
never saw: 0.5 is a coin, 1 is always right. The floor is what it reaches for full simulation
against itself. AUC grows with the number of events that a classifier learns from, so compare
figures of one protocol only. µs/event is the time of the fastest engine and batch, from conditions
to cells.

"""
_TAIL = """
Every figure on this page comes from `tools/make_zoo.py`, which judges a surrogate as it is
shipped: large arrays in half precision, samples of several seeds. Your own joins the zoo by

```text
python tools/make_zoo.py RUN NAME --test FILE.h5 --title TEXT --data TEXT --licence TEXT
```
"""


def page() -> str:
    """The page as Markdown."""
    cards = list(shipped_cards().values())
    head = _HEAD.replace("{name}", cards[0].name)
    return head + _table(_linked()) + "".join(map(_card, cards)) + _TAIL


def write_page() -> None:
    """Writes docs/zoo.md and the table of README.md."""
    write_text(PAGE, page(), overwrite=True)
    before, rest = README.read_text(encoding="utf-8").split(_BEGIN)
    after = rest.split(_END)[1]
    write_text(
        README,
        f"{before}{_BEGIN}\n{_table(_linked('docs/zoo.md'))}\n{_END}{after}",
        overwrite=True,
    )


def _linked(page: str = "") -> list[Sequence[str]]:
    """The table of all, whose names lead to their cards on a page."""
    first, *others = zoo_table()
    return [first, *((f"[{name}]({page}#{name})", *rest) for name, *rest in others)]


def _card(card: Card) -> str:
    picture = f"![{card.title}: full simulation and surrogate](images/zoo-{card.name}.svg)"
    sections = "\n".join(map(_section, card_sections(card)))
    return f"\n## {card.name}\n\n{picture}\n\n{sections}"


def _section(section: Section) -> str:
    return f"**{section.title}**\n\n{_table(section.rows)}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *others = rows
    lines = [head, ["---"] * len(head), *others]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
