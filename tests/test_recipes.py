"""Recipes: unknown keys, wrong types and settings on the command line."""

import contextlib
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.errors import RecipeError, SpecError
from cloudburst.experiment import Recipe, load_recipe, locate, shipped_recipes
from cloudburst.experiment.build import build_codec, build_objective
from cloudburst.experiment.data import load_data
from cloudburst.storage import read
from cloudburst.testing import check_codec

TEXT = """
name = "small"
[data]
file = "sample:calogan-eplus"
events = 60
readouts = ["layer_0", "layer_1", "layer_2"]
[[codec.steps]]
class = "cloudburst.transforms:LogScale"
scale = 1.0
[generator]
class = "cloudburst.generators:LatentGenerator"
latent = 4
hidden = [8]
[critic]
class = "cloudburst.critics:NetworkCritic"
hidden = [8]
[objective]
class = "cloudburst.objectives:Hinge"
penalties = [{ class = "cloudburst.objectives:EnergyPenalty", weight = 0.1 }]
[training]
steps = 3
[training.players.generator]
rate = 1e-3
schedule = { shape = "cosine" }
"""


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(TEXT)
    return path


def built(recipe):
    data = load_data(recipe.data, recipe.training.seed)
    codec = build_codec(recipe, data.training)
    return codec, build_objective(recipe, codec, codec.encode(data.training))


def test_a_recipe_says_all(path):
    recipe = load_recipe(path)
    assert (recipe.name, recipe.training.steps, recipe.training.batch) == ("small", 3, 256)
    assert recipe.training.players["generator"].schedule.shape == "cosine"
    assert recipe.codec.features == {"class": "cloudburst.codec:ScaledFeatures"}
    _, objective = built(recipe)
    assert type(objective).__name__ == "Hinge"
    assert objective.penalties[0].weight == 0.1


@pytest.mark.parametrize("name", shipped_recipes())
def test_shipped_recipes_survive_being_written_out(name, tmp_path):
    recipe = load_recipe(name)
    assert recipe.name == name
    (tmp_path / "copy.toml").write_text(recipe.to_toml())
    assert load_recipe(tmp_path / "copy.toml") == recipe
    # every default is written out
    written = tomllib.loads(recipe.to_toml())
    assert {"seed", "batch", "average"} <= written["training"].keys()
    for player in written["training"]["players"].values():
        assert {"optimizer", "betas", "schedule"} <= player.keys()


# others learn from files that their users have; tests of their networks build them
SHIPPED = [n for n in shipped_recipes() if load_recipe(n).data.file.startswith("sample:")]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_recipes_are_built(name):
    recipe = load_recipe(name, ["data.events=200"])
    codec, objective = built(recipe)
    assert {turn.partition(":")[0] for turn in objective.turns} >= recipe.training.players.keys()
    events = read(locate(recipe.data.file), slice(0, 50)).select(recipe.data.readouts)
    check_codec(codec, events, rtol=0.05, atol=0.04)


# what is set, and the key that the error names
UNKNOWN = {
    "nmae='x'": ("nmae", "name"),
    "data.fiel='x'": ("data.fiel", "file"),
    "data.validaton=0.1": ("data.validaton", "validation"),
    "codec.step=[]": ("codec.step", "steps"),
    "training.step=500": ("training.step", "steps"),
    "training.players.generator.rat=0.1": ("training.players.generator.rat", "rate"),
    "training.players.generator.schedule.warmpu=0.1": (
        "training.players.generator.schedule.warmpu",
        "warmup",
    ),
    "validation.round=1": ("validation.round", "rounds"),
}


@pytest.mark.parametrize("setting", UNKNOWN)
def test_unknown_keys_name_the_nearest_known_one(path, setting):
    key, known = UNKNOWN[setting]
    message = f"small.toml: unknown key '{key}'; did you mean '{known}'?"
    with pytest.raises(RecipeError, match=re.escape(message)):
        load_recipe(path, [setting])


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (
            "generator.latnet=4",
            "LatentGenerator.* has no argument 'latnet'; did you mean 'latent'",
        ),
        (
            "critic.dropuot=0.1",
            "NetworkCritic.* has no argument 'dropuot'; did you mean 'dropout'",
        ),
        (
            "objective.critic_step=2",
            "Hinge has no argument 'critic_step'; did you.*'critic_steps'",
        ),
        (
            "codec.features={class='cloudburst.codec:ScaledFeatures',logaritmic=[]}",
            "'logarithmic'",
        ),
        ("generator.class='cloudburst.generators:Latent'", "is not a Generator"),
        ("generator.class='cloudburst.critics:NetworkCritic'", "is not a Generator"),
        ("generator.class='mylab.nets:Net'", "name it under `packages` of the recipe"),
        ("generator.class='os:system'", "not part of cloudburst"),
        ("generator.hidden=8", "LatentGenerator"),
        ("generator.latent='many'", "LatentGenerator"),
        ("generator.latent=-4", "LatentGenerator"),
        ("generator.activation='rellu'", "did you mean 'relu'"),
        ("critic.dropout=7.0", "dropout probability"),
        ("generator={latent=4}", "needs a 'class'"),
        (
            "objective.penalties=[{class='cloudburst.objectives:EnergyPenalty',wieght=1}]",
            "'weight'",
        ),
        ("objective.penalties=[{weight=1}]", "needs a 'class'"),
        ("codec.steps=[{class='cloudburst.transforms:LogScale',scael=1.0}]", "'scale'"),
        ("codec.steps=[{class='cloudburst.transforms:LogScale',scale=-1.0}]", "scale > 0"),
        ("codec.steps=[{class='cloudburst.nn:MLP'}]", "is not a Transform"),
    ],
)
def test_components_that_cannot_be_built(path, setting, reason):
    with pytest.raises(SpecError, match=reason):
        built(load_recipe(path, [setting]))


