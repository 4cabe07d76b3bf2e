"""Jobs, shards and manifests with real worker processes."""

import json
import subprocess

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.errors import ConditionError, ExistsError, FileError, FormatError, SimulationError
from cloudburst.production import Job, LocalExecutor, Manifest, merge, verify
from cloudburst.simulators.conditions import draw
from productions import TESTS, left_over, maker, run, shards, times, toy_job
from simulators_toy import TOY, ToySimulator


@pytest.fixture(autouse=True)
def findable(monkeypatch):
    """Worker processes find the toy simulators."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))


def silent(*_):
    pass


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The folder of a toy job that two workers made."""
    folder = tmp_path_factory.mktemp("whole") / "job"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(TESTS))
        run(toy_job(), folder)
    return folder


@pytest.fixture
def copied(whole, tmp_path):
    """A copy of it to be damaged."""
    folder = tmp_path / "job"
    subprocess.run(["cp", "-a", whole, folder], check=True)
    return folder


def test_a_job_is_cut_into_shards_and_its_events_are_the_simulators(whole):
    assert sorted(shards(whole)) == [f"shard-{i:06d}.h5" for i in range(7)]
    events = [storage.read(path) for path in sorted(whole.glob("*.h5"))]
    assert [len(part) for part in events] == [16] * 6 + [4]
    conditions = draw(TOY, 3, 0, 100, {})
    alone = ToySimulator()(conditions, 3)
    assert (np.concatenate([part.conditions for part in events]) == conditions).all()
    assert (np.concatenate([part.flat() for part in events]) == alone.flat()).all()


def test_shards_say_where_they_come_from(whole):
    told = storage.read_header(whole / "shard-000002.h5").provenance
    assert (told["simulator"], told["seed"], told["shard"], told["first_event"]) == (
        "toy",
        3,
        2,
        32,
    )
    assert told["job"] == toy_job().digest()
    assert "cloudburst" in told


def test_the_bytes_do_not_depend_on_the_number_of_workers(whole, tmp_path):
    run(toy_job(), tmp_path / "job", 1)
    assert shards(tmp_path / "job") == shards(whole)


def test_a_finished_job_is_not_repeated(copied):
    before = times(copied)
    stages = []
    manifest = run(toy_job(), copied, told=lambda stage, *_: stages.append(stage))
    assert (manifest.events, times(copied)) == (100, before)
    assert set(stages) == {"checking"}


def test_what_is_finished_and_not_written_down_is_not_repeated(copied):
    data = json.loads((copied / "manifest.json").read_text())
    known = data["shards"]
    data["shards"] = [known[3]]
    (copied / "manifest.json").write_text(json.dumps(data))
    before = times(copied)
    manifest = run(toy_job(), copied)
    assert times(copied) == before
    assert [r.sha256 for _, r in sorted(manifest.records.items())] == [s["sha256"] for s in known]


def test_the_manifest_holds_job_counts_sizes_and_checksums(whole):
    manifest = Manifest.load(whole)
    assert manifest.job.identity() == toy_job().identity()
    assert not manifest.missing
    assert manifest.events == 100
    assert manifest.cpu_ms_per_event > 0
    for record in manifest.records.values():
        path = whole / manifest.job.shard(record.number).name
        command = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True)
        assert command.stdout.split()[0] == record.sha256
        assert path.stat().st_size == record.bytes


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_damaged_shards_are_found_named_and_made_again(whole, copied):
    flip(copied / "shard-000001.h5")
    (copied / "shard-000003.h5").write_bytes(b"")
    (copied / "shard-000005.h5").unlink()
    (copied / "strange.h5").write_bytes(b"")
    _, lines = verify(copied, silent)
    wrong = ["strange.h5: no shard", "shard-000001.h5: damaged, its SHA-256 is not the one"]
    wrong += ["shard-000003.h5: damaged, has 0 bytes", "shard-000005.h5: no such file"]
    assert len(lines) == len(wrong)
    assert all(text in line for text, line in zip(wrong, lines, strict=True))
    with pytest.raises(FileError, match=r"shard-000001\.h5: damaged"):
        merge(Manifest.load(copied), copied.parent / "all.h5", silent)
    before, warnings = times(copied), []
    run(toy_job(), copied, warnings=warnings)
    assert len(warnings) == 3
    assert {name for name, when in times(copied).items() if before.get(name) != when} == {
        f"shard-00000{i}.h5" for i in (1, 3, 5)
    }
    (copied / "strange.h5").unlink()
    assert shards(copied) == shards(whole)
    assert verify(copied, silent)[1] == []


