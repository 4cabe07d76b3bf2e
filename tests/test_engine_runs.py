"""Runs: events block by block on several threads, and where memory does not suffice."""

import itertools
import time
import warnings

import numpy as np
import pytest
import torch

import components
from cloudburst import noise
from cloudburst.engines import Run
from cloudburst.engines.eager import Eager
from cloudburst.engines.tiles import blocks
from cloudburst.errors import DataError
from cloudburst.surrogate import Surrogate
from components import GENERATORS, TOY


@pytest.fixture(scope="module")
def toy():
    codec = components.toy_codec()
    return Surrogate(codec, GENERATORS["ChainGenerator"](codec), {"made": "up"})


def conditions_of(surrogate, n, seed=1):
    return surrogate.detector.draw_conditions(n, np.random.default_rng(seed))


def test_blocks_cover_a_run_and_are_aligned():
    assert blocks(0, 64, (64,)) == [(0, 64)]
    assert blocks(63, 2, (64, 256)) == [(0, 64), (64, 64)]
    for first, n in ((0, 1), (5, 1000), (10**15 + 7, 333)):
        made = blocks(first, n, (64, 128, 256))
        assert made[0][0] <= first
        assert made[-1][0] + made[-1][1] >= first + n
        assert all(start % 64 == 0 for start, _ in made)
        assert all(a + size == b for (a, size), (b, _) in itertools.pairwise(made))


class Small(Eager):
    """An engine whose memory holds only so many events."""

    def __init__(self, most):
        super().__init__()
        self.name, self.most, self.asked = f"small-{most}", most, []

    def start(self, task, workers):
        def run(z, conditions):
            self.asked.append(len(z))
            if len(z) > self.most:
                raise torch.OutOfMemoryError("out of memory")
            return task.module(z, conditions)

        return run

    def workers(self, module, threads):
        return 1


def test_a_batch_that_does_not_fit_is_halved_and_said_so(toy):
    conditions = conditions_of(toy, 1000)
    wanted = toy.sample(conditions, 3)
    engine = Small(64)
    with pytest.warns(RuntimeWarning, match="out of memory; going on with") as said:
        made = toy.sample(conditions, 3, first=0, batch=1000, engine=engine)
    assert made.flat().tobytes() == wanted.flat().tobytes()
    counts = [str(w.message).partition("with ")[2] for w in said]
    assert counts == ["128 events at once", "64 events at once"]
    # once it is known, blocks of a batch that is asked for later fit at once
    assert engine.asked[:3] == [256, 128, 64]
    assert max(engine.asked[-4:]) == 64


def test_no_memory_for_the_smallest_block_is_an_error(toy):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(DataError, match="no memory for 64 events at once"):
            toy.sample(conditions_of(toy, 300), engine=Small(1))


def run_of(toy, program, workers=2):
    shapes = {r.name: r.shape for r in TOY.readouts}
    device = torch.device("cpu")
    return Run(program, (64,), workers, noise.source(1), 0, (27,), shapes, device)


def test_nothing_of_a_run_goes_on_after_it(toy):
    module, made = toy._task().module, []

    def slow(*given):
        time.sleep(0.05)
        made.append(len(given[0]))
        return module(*given)

    with run_of(toy, slow) as run:
        run.submit(conditions_of(toy, 64 * 20), 0)
        while not made:
            time.sleep(0.01)
    left = len(made)
    assert 0 < left < 20
    time.sleep(0.2)
    assert len(made) == left


def test_runs_share_their_threads(toy):
    pools = []
    for _ in range(3):
        with run_of(toy, toy._task().module) as run:
            assert len(run.submit(conditions_of(toy, 130), 0).result()["front"]) == 130
        pools.append(run._pool)
    assert pools[0] is pools[1] is pools[2]
