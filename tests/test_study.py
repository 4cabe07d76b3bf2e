"""Real tiny studies: what they write, that they go on, and what they refuse."""

import csv
import hashlib
import json
import shutil
import tomllib

import numpy as np
import pytest
import tomli_w

from cloudburst.distances import Measurement
from cloudburst.errors import CloudburstError, ExistsError, RecipeError, TrainingError
from cloudburst.experiment.study import load_plan, read_summary, study
from cloudburst.experiment.study.judge import Quality
from cloudburst.experiment.study.outcome import Outcome
from cloudburst.experiment.study.plan import LimitTable
from cloudburst.experiment.study.summary import Row
from cloudburst.files import write_text

RATE = "training.players.critic.rate"
PLAN = {
    "name": "toy",
    "recipe": "mpd-tpc",
    "seeds": [0, 1],
    "changes": {
        "data.events": 300,
        "critic": {"class": "cloudburst.networks:MPDTPCLightCritic", "filters": [4, 4]},
        "objective.critic_steps": 1,
        "training.steps": 4,
        "training.batch": 8,
        "training.drawn_turns": False,
        "training.log_every": 2,
        "training.validate_every": 2,
    },
    "axes": {"rate": {"Sound": {RATE: 1e-3}, "Far too fast": {RATE: 1e38}}},
    "judge": {"file": "sample:mpd-tpc", "first": 1800, "bins": 3, "observables": ["pad_mean"]},
}


def changed(**parts):
    """The plan with other values of keys such as judge__bins."""
    plan = json.loads(json.dumps(PLAN))
    for key, value in parts.items():
        *tables, last = key.split("__")
        inner = plan
        for table in tables:
            inner = inner[table]
        inner[last] = value
    return plan


def written(path, plan):
    write_text(path, tomli_w.dumps(plan), overwrite=True)
    return path


