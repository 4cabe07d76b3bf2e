"""Frozen regressors: their loss by hand, their files, and the journey that makes them."""

import dataclasses
import math

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

import components
from cloudburst import storage
from cloudburst.codec import Batch, Codec, PhysicalFeatures
from cloudburst.detector import Condition, Detector, Readout
from cloudburst.errors import ExistsError, FileError, FormatError, SpecError
from cloudburst.experiment import load_recipe, regress, train
from cloudburst.formats import read_events
from cloudburst.nn import MLP
from cloudburst.objectives import Regressor, RegressorPenalty, load_regressor, save_regressor
from cloudburst.surrogate import Surrogate
from cloudburst.transforms import Compose, LogScale, Scale

PAIR = Detector("pair", (Condition("a", "GeV", 0, 9),), tuple(Readout(n, (), "MeV") for n in "xy"))


def regressor(detector=PAIR, steps=(), seed=0):
    torch.manual_seed(seed)
    count = len(detector.conditions)
    codec = Codec(detector, PhysicalFeatures(count), Compose(list(steps)))
    return Regressor(codec, MLP(codec.values, count, [4]))


def weighing(*weights):
    """Reads w x off the signals, after a division by ten."""
    made = regressor(steps=[Scale(10.0)])
    made.network = nn.Linear(2, 1, bias=False)
    made.network.weight.data = torch.tensor([weights])
    return made


def test_loss_by_hand():
    # signals are 2 v: 20 and 40 in all; a tenth, weighed, is 2 + 4 / 2 = 4 and 8 / 2 = 4
    penalty = RegressorPenalty(
        Codec(PAIR, PhysicalFeatures(1), Compose([Scale(0.5)])), weighing(1.0, 0.5), 3.0
    )
    fake = torch.tensor([[40.0, 80.0], [0.0, 160.0]])
    conditions = torch.tensor([[3.5], [2.0]])
    # 0.5 off counts by its square, 2 off by its size
    loss = penalty(fake, Batch(torch.zeros(2, 2), conditions, conditions))
    assert loss.item() == pytest.approx((0.125 + 1.5) / 2)
    assert penalty.weight == 3.0


def test_excess_by_hand():
    # both features read half the first signal; wanted are 1 and 1
    penalty = RegressorPenalty(Codec(PAIR, PhysicalFeatures(1), Compose([])), weighing(5.0, 0.0))
    penalty.excess = True
    wanted = torch.tensor([[1.0], [1.0]])
    real = torch.tensor([[6.0, 0.0], [2.0, 0.0]])  # 2 and 0 off: mean square 2
    fake = torch.tensor([[10.0, 0.0], [2.0, 0.0]])  # 4 and 0 off: mean square 8
    assert penalty(fake, Batch(real, wanted, wanted)).item() == pytest.approx(math.log(4))
    assert penalty(real, Batch(fake, wanted, wanted)).item() == 0.0


def test_gradients_reach_the_events_and_not_the_regressor():
    penalty = RegressorPenalty(regressor().codec, regressor())
    fake = torch.rand(4, 2, requires_grad=True)
    penalty(fake, Batch(torch.rand(4, 2), torch.rand(4, 1), torch.rand(4, 1))).backward()
    assert fake.grad.any()
    assert not any(weight.requires_grad for weight in penalty.parameters())


def test_files_come_and_go(tmp_path):
    path = tmp_path / "made.safetensors"
    before = regressor(components.TOY, [LogScale(2.0)])
    digest = save_regressor(path, before)
    after = load_regressor(path, digest)
    cells, conditions = torch.rand(3, 21), torch.rand(3, 3)
    assert torch.equal(after(cells, conditions), before(cells, conditions))
    assert after.codec.detector == components.TOY
    with pytest.raises(ExistsError):
        save_regressor(path, before)
    assert save_regressor(path, before, overwrite=True) == digest


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "made.safetensors"
    with pytest.raises(FileError, match="no such file; `cloudburst regress` makes"):
        load_regressor(path)
    save_regressor(path, regressor())
    with pytest.raises(FileError, match="not the regressor that is asked for: its sha256 is"):
        load_regressor(path, "0" * 64)
    for change, reason in [(path.read_bytes()[:200], "damaged"), (b"", "damaged")]:
        path.write_bytes(change)
        with pytest.raises(FormatError, match=reason):
            load_regressor(path)
    save_file({"w": torch.zeros(2)}, path)
    with pytest.raises(FormatError, match="holds no regressor"):
        load_regressor(path)
    save_file({}, path, {"cloudburst-regressor-1": "{}"})
    with pytest.raises(FormatError, match="not the description of a regressor"):
        load_regressor(path)


def test_untrusted_classes_are_refused(tmp_path):
    path = tmp_path / "made.safetensors"
    text = '{"detector": %s, "features": {"class": "os:system"}, "transform": {}, "network": {}}'
    detector = (
        '{"name": "d", "conditions": [{"name": "a", "unit": "", "low": 0, "high": 1}], '
        '"readouts": [{"name": "x", "axes": [], "unit": ""}]}'
    )
    save_file({}, path, {"cloudburst-regressor-1": text % detector})
    with pytest.raises(FormatError, match="'os:system' is not part of cloudburst"):
        load_regressor(path)


def test_another_detector_is_refused(tmp_path):
    path = tmp_path / "made.safetensors"
    save_regressor(path, regressor())
    wider = dataclasses.replace(PAIR, name="wider", conditions=(Condition("a", "GeV", 0, 10),))
    codec = Codec(wider, PhysicalFeatures(1), Compose([]))
    with pytest.raises(SpecError, match="of 'pair', which are not those of 'wider'"):
        RegressorPenalty.for_codec(codec, str(path))


@pytest.fixture
def showers(shared_data, tmp_path):
    """A few hundred electrons, in our layout."""
    path = tmp_path / "electrons.h5"
    storage.write(path, read_events(shared_data("lhcb_ecal_electron.h5"), slice(300))[0], {})
    return path


def test_the_whole_way(showers, tmp_path):
    file = tmp_path / "regressor.safetensors"
    made = regress(str(showers), file, steps=12, batch=32)
    assert made.names == ("px", "py", "pz", "x", "y", "log pz")
    assert regress(str(showers), tmp_path / "again", steps=12, batch=32) == made
    settings = [
        "training.steps=2",
        "training.batch=8",
        "training.validate_every=2",
        "training.log_every=1",
        f"data.file={showers}",
    ]
    told = (
        f'objective.penalties=[{{class="cloudburst.objectives:RegressorPenalty", '
        f'file="{file}", sha256="{made.sha256}"}}]'
    )
    train(load_recipe("lhcb-ecal", [*settings, told]), tmp_path / "run")
    train(load_recipe("lhcb-ecal-told", settings), tmp_path / "told")
    for run in ("run", "told"):
        surrogate = Surrogate.load(tmp_path / run)
        events = surrogate.sample(read_events(showers, slice(5))[0].conditions)
        assert events.readouts["cells"].shape == (5, 30, 30)


def test_the_verb(showers, cloudburst):
    order = ("regress", showers, "regressor.safetensors", "--steps", "1")
    assert "no condition 'p'" in cloudburst.refused(*order, "--mirror", "x=p")
    told = cloudburst.done(*order, "--mirror", "x=px, x", "--mirror", "y=py,y")
    assert "sha256" in told
    assert "px: error" in told
    assert "exists" in cloudburst.refused("regress", showers, "regressor.safetensors")
    assert "900 values" in cloudburst.refused(
        "regress", "sample:calogan-eplus", "r", "--steps", "1"
    )
