"""Students of flows, and the folders that their teachers are read from."""

import pytest
import torch

from cloudburst.errors import CloudburstError, FileError, SpecError
from cloudburst.files import sha256
from cloudburst.generators import LatentGenerator, StagedGenerator, VelocityGenerator
from cloudburst.objectives import Distillation, load_teacher
from cloudburst.streams import Stream
from cloudburst.surrogate import Surrogate
from components import showers, toy_codec

EVENTS = showers()
CODEC = toy_codec(EVENTS)
BATCH = CODEC.encode(EVENTS)


@pytest.fixture(scope="module")
def flow():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return VelocityGenerator.for_data(CODEC, BATCH, 16, 1, steps=4)


@pytest.fixture(scope="module")
def folder(flow, tmp_path_factory):
    path = tmp_path_factory.mktemp("teacher") / "surrogate"
    Surrogate(CODEC, flow, {}).save(path)
    return path


def student(stages=2):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        return StagedGenerator.for_data(CODEC, BATCH, stages, [64])


def lesson(folder, generator, codec=CODEC, lessons=500, **options):
    digest = sha256(folder / "weights.safetensors")
    return Distillation.for_data(
        codec, BATCH, generator, str(folder), digest, lessons=lessons, **options
    )


def test_a_teacher_is_read_as_it_was_saved(flow, folder):
    teacher = load_teacher(folder, sha256(folder / "weights.safetensors"))
    z = torch.randn(3, *flow.noise_shape, generator=torch.Generator().manual_seed(0))
    assert torch.equal(teacher.generator(z, BATCH.c[:3]), flow(z, BATCH.c[:3]))
    assert not any(weight.requires_grad for weight in teacher.parameters())


def test_lessons_are_states_of_the_teacher_and_the_same_each_time(flow, folder):
    made, again = (lesson(folder, student(), steps=4) for _ in range(2))
    assert torch.equal(made.y, again.y)
    states = flow.states(made.z[:5], made.c[:5], 2)
    torch.testing.assert_close(made.y[:5], torch.stack(states, dim=1))
    assert not any(name in made.state_dict() for name in ("z", "c", "y"))


def test_a_student_that_goes_where_the_teacher_goes_has_no_loss(flow, folder):
    copy = student(1)
    made = lesson(folder, copy, steps=4)
    made.y = torch.stack(copy.states(made.z, made.c), dim=1).detach()
    assert float(made.loss("generator", BATCH, Stream(0)).detach()) < 1e-10


def test_a_student_learns(flow, folder):
    taught = student()
    objective = lesson(folder, taught, lessons=2000)
    optimizer = torch.optim.Adam(taught.parameters(), 3e-3)
    losses = []
    for step in range(200):
        loss = objective.loss("generator", BATCH, Stream(step))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]


def test_another_hash_is_refused(folder):
    with pytest.raises(FileError, match="its sha256 is"):
        load_teacher(folder, "0" * 64)


def test_a_missing_teacher_is_named(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        load_teacher(tmp_path, "0" * 64)


def test_a_damaged_teacher_is_refused(folder, tmp_path):
    (tmp_path / "surrogate.json").write_text((folder / "surrogate.json").read_text())
    (tmp_path / "weights.safetensors").write_bytes(b"damaged")
    with pytest.raises(CloudburstError, match=r"weights\.safetensors"):
        load_teacher(tmp_path, sha256(tmp_path / "weights.safetensors"))


def test_a_teacher_of_another_codec_is_refused(folder):
    other = toy_codec(showers(seed=1))
    with pytest.raises(SpecError, match="another codec"):
        lesson(folder, student(), codec=other)


def test_a_teacher_that_is_no_flow_is_refused(tmp_path):
    Surrogate(CODEC, LatentGenerator.for_codec(CODEC, 4, [8]), {}).save(tmp_path / "s")
    with pytest.raises(SpecError, match="no flow to learn from"):
        lesson(tmp_path / "s", student())


def test_steps_must_be_parted_evenly_into_stages(folder):
    with pytest.raises(SpecError, match="5 steps cannot be parted into 2 stages"):
        lesson(folder, student(), steps=5)