def times(folder, name):
    return {path.parent: path.stat().st_mtime_ns for path in sorted(folder.rglob(name))}


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A study that nothing disturbed: its file and its folder."""
    folder = tmp_path_factory.mktemp("study")
    source = written(folder / "study.toml", PLAN)
    return source, folder / "out", study(source, folder / "out", jobs=1)


def test_every_training_is_a_run_with_an_outcome(done):
    _, folder, summary = done
    assert [row.values["rate"] for row in summary.rows] == ["Sound", "Far too fast"]
    assert summary.trainings == 4
    runs = [path.relative_to(folder / "runs") for path in times(folder, "outcome.json")]
    assert set(map(str, runs)) == {
        f"{v}/seed-{s}" for v in ("sound", "far-too-fast") for s in (0, 1)
    }
    recipe = tomllib.loads((folder / "runs/sound/seed-1/recipe.toml").read_text())
    assert recipe["training"]["seed"] == 1
    assert recipe["training"]["players"]["critic"]["rate"] == 1e-3
    assert (folder / "runs/sound/seed-1/surrogate").is_dir()


def test_what_ends_in_no_numbers_is_counted_and_said(done):
    _, folder, summary = done
    sound, fast = summary.rows
    assert (sound.diverged, fast.diverged) == (0, 2)
    assert fast.ratio is None
    assert "diverged before step" in fast.outcomes[0].failure
    lines = rows(folder / "trainings.csv")
    assert [line["diverged"] for line in lines] == ["0", "0", "1", "1"]
    assert float(lines[0]["chi2"]) > 0
    assert lines[2]["chi2"] == ""


def test_the_table_holds_means_and_spreads_over_seeds(done):
    _, folder, summary = done
    sound = summary.rows[0]
    ratios = [one.quality.ratio for one in sound.outcomes.values()]
    assert sound.ratio.value == pytest.approx(np.mean(ratios))
    assert sound.ratio.error == pytest.approx(np.std(ratios, ddof=1))
    line = rows(folder / "table.csv")[0]
    assert float(line["ratio"]) == pytest.approx(sound.ratio.value)
    assert float(line["milliseconds"]) > 0
    text = (folder / "table.md").read_text()
    assert "| Far too fast | 2 | 2 | 0 | - | - | - |" in text
    assert "| floor |" in text


def test_gauges_of_the_critic_are_kept_over_time(done):
    outcome = done[2].rows[0].outcomes[0]
    assert [step for step, _ in outcome.gauge("slope")] == [2, 4]
    assert "norm head.0.weight" in outcome.gauges
    assert done[2].rows[0].product.value > 0
    figures = {path.stem for path in (done[1] / "figures").glob("*.svg")}
    assert figures == {"quality", "course", "slopes", "norms", "cost"}


def test_results_are_read_as_they_were_written(done):
    _, folder, summary = done
    read = read_summary(folder / "results.json")
    assert read.plan == summary.plan
    assert read.trainings == 4
    assert read.rows[0].ratio.value == pytest.approx(summary.rows[0].ratio.value, rel=1e-3)
    assert read.rows[1].diverged == 2


def test_what_is_done_is_not_made_again(done):
    source, folder, _ = done
    before = times(folder, "outcome.json")
    study(source, folder, jobs=1)
    assert times(folder, "outcome.json") == before


def test_a_study_may_grow_and_be_judged_anew_without_training_again(done, tmp_path):
    """With fewer seeds, other bins and one more value: that is trained, the others are judged."""
    _, folder, before = done
    copy = shutil.copytree(folder, tmp_path / "out")
    trained = times(copy, "checkpoint.safetensors")
    plan = changed(judge__bins=2, seeds=[1], axes__rate__Slow={RATE: 1e-5})
    del plan["axes"]["rate"]["Far too fast"]
    summary = study(written(tmp_path / "s.toml", plan), copy, jobs=1)
    after = times(copy, "checkpoint.safetensors")
    assert {run.parent.name for run in after.keys() - trained.keys()} == {"slow"}
    assert all(after[run] == time for run, time in trained.items())
    sound, slow = (row.outcomes[1].quality for row in summary.rows)
    assert sound.terms < before.rows[0].outcomes[1].quality.terms
    assert sound.score == before.rows[0].outcomes[1].quality.score != slow.score


def test_the_same_recipe_may_have_been_written_otherwise(done, tmp_path):
    """By an earlier version: other spaces, or a table as a list."""
    source, folder, _ = done
    copy = shutil.copytree(folder, tmp_path / "out")
    for run in (path.parent for path in copy.rglob("outcome.json")):
        recipe, outcome = run / "recipe.toml", run / "outcome.json"
        before = recipe.read_text()
        recipe.write_text(f"# earlier\n{before}")
        digests = [
            hashlib.sha256(text.encode()).hexdigest() for text in (before, recipe.read_text())
        ]
        assert digests[0] in outcome.read_text()
        outcome.write_text(outcome.read_text().replace(*digests))
    kept = times(copy, "outcome.json")
    study(source, copy, jobs=1)
    assert times(copy, "outcome.json") == kept


def test_another_recipe_is_not_mixed_in(done):
    source, folder, _ = done
    other = written(source.with_name("other.toml"), changed(changes={"training.steps": 5}))
    with pytest.raises(TrainingError, match="another recipe than the study has now; choose"):
        study(other, folder, jobs=1)


def test_a_folder_of_something_else_is_kept(tmp_path):
    (tmp_path / "thesis.tex").write_text("ten years")
    with pytest.raises(ExistsError, match="holds no study; choose another folder"):
        study(written(tmp_path / "s.toml", PLAN), tmp_path)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"colour": 1}, "unknown key 'colour'; known: axes"),
        ({"judge__binz": 1}, "unknown key 'judge.binz'; did you mean 'bins'"),
        ({"recipe": "mdp-tpc"}, "rate = Sound: mdp-tpc: no such file or shipped recipe; did you"),
        ({"seeds": []}, "seeds: List should have at least 1 item"),
        ({"seeds": [-1]}, "seeds must not be negative, got -1"),
        ({"axes": {}}, "a study needs an axis"),
        ({"axes": {"rate": {}}}, "a study needs an axis, and a value of each"),
        ({"axes": {"rate": {"a!": {}, "A": {}}}}, "axes.rate: 'a!' needs letters or digits"),
        ({"axes": {"rate": {"?": {}}}}, "axes.rate: '\\?' needs letters or digits"),
        ({"axes": {"rate": {"a": {"training.stebs": 1}}}}, "unknown key 'training.stebs'; did"),
        ({"axes": {"rate": {"a": {"name.x": 1}}}}, "'name' is not a table"),
        ({"axes__rate__Sound": {"objective.penelty": 1}}, "Sound: .*no argument 'penelty'; did"),
        ({"axes__rate__Sound": {"critic.class": "cloudburst.lipschitz:Bounded"}}, "not a Critic"),
        ({"judge__observables": ["pat_mean"]}, "judge.observables: no 'pat_mean'; did you mean"),
        ({"judge__classifier": "fast"}, "no classifier tests are called 'fast'"),
        ({"judge__file": "sample:calogan-eplus-test", "judge__first": 0}, "pads"),
        ({"judge__first": 1999}, "1 events from number 1999 on are too few"),
        ({"judge__file": "nowhere.h5"}, "nowhere.h5"),
    ],
)
def test_studies_that_make_no_sense_are_refused_before_any_training(tmp_path, parts, said):
    source = written(tmp_path / "s.toml", changed(**parts))
    with pytest.raises(CloudburstError, match=said):
        study(source, tmp_path / "out", jobs=1)
    assert not list(tmp_path.rglob("recipe.toml"))


def test_the_verb_says_in_one_line_what_is_wrong(cloudburst, tmp_path):
    source = written(tmp_path / "s.toml", changed(colour=1))
    said = cloudburst.refused("study", source, tmp_path / "out")
    assert f"{source}: unknown key 'colour'; known: axes, changes, description, judge" in said


def test_the_verb_shows_the_table(cloudburst, done):
    source, folder, _ = done
    told = cloudburst.done("study", source, folder)
    assert told.splitlines()[-1] == f"{folder}: 4 trainings, in table.md and figures"
    assert told.splitlines()[2].split()[:6] == ["Far", "too", "fast", "2", "2", "0"]


@pytest.mark.slow
def test_a_cluster_trains_as_this_machine_does(done, tmp_path):
    pytest.importorskip("distributed")
    source = written(tmp_path / "s.toml", changed(seeds=[0]))
    there = study(source, tmp_path / "out", jobs=1, cluster="local")
    for row, here in zip(there.rows, done[2].rows, strict=True):
        assert row.outcomes[0].quality == here.outcomes[0].quality


def test_files_that_are_no_studies(tmp_path):
    with pytest.raises(RecipeError, match="no such study"):
        load_plan(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("name = ")
    with pytest.raises(RecipeError, match=r"bad.toml: not a TOML file"):
        load_plan(tmp_path / "bad.toml")
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(CloudburstError, match="not the results of a study"):
        read_summary(tmp_path / "bad.json")


def outcome(figures, spread=0.5):
    one = Measurement(1.0, 0.1)
    history = [{"step": i, "figure": figure} for i, figure in enumerate(figures)]
    return Outcome(Quality(one, one, 9, one, one, 1.0, spread), "", history, (1.0, 0.1))


def test_lost_trainings_by_hand():
    some = {0: outcome([4, 2, 3.1]), 1: outcome([4, 2, 2.9], 0.05), 2: outcome([])}
    row = Row({}, some, LimitTable(diverged=1.5, collapsed=0.1))
    assert (row.diverged, row.collapsed) == (1, 1)
    assert row.ratio == Measurement(1.0, 0.0)
