"""Exports and timings that lie beside a run, as the gates see them."""

import json

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.benchmark import Timing
from cloudburst.errors import FormatError
from cloudburst.events import Events
from cloudburst.experiment import QUICK, Orders, validate_journey
from cloudburst.experiment.export import export_journey
from cloudburst.experiment.parity import export_parity
from cloudburst.experiment.speed import SPEED_FILE, keep_speed, timing_pairs
from cloudburst.surrogate import Surrogate
from cloudburst.validation.gates import GateLimits, Status, parity, speed
from components import GENERATORS, TOY, showers, toy_codec

LIMITS = GateLimits()


def surrogate() -> Surrogate:
    codec = toy_codec()
    return Surrogate(codec, GENERATORS["ChainGenerator"](codec), {"made": "up"})


def timing(milliseconds: float, batch: int = 1024) -> Timing:
    fields = dict.fromkeys(Timing._fields, 0)
    known = {"batch": batch, "device": "cpu", "threads": 1, "calls": 10}
    times = dict.fromkeys(("mean", "median", "p95"), milliseconds)
    return Timing(**{**fields, **known, **times, "error": 0.001 * milliseconds})


def test_an_export_beside_a_run_is_run_and_compared(tmp_path):
    made = surrogate()
    assert export_parity(tmp_path, made)[0] == ()
    assert "cloudburst export" in export_parity(tmp_path, made)[1]
    assert "file of events" in export_parity(None, None)[1]
    made.save(tmp_path / "surrogate")
    export_journey(tmp_path, tmp_path / "model.onnx")
    loaded = Surrogate.load(tmp_path)
    results, reason = export_parity(tmp_path, loaded)
    assert reason == ""
    assert parity(results, LIMITS).status is Status.PASSED


def test_an_export_of_other_weights_fails(tmp_path):
    made = surrogate()
    made.save(tmp_path / "surrogate")
    export_journey(tmp_path, tmp_path / "model.onnx")
    for weight in made.generator.parameters():
        weight.data *= 1.5
    gate = parity(export_parity(tmp_path, made)[0], LIMITS)
    assert gate.status is Status.FAILED
    assert gate.failed()[0].findings[0].remark == "exported from another surrogate"


def test_a_timing_is_held_against_the_one_that_was_kept(tmp_path):
    assert "--keep-speed" in timing_pairs(tmp_path, [timing(1.0)])[1]
    assert "file of events" in timing_pairs(None, [])[1]
    keep_speed(tmp_path, [timing(1.0), timing(5.0, 1)])
    same, reason = timing_pairs(tmp_path, [timing(1.05)])
    assert reason == ""
    assert speed(same, LIMITS).status is Status.PASSED
    slower = speed(timing_pairs(tmp_path, [timing(1.2)])[0], LIMITS)
    assert slower.failed()[0].findings[0].remark == "1.2 ms per event, was 1 ms"
    assert timing_pairs(tmp_path, [timing(1.0, 7)]) == (
        (),
        "the reference timing is of other batches",
    )


def test_timings_of_other_machines_say_nothing_and_damaged_ones_are_refused(tmp_path):
    keep_speed(tmp_path, [timing(1.0)])
    path = tmp_path / SPEED_FILE
    kept = json.loads(path.read_text())
    kept["machine"]["processor"] = "abacus"
    path.write_text(json.dumps(kept))
    pairs, reason = timing_pairs(tmp_path, [timing(9.0)])
    assert pairs == ()
    assert "processor abacus" in reason
    path.write_text("{}")
    with pytest.raises(FormatError, match=SPEED_FILE):
        timing_pairs(tmp_path, [timing(1.0)])


@pytest.mark.slow
def test_empty_readouts_and_constant_observables_do_not_stop_a_report(tmp_path):
    reference, candidate = showers(TOY, 90), showers(TOY, 90, seed=1)
    empty = {**candidate.readouts, "back": np.zeros_like(candidate.readouts["back"])}
    constant = {k: np.ones_like(v) for k, v in reference.readouts.items()}
    storage.write(tmp_path / "full.h5", reference, {})
    for name, cells in (("empty", empty), ("constant", constant)):
        path = tmp_path / f"{name}.h5"
        storage.write(path, Events(TOY, candidate.conditions, cells), {})
        told = validate_journey(path, tmp_path / "full.h5", tmp_path / name, Orders(effort=QUICK))
        assert not told.passes
        data = json.loads((tmp_path / name / "report.json").read_text())
        assert data["gates"][0]["gate"] == "G0"
        assert any("events" in reason for reason in data["not_measured"].values())