def test_an_objective_without_its_critic(path):
    path.write_text(re.sub(r"\[critic\].*(?=\[objective\])", "", TEXT, flags=re.DOTALL))
    with pytest.raises(SpecError, match=r"missing.*'critic'"):
        built(load_recipe(path))


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("training.steps='many'", "training.steps: .*integer"),
        ("training.steps=1.5", "training.steps: .*integer"),
        ("training.steps=0", "steps must be at least 1"),
        ("training.seed=-1", "seed must not be negative"),
        ("training.average=1.0", "average must be in"),
        ("training.players=3", "training.players: "),
        ("training.players.generator='fast'", "training.players.generator: "),
        ("training.players.generator.rate='fast'", "training.players.generator.rate: .*number"),
        ("training.players.generator.rate=0", "rate must be above zero"),
        ("training.players.generator.betas=[0.5]", "training.players.generator.betas"),
        ("training.players.generator.schedule.shape='cosin'", "did you mean 'cosine'"),
        ("data.validation=1.5", "data.validation: .*less than 1"),
        ("data.events=0", "data.events: .*greater than or equal to 1"),
        ("data.readouts='layer_0'", "data.readouts: .*list"),
        ("data='sample:x'", "data: "),
        ("codec.steps={}", "codec.steps: .*list"),
        ("packages='mylab'", "packages: .*list"),
        ("generator=3", "generator: .*dictionary"),
        ("name=3", "name: .*string"),
    ],
)
def test_wrong_values_name_their_key(path, setting, reason):
    with pytest.raises(RecipeError, match=f"small.toml: {reason}|small.toml: .*{reason}"):
        load_recipe(path, [setting])


def test_missing_keys(path):
    path.write_text(TEXT.replace('name = "small"', ""))
    with pytest.raises(RecipeError, match=r"small.toml: 'name' is missing"):
        load_recipe(path)
    path.write_text(TEXT.replace('file = "sample:calogan-eplus"', ""))
    with pytest.raises(RecipeError, match=r"small.toml: 'data.file' is missing"):
        load_recipe(path)
    path.write_text(TEXT.replace("file = ", "fil = "))
    with pytest.raises(RecipeError, match=r"unknown key 'data.fil'; did you mean 'file'\?"):
        load_recipe(path)


def test_files_that_are_no_recipes(path, tmp_path):
    with pytest.raises(RecipeError, match="demoo: no such file or shipped recipe; did you mean"):
        load_recipe("demoo")
    with pytest.raises(RecipeError, match="no such file or shipped recipe"):
        load_recipe(tmp_path)
    for content in (b"name = ", b"\x89HDF\r\n", b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(RecipeError, match=r"small.toml: not a TOML file"):
            load_recipe(path)


SET = {
    "training.steps=500": ("training", "steps", 500),
    "training.steps = 500": ("training", "steps", 500),
    "training.average=5e-1": ("training", "average", 0.5),
    "data.file=my events.h5": ("data", "file", "my events.h5"),
    "data.file='a=b.h5'": ("data", "file", "a=b.h5"),
    "data.file=a=b.h5": ("data", "file", "a=b.h5"),
    "data.file=/x/y.h5": ("data", "file", "/x/y.h5"),
    "data.mirror=['x', 'y']": ("data", "mirror", {"x": [], "y": []}),
    "data.mirror={x=['px', 'x'], y=[]}": ("data", "mirror", {"x": ["px", "x"], "y": []}),
    "data.events=1_000": ("data", "events", 1000),
    "validation.events=7": ("validation", "events", 7),
}


@pytest.mark.parametrize("setting", SET)
def test_settings(path, setting):
    table, key, value = SET[setting]
    assert getattr(getattr(load_recipe(path, [setting]), table), key) == value


def test_later_settings_win_and_make_tables(path):
    recipe = load_recipe(path, ["training.steps=5", "training.steps=6", "critic.norm=true"])
    assert recipe.training.steps == 6
    assert recipe.critic["norm"] is True
    recipe = load_recipe(path, ["training.players.critic.rate=0.5"])
    assert recipe.training.players["critic"].rate == 0.5


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("training.steps", "needs KEY=VALUE"),
        ("=5", "needs KEY=VALUE"),
        ("", "needs KEY=VALUE"),
        ("name.first=x", "'name' is not a table"),
        ("codec.steps.0.scale=1.0", "'steps' is not a table"),
        ("training..steps=5", "unknown key 'training.'"),
        ("training.steps=", "training.steps"),
        ("training.steps=5\nname='x'", "training.steps"),
    ],
)
def test_settings_that_make_no_sense(path, setting, reason):
    with pytest.raises(RecipeError, match=reason):
        load_recipe(path, [setting])


@given(setting=st.text(max_size=30) | st.builds("training.{}={}".format, st.text(), st.text()))
def test_any_setting_is_taken_or_refused_with_our_error(setting):
    with contextlib.suppress(RecipeError):
        assert isinstance(load_recipe("demo", [setting]), Recipe)
