"""A training that was stopped anywhere goes on as if it had not been, bit for bit."""

import json
import math

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st

import components
from cloudburst.errors import FileError, TrainingError
from cloudburst.training import (
    PlayerConfig,
    Schedule,
    TrainConfig,
    Trainer,
    load_state,
    save_state,
)
from components import OBJECTIVES

CODEC = components.toy_codec()
DATA = CODEC.encode(components.showers())
STEPS = 7
PLAYERS = {
    "generator": PlayerConfig("adamw", 1e-3, clip=1.0, schedule=Schedule("cosine", 0.3)),
    "critic": PlayerConfig("rmsprop", 1e-3),
}


def start(name, seed=0):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        objective = OBJECTIVES[name](CODEC, DATA)
    known = {turn.partition(":")[0] for turn in objective.turns}
    players = {player: config for player, config in PLAYERS.items() if player in known}
    return Trainer(
        objective, DATA, TrainConfig(STEPS, 8, players, 0.9, validate_every=2, log_every=3)
    )


def score(generator):
    """A figure that goes up and down."""
    return math.sin(1e3 * sum(w.double().sum().item() for w in generator.parameters()))


def flat(state):
    """Everything in a state, as bytes and text, to compare."""
    if isinstance(state, torch.Tensor):
        return str(state.dtype), tuple(state.shape), state.numpy().tobytes()
    if isinstance(state, dict):
        return {key: flat(value) for key, value in state.items()}
    return [flat(v) for v in state] if isinstance(state, list | tuple) else repr(state)


def run_until(trainer, stop, path):
    """Trains up to a step and saves there."""
    save_state(path, {})
    trainer.run(
        score,
        save=lambda: save_state(path, trainer.state_dict()),
        stop=lambda: trainer.step == stop,
    )


@pytest.mark.parametrize("name", OBJECTIVES)
def test_resuming_at_any_step_changes_nothing(name, tmp_path):
    whole = start(name)
    result = whole.run(score)
    wanted = flat(whole.state_dict())
    for stop in range(STEPS + 1) if name == "Hinge" else (1, 4, STEPS):
        run_until(start(name), stop, tmp_path / "state")
        # another process has other initial weights and another global stream
        torch.manual_seed(stop)
        second = start(name, seed=9)
        second.load_state_dict(load_state(tmp_path / "state"))
        assert second.step == stop
        again = second.run(score)
        assert flat(second.state_dict()) == wanted
        assert second.history == whole.history
        assert flat(again.state_dict()) == flat(result.state_dict())


def test_a_state_of_another_training_is_refused():
    state = start("Hinge").state_dict()
    with pytest.raises(TrainingError, match="of another training"):
        start("EnergyScoring").load_state_dict(state)
    for part in state:
        with pytest.raises(TrainingError, match="of another training"):
            start("Hinge").load_state_dict({k: v for k, v in state.items() if k != part})


KEYS = st.text(max_size=5) | st.integers()
STATES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        [
            torch.zeros(()),
            torch.ones(2, 3, dtype=torch.float64),
            torch.arange(4),
            torch.zeros(0, 2),
            torch.tensor([True]),
            torch.arange(6.0).view(2, 3).T,
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=6,
)


@given(state=st.dictionaries(KEYS, STATES, max_size=3))
def test_what_is_saved_is_loaded(state, tmp_path_factory):
    path = tmp_path_factory.mktemp("states") / "state"
    save_state(path, state)
    loaded = load_state(path)
    assert flat(loaded) == flat(state)
    assert type(next(iter(loaded.values()), None)) is type(next(iter(state.values()), None))


def test_equal_states_are_equal_files(tmp_path):
    for name in ("a", "b"):
        save_state(tmp_path / name, start("WassersteinGP").state_dict())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_checkpoint_replaces_the_last_one_whole(tmp_path):
    path = tmp_path / "state"
    save_state(path, {"step": 1})
    with pytest.raises(TypeError, match="JSON"):
        save_state(path, {"step": object()})
    assert load_state(path) == {"step": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["state"]


def test_no_checkpoint(tmp_path):
    with pytest.raises(FileError, match=r"state: no such checkpoint"):
        load_state(tmp_path / "state")


def test_truncated_at_any_byte(tmp_path):
    path = tmp_path / "state"
    save_state(path, {"step": 1, "w": torch.arange(3.0)})
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(FileError, match="state: not a checkpoint of a training"):
            load_state(path)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"other": "1"},
        {"state": "{"},
        {"state": "[]"},
        {"state": "1"},
        {"state": json.dumps({"dict": [], "more": 1})},
        {"state": json.dumps({"dict": [["a", {"tensor": "7"}]]})},
        {"state": json.dumps({"dict": [["a"]]})},
        {"state": json.dumps({"tuple": 3})},
    ],
)
def test_other_safetensors_files_are_no_checkpoints(metadata, tmp_path):
    path = tmp_path / "state"
    safetensors.torch.save_file({"0": torch.zeros(1)}, path, metadata)
    with pytest.raises(FileError, match="state: not a checkpoint of a training"):
        load_state(path)
