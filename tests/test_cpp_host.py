"""The C++ example: built with CMake, it makes the showers that Python makes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import components
from cloudburst import noise
from cloudburst.engines.onnxruntime import session
from cloudburst.export import HOSTS, export
from cloudburst.surrogate import Surrogate
from components import GENERATORS, TOY

CPP = Path(__file__).parents[1] / "examples" / "cpp"


@pytest.fixture(scope="module")
def toy():
    codec = components.toy_codec()
    return Surrogate(codec, GENERATORS["ChainGenerator"](codec), {"made": "up"})


@pytest.fixture(scope="module")
def exported(toy, tmp_path_factory):
    return export(toy, tmp_path_factory.mktemp("export") / "toy.onnx", HOSTS["plain"])


def given(surrogate, n, seed=3):
    conditions = surrogate.detector.draw_conditions(n, np.random.default_rng(seed))
    return noise.normal(seed, 0, n, surrogate.generator.noise_shape), torch.from_numpy(conditions)


@pytest.fixture(scope="session")
def host_program(common_folder):
    """The C++ example, built; skips with the reason where it cannot be."""
    for tool in ("cmake", "c++", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"the C++ example needs {tool}")
    folder = common_folder / "cpp"
    library = CPP / "onnxruntime"
    if not (library / "include").is_dir():
        library = folder / "onnxruntime"
        fetch = [str(CPP / "get_onnxruntime.sh"), str(library)]
        fetched = run(fetch, env={"PYTHON": sys.executable})
        if fetched.returncode:
            pytest.skip(f"ONNX Runtime's headers cannot be had: {fetched.stderr.strip()[-200:]}")
    build = folder / "build"
    for command in (
        ["cmake", "-S", str(CPP), "-B", str(build), f"-DONNXRUNTIME={library}"],
        ["cmake", "--build", str(build)],
    ):
        done = run(command)
        assert done.returncode == 0, done.stdout + done.stderr
    return build / "showers"


def run(command, env=None):
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **(env or {})},
    )


@pytest.mark.slow
def test_the_cpp_example_makes_the_same_showers(host_program, toy, exported, tmp_path):
    z, conditions = given(toy, 50)
    conditions.numpy().tofile(tmp_path / "c.f32")
    z.numpy().tofile(tmp_path / "z.f32")
    files = [str(tmp_path / name) for name in ("c.f32", "z.f32", "out.f32")]
    done = run([str(host_program), str(exported.card), *files])
    assert done.returncode == 0, done.stderr
    made = np.fromfile(tmp_path / "out.f32", np.float32).reshape(50, TOY.cells)
    running = session(str(exported.graph))
    outputs = running.run(None, {"noise": z.numpy(), "conditions": conditions.numpy()})
    python = np.concatenate([o.reshape(50, -1) for o in outputs], axis=1)
    np.testing.assert_allclose(made, python, rtol=1e-5, atol=1e-5)
    timed = run([str(host_program), str(exported.card)])
    assert "batch    1: " in timed.stdout
    assert "batch  100: " in timed.stdout


@pytest.mark.slow
def test_the_cpp_example_refuses_what_python_refuses(host_program, exported, toy, tmp_path):
    z, conditions = given(toy, 3)
    conditions[1, 0] = 500.0
    conditions.numpy().tofile(tmp_path / "c.f32")
    z.numpy().tofile(tmp_path / "z.f32")
    files = [str(tmp_path / name) for name in ("c.f32", "z.f32", "out.f32")]
    done = run([str(host_program), str(exported.card), *files])
    assert (done.returncode, "energy = 500" in done.stderr) == (2, True)
    card = {**json.loads(exported.card.read_text()), "version": 9}
    (tmp_path / "old.json").write_text(json.dumps(card))
    done = run([str(host_program), str(tmp_path / "old.json")])
    assert done.returncode == 2
    assert "version 9, this program reads 1; convert it" in done.stderr