def test_a_shard_of_another_job_is_found(copied, tmp_path):
    run(toy_job(seed=4), tmp_path / "other")
    (copied / "shard-000002.h5").write_bytes((tmp_path / "other" / "shard-000002.h5").read_bytes())
    assert "shard-000002.h5" in verify(copied, silent)[1][0]
    data = json.loads((copied / "manifest.json").read_text())
    del data["shards"][2]
    (copied / "manifest.json").write_text(json.dumps(data))
    run(toy_job(), copied)
    assert verify(copied, silent)[1] == []


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        (toy_job(seed=4), "seed: 3, not 4"),
        (toy_job(events=99), "events: 100, not 99"),
        (toy_job(size=17), "shard_events: 16, not 17"),
        (toy_job(energy=(5, 6)), r"ranges.energy: \[1.0, 100.0\], not \[5.0, 6.0\]"),
        (Job.of(maker(share=0.5), 100, 3, 16), r"maker.settings.share: 0.9, not 0.5"),
    ],
)
def test_another_job_is_refused(whole, changed, difference):
    with pytest.raises(SimulationError, match=f"holds another job .*{difference}"):
        run(changed, whole)


def test_folders_of_something_else_are_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(ExistsError, match="not empty and holds no production"):
        run(toy_job(), tmp_path)
    with pytest.raises(FileError, match="holds no production"):
        verify(tmp_path, silent)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(FormatError, match="not the manifest of a production"):
        run(toy_job(), tmp_path)
    (tmp_path / "manifest.json").write_text('{"layout": "cloudburst-production", "version": 9}')
    with pytest.raises(FormatError, match="version 9"):
        verify(tmp_path, silent)


def test_one_program_at_a_time(tmp_path):
    def told(*_):
        with pytest.raises(SimulationError, match="another program is at work there"):
            run(toy_job(), tmp_path / "job")

    run(toy_job(events=16), tmp_path / "job", told=told)


def test_merged_events_are_those_of_the_shards(whole, tmp_path):
    assert merge(Manifest.load(whole), tmp_path / "all.h5", silent) == 100
    header, events = storage.read_header(tmp_path / "all.h5"), storage.read(tmp_path / "all.h5")
    conditions = draw(TOY, 3, 0, 100, {})
    assert (events.flat() == ToySimulator()(conditions, 3).flat()).all()
    told = header.provenance
    assert (told["simulator"], told["seed"]) == ("toy", 3)
    # GeV of an event, in the mean
    energy = told["cpu_ms_per_event"] / told["cpu_ms_per_gev"]
    assert energy == pytest.approx(conditions[:, 0].mean(), rel=1e-6)
    with pytest.raises(ExistsError):
        merge(Manifest.load(whole), tmp_path / "all.h5", silent)


def test_unfinished_jobs_are_not_merged(copied, tmp_path):
    manifest = Manifest.load(copied)
    manifest.drop(2)
    with pytest.raises(SimulationError, match="1 of 7 shards are missing"):
        merge(manifest, tmp_path / "all.h5", silent)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 192 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=192k", "none", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs more rights")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_stops_it_and_loses_nothing(small_disk, whole):
    with pytest.raises(FileError, match=r"no space left on the disk.*finished shards are kept"):
        run(toy_job(events=2000), small_disk / "job")
    assert not left_over(small_disk / "job")
    finished = times(small_disk / "job")
    assert 0 < len(finished) < 125
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    run(toy_job(events=2000), small_disk / "job")
    assert finished.items() <= times(small_disk / "job").items()
    assert verify(small_disk / "job", silent)[1] == []
    assert shards(whole)["shard-000000.h5"] != shards(small_disk / "job")["shard-000000.h5"]


def test_jobs_that_make_no_sense():
    with pytest.raises(SimulationError, match="at least one event"):
        toy_job(events=0)
    with pytest.raises(SimulationError, match="at least one worker"):
        LocalExecutor(0)
    with pytest.raises(ConditionError, match="did you mean 'energy'"):
        toy_job(enrgy=(1, 2))
    with pytest.raises(SimulationError, match="no simulator 'gfalsh'; did you mean 'gflash'"):
        toy_job("gfalsh")
    with pytest.raises(SimulationError, match="is not part of cloudburst"):
        toy_job("os:system")


def test_a_job_survives_json():
    job = toy_job(energy=(5, 6))
    assert Job.from_dict(json.loads(json.dumps(job.to_dict()))) == job
    assert Job.from_dict(json.loads(json.dumps(job.identity()))).digest() == job.digest()
    for broken in ({}, {**job.to_dict(), "events": 0}, {**job.to_dict(), "colour": "red"}):
        with pytest.raises(FormatError, match="not the description of a job"):
            Job.from_dict(broken)
