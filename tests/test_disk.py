"""Disks that fill up, killed programs, several writers at once, and more than memory holds."""

import json
import signal
import subprocess

import numpy as np
import pytest

from cloudburst import storage
from cloudburst.errors import FileError
from cloudburst.formats import CaloGANFormat
from cloudburst.storage import Writer, read
from strategies import assert_same

FULL = "no space left on the disk; nothing was written, free some space or choose another folder"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# Writes the same output under ever larger limits to the size of files.
LIMITED = """
import json, resource, sys
from pathlib import Path
from cloudburst import storage
from cloudburst.errors import FileError
from cloudburst.files import atomic_folder, write_text
from cloudburst.formats import CaloGANFormat

def write_folder(path, overwrite):
    with atomic_folder(path, overwrite) as temporary:
        for i in range(3):
            (temporary / str(i)).write_bytes(bytes((i + 1) * 1000))

def write_plain(path, overwrite):
    with storage.Writer(path, events.detector, {}, overwrite, compress=False) as writer:
        for start in range(0, 300, 70):
            writer.append(events[start : start + 70])

events = storage.read(Path(sys.argv[1]), slice(0, 300))
write = {
    "text": lambda path, overwrite: write_text(path, 3000 * "x", overwrite),
    "folder": write_folder,
    "plain": write_plain,
    "ours": lambda path, overwrite: storage.write(path, events, {}, overwrite),
    "published": lambda path, overwrite: CaloGANFormat().write(path, events, overwrite),
}[sys.argv[2]]
whole = int(sys.argv[3])
path = Path("out")
folder, results = Path(), []
for limit in sorted({0, 1, 100, 2000, *range(0, whole, whole // 20 + 1), whole - 1, whole}):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write(path, path.exists())
        message = ""
    except FileError as error:
        message = str(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, 2 * (resource.RLIM_INFINITY,))
    results.append([limit, message, sorted(p.name for p in folder.iterdir())])
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def whole_size(tmp_path_factory, geant4):
    """The size of the largest file of each output that `LIMITED` writes."""
    folder = tmp_path_factory.mktemp("whole")
    storage.write(folder / "ours", geant4, {})
    CaloGANFormat().write(folder / "published", geant4)
    with Writer(folder / "plain", geant4.detector, {}, compress=False) as writer:
        writer.append(geant4)
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    return sizes | {"text": 3000, "folder": 3000}


@pytest.mark.parametrize("output", ["text", "folder", "plain", "ours", "published"])
def test_too_large_a_file_leaves_nothing(run_python, sample_path, whole_size, output):
    whole = whole_size[output]
    results = json.loads(run_python(LIMITED, sample_path, output, whole))
    assert len(results) > 20
    for limit, message, left in results:
        assert (message, left) == (("", ["out"]) if limit >= whole else (f"out: {FULL}", []))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 1 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs more rights")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def free(disk):
    return int(subprocess.check_output(["stat", "-f", "-c", "%f", disk]))


def append_often(writer, events):
    with writer:
        for _ in range(100):
            writer.append(events)


@pytest.mark.parametrize("compress", [True, False])
def test_a_full_disk_stops_a_writer_at_once(small_disk, geant4, compress):
    before = free(small_disk)
    path = small_disk / "deep" / "out.h5"
    writer = Writer(path, geant4.detector, {}, compress=compress)
    with pytest.raises(FileError) as caught:
        append_often(writer, geant4)
    assert str(caught.value) == f"{path}: {FULL}"
    assert writer.events < 3000
    assert names(small_disk / "deep") == []
    assert free(small_disk) >= before - 1
    storage.write(path, geant4, {})
    assert len(read(path)) == 300


def test_an_old_file_survives_a_full_disk(small_disk, geant4):
    path = small_disk / "out.h5"
    storage.write(path, geant4, {"old": True})
    with pytest.raises(FileError, match="no space left"):
        storage.write(path, read(path), {"new": "x" * 1_000_000}, overwrite=True)
    with pytest.raises(FileError, match="no space left"):
        CaloGANFormat().write(path, geant4, overwrite=True)
    assert names(small_disk) == ["out.h5"]
    assert storage.read_header(path).provenance == {"old": True}
    assert len(read(path)) == 300


# Appends showers for ever, or writes a folder, and says when it has begun.
ENDLESS = """
import sys, time
from pathlib import Path
from cloudburst import storage
from cloudburst.files import atomic_folder

