"""The zoo: what is shipped loads and makes events at once, and its cards say what is true."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst import storage, zoo
from cloudburst.errors import FileError, FormatError
from cloudburst.experiment import (
    Production,
    card_sections,
    info,
    load_recipe,
    locate,
    shipped_card,
    shipped_cards,
    zoo_table,
)
from cloudburst.experiment.runs import load_surrogate
from cloudburst.surrogate import Surrogate
from cloudburst.zoo import Card, read_card, shelved

NAMES = sorted(shelved())
LARGEST = 4_000_000


@pytest.fixture(params=NAMES)
def name(request):
    """Each shipped surrogate in turn."""
    return request.param


@pytest.fixture(scope="module")
def card():
    """Some card."""
    return read_card(shelved()[NAMES[0]])


def test_positrons_are_there():
    assert "calogan-eplus" in NAMES


@pytest.mark.parametrize("page", ["README.md", "docs/zoo.md"])
def test_pages_show_the_figures_of_the_cards(page):
    text = (Path(__file__).parents[1] / page).read_text(encoding="utf-8")
    for name, *rest in zoo_table()[1:]:
        line = next(line for line in text.splitlines() if line.startswith(f"| [{name}]("))
        assert line.endswith(" | ".join(["", *rest]) + " |")


def test_each_loads_and_makes_events_in_its_range(name):
    surrogate = Surrogate.load(f"zoo:{name}")
    conditions = surrogate.detector.draw_conditions(64, np.random.default_rng(0))
    events = surrogate.sample(conditions, seed=1)
    assert len(events) == 64
    assert all(np.isfinite(a).all() and (a >= 0).all() for a in events.readouts.values())
    assert sum(a.sum() for a in events.readouts.values()) > 0


def test_each_is_small_and_holds_nothing_but_itself(name):
    folder = shelved()[name]
    files = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert set(files) == {"surrogate.json", "weights.safetensors", "card.json"}
    assert sum(files.values()) <= LARGEST
    weight = files["surrogate.json"] + files["weights.safetensors"]
    assert read_card(folder).size.bytes == weight


def test_cards_agree_with_the_surrogates(name):
    card, surrogate = shipped_card(name), Surrogate.load(f"zoo:{name}")
    provenance = surrogate.provenance
    assert card.name == name
    assert card.detector == surrogate.detector.name
    assert card.valid == tuple(map(str, surrogate.detector.conditions))
    assert card.learned.sha256 == provenance["data"]["sha256"]
    assert card.learned.recipe == provenance["recipe"]["name"]
    assert card.learned.seed == provenance["recipe"]["training"]["seed"]
    assert card.size.numbers == sum(v.numel() for v in surrogate.state_dict().values())


def test_cards_say_all_that_is_needed(name):
    card = shipped_card(name)
    assert card.tested.sha256 != card.learned.sha256
    assert card.tested.seeds
    assert card.tested.protocol
    for one in card.judged:
        assert 0 <= one.auc.value <= 1
        assert one.auc.error > 0
        assert abs(one.floor.value - 0.5) < 0.1
        assert one.training_events > 0
    assert {one.name.split(", ")[1] for one in card.judged} >= {"high_level", "log_cells"}
    assert card.responses
    assert card.worst
    assert card.gates
    assert card.speed
    assert all(one.microseconds.value > 0 for one in card.speed)
    assert card.learned.licence
    assert card.size.moved < 0.01


def test_nothing_of_the_machine_that_trained_it_is_shipped(name):
    for path in shelved()[name].glob("*.json"):
        text = path.read_text()
        assert "/tmp" not in text
        assert "/work" not in text
        assert "/home" not in text


def test_names_are_resolved_in_every_journey():
    folder = shelved()[NAMES[0]]
    given_name = f"zoo:{NAMES[0]}"
    assert locate(given_name) == zoo.locate(given_name) == folder
    assert info(locate(given_name))["kind"] == "surrogate"
    digest = load_surrogate(given_name).fingerprint()
    assert Surrogate.load(folder).fingerprint() == digest
    job, same = (Production(place, 10).job() for place in (given_name, folder))
    assert job == same


def test_paths_stay_paths(tmp_path):
    assert locate(tmp_path / "zoo") == tmp_path / "zoo"
    assert zoo.locate("runs/zoo:x").name == "zoo:x"


@given(st.text(max_size=20))
def test_other_names_are_refused_with_those_there_are(text):
    if text in NAMES:
        return
    with pytest.raises(FileError, match="no such shipped surrogate; "):
        Surrogate.load(f"zoo:{text}")
    with pytest.raises(FileError):
        shipped_card(f"zoo:{text}")


def test_a_wrong_letter_is_pointed_out():
    with pytest.raises(FileError, match="did you mean 'calogan-eplus'"):
        locate("zoo:calogan-epluss")


def test_the_table_has_a_line_for_each():
    head, *lines = zoo_table()
    assert [line[0] for line in lines] == NAMES == list(shipped_cards())
    assert all(len(line) == len(head) for line in lines)


def test_sections_are_tables(card):
    for title, rows in card_sections(card):
        assert title
        assert len({len(row) for row in rows}) == 1
        assert all(isinstance(cell, str) for row in rows for cell in row)


def test_the_recipe_of_each_still_loads(name):
    load_recipe(shipped_card(name).learned.recipe)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}'])
def test_damaged_cards(tmp_path, text):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(FormatError, match=r"card.json: not a card"):
        read_card(tmp_path)


def test_no_card(tmp_path):
    with pytest.raises(FileError, match=r"card.json: cannot be read"):
        read_card(tmp_path)


def test_unknown_entries_of_a_card_are_refused(tmp_path, card):
    document = json.loads(card.model_dump_json()) | {"stars": 5}
    (tmp_path / "card.json").write_text(json.dumps(document))
    with pytest.raises(FormatError, match="stars"):
        read_card(tmp_path)


def test_cards_survive_the_way_to_a_file(tmp_path, card):
    assert Card.model_validate_json(card.model_dump_json()) == card


def test_a_copy_elsewhere_is_the_same_surrogate(tmp_path):
    copied = shutil.copytree(shelved()[NAMES[0]], tmp_path / "copy")
    assert Surrogate.load(copied).fingerprint() == load_surrogate(f"zoo:{NAMES[0]}").fingerprint()


def test_the_command_lists_them_and_shows_a_card(cloudburst):
    listed = cloudburst.done("zoo")
    assert all(name in listed for name in NAMES)
    shown = cloudburst.done("zoo", "calogan-eplus")
    card = shipped_card("calogan-eplus")
    assert card.learned.sha256[:16] in shown
    assert str(card.judged[0].auc) in shown
    assert cloudburst.refused("zoo", "nothing").startswith("zoo:nothing: no such shipped")


def test_commands_take_the_names(cloudburst, tmp_path):
    said = cloudburst.done("sample", "zoo:calogan-eplus", "e.h5", "--events", 5, "--seed", 3)
    assert said == "e.h5: 5 events\n"
    assert len(storage.read(tmp_path / "e.h5")) == 5
    assert "surrogate" in cloudburst.done("info", "zoo:calogan-eplus")
    refused = cloudburst.refused("sample", "zoo:calogan-epluss", "x.h5", "--events", 5)
    assert "did you mean 'calogan-eplus'?" in refused