path, kind, overwrite = Path("out"), sys.argv[2], sys.argv[3] == "True"
events = storage.read(Path(sys.argv[1]))
if kind == "file":
    with storage.Writer(path, events.detector, {}, overwrite) as writer:
        while True:
            writer.append(events)
            print(writer.events, flush=True)
with atomic_folder(path, overwrite) as temporary:
    (temporary / "inner").write_text("new")
    print("begun", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_killed_program_leaves_no_output(
    tmp_path, start_python, sample_path, geant4, kind, overwrite
):
    path = tmp_path / "out"
    if overwrite:
        storage.write(path, geant4, {"old": True})
    process = start_python(ENDLESS, sample_path, kind, overwrite)
    for _ in range(3 if kind == "file" else 1):
        assert process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    left = [name for name in names(tmp_path) if name != "out"]
    assert all(name.startswith(".out.") for name in left)
    assert path.exists() == overwrite
    assert not overwrite or storage.read_header(path).provenance == {"old": True}
    storage.write(path, geant4, {"new": True}, overwrite)
    assert storage.read_header(path).provenance == {"new": True}


def test_an_interrupted_program_leaves_nothing(tmp_path, start_python, sample_path):
    process = start_python(ENDLESS, sample_path, "file", False)
    assert process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert process.returncode == -signal.SIGINT
    assert errors.strip().endswith("KeyboardInterrupt")
    assert names(tmp_path) == []


# Writes showers of which each cell is its number, and ends when it is told to.
NUMBERED = """
import sys
from pathlib import Path
import numpy as np
from cloudburst import storage
from cloudburst.errors import ExistsError
from cloudburst.events import Events

number, overwrite = int(sys.argv[2]), sys.argv[3] == "True"
sample = storage.read(Path(sys.argv[1]))
cells = {name: np.full_like(array, number) for name, array in sample.readouts.items()}
try:
    with storage.Writer(Path("out"), sample.detector, {"writer": number}, overwrite) as writer:
        writer.append(Events(sample.detector, sample.conditions, cells))
        print("ready", flush=True)
        sys.stdin.readline()
except ExistsError:
    print("kept")
else:
    print("written")
"""


@pytest.mark.parametrize("overwrite", [False, True])
def test_of_several_writers_one_wins(tmp_path, start_python, sample_path, overwrite):
    writers = [
        start_python(NUMBERED, sample_path, number, overwrite, stdin=subprocess.PIPE)
        for number in range(1, 5)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    results = sorted(writer.communicate()[0].strip() for writer in writers)
    assert results == (4 * ["written"] if overwrite else [*3 * ["kept"], "written"])
    assert names(tmp_path) == ["out"]
    winner = storage.read_header(tmp_path / "out").provenance["writer"]
    assert np.unique(read(tmp_path / "out").flat()).tolist() == [winner]


# Writes showers again and again, reads them in batches, and tells the most memory it took.
MANY = """
import resource, sys
from pathlib import Path
from cloudburst import storage

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def append(writer, n):
    for _ in range(n // len(events)):
        writer.append(events)

source, total, compress = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "True"
events = storage.read(source)
with storage.Writer(Path("out"), events.detector, {}, compress=compress) as writer:
    append(writer, 5000)
    before = peak()
    append(writer, total - 5000)
    written = peak() - before
count = sum(len(part) for part in storage.iterate(Path("out"), 1000))
print(count, written, peak() - before)
"""


def grown_memory(run_python, sample_path, total, compress):
    """MiB of memory that writing and then reading many showers takes beyond 5,000 of them."""
    count, written, read_too = map(int, run_python(MANY, sample_path, total, compress).split())
    assert count == total
    return written, read_too


@pytest.mark.parametrize("compress", [False, True])
def test_memory_does_not_grow_with_the_showers(run_python, sample_path, compress):
    # 50,000 showers are 97 MiB
    written, read_too = grown_memory(run_python, sample_path, 50_000, compress)
    assert written < 4
    assert read_too < 16


@pytest.mark.slow
def test_a_million_showers_take_no_more_memory(tmp_path, run_python, sample_path):
    # 1,000,000 showers are 1,934 MiB
    written, read_too = grown_memory(run_python, sample_path, 1_000_000, True)
    assert written < 4
    assert read_too < 16
    assert_same(read(tmp_path / "out", slice(-1000, None)), read(sample_path))
