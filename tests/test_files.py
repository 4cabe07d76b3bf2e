"""Files and folders appear whole or not at all, whatever happens meanwhile."""

import errno
import os
import stat
from pathlib import Path

import pytest

from cloudburst import files
from cloudburst.errors import ExistsError, FileError
from cloudburst.files import (
    atomic_file,
    atomic_folder,
    check_destination,
    refuse_existing,
    sha256,
    write_text,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fill_file(temporary):
    temporary.write_text("new")


def fill_folder(temporary):
    (temporary / "deep").mkdir()
    (temporary / "deep" / "inner").write_text("new")


def content(path):
    return (path / "deep" / "inner" if path.is_dir() else path).read_text()


def make(atomic, path, *steps, overwrite=False):
    with atomic(path, overwrite) as temporary:
        for step in steps:
            step(temporary)


KINDS = pytest.mark.parametrize(
    ("atomic", "fill"), [(atomic_file, fill_file), (atomic_folder, fill_folder)]
)


@KINDS
def test_nothing_is_there_before_the_end(tmp_path, atomic, fill):
    path = tmp_path / "out"
    with atomic(path) as temporary:
        fill(temporary)
        assert not path.exists()
        assert temporary.parent == path.parent
        assert temporary.name.startswith(".out.")
    assert content(path) == "new"
    assert names(tmp_path) == ["out"]


@KINDS
def test_folders_on_the_way_are_made(tmp_path, atomic, fill):
    with atomic(tmp_path / "a" / "b" / "out") as temporary:
        fill(temporary)
    assert content(tmp_path / "a" / "b" / "out") == "new"


@KINDS
def test_a_relative_name_is_in_the_current_folder(tmp_path, monkeypatch, atomic, fill):
    monkeypatch.chdir(tmp_path)
    with atomic("out") as temporary:
        fill(temporary)
    assert content(tmp_path / "out") == "new"


@KINDS
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, FileError])
@pytest.mark.parametrize("overwrite", [False, True])
def test_an_error_leaves_nothing(tmp_path, atomic, fill, error, overwrite):
    path = tmp_path / "out"
    if overwrite:
        path.write_text("old")

    def fail(temporary):
        raise error("meanwhile")

    with pytest.raises(error, match="meanwhile"):
        make(atomic, path, fill, fail, overwrite=overwrite)
    assert names(tmp_path) == (["out"] if overwrite else [])
    assert not overwrite or path.read_text() == "old"


@KINDS
def test_what_exists_is_kept(tmp_path, atomic, fill):
    path = tmp_path / "out"
    path.write_text("old")
    with pytest.raises(ExistsError, match=r"out already exists; .* --overwrite"), atomic(path):
        pytest.fail("the block must not run")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["out"]


@KINDS
def test_what_exists_is_replaced_if_asked(tmp_path, atomic, fill):
    path = tmp_path / "out"
    for _ in range(2):
        with atomic(path, overwrite=True) as temporary:
            fill(temporary)
    assert content(path) == "new"
    assert names(tmp_path) == ["out"]


@KINDS
def test_what_appears_meanwhile_is_kept(tmp_path, atomic, fill):
    path = tmp_path / "out"

    def overtake(temporary):
        path.mkdir()
        (path / "other").write_text("theirs")

    with pytest.raises(ExistsError, match="out"):
        make(atomic, path, fill, overtake)
    assert (path / "other").read_text() == "theirs"
    assert names(tmp_path) == ["out"]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path):
    path = tmp_path / "out"
    with pytest.raises(ExistsError, match="made by another program"):
        make(atomic_file, path, fill_file, lambda _: path.write_text("theirs"))
    assert path.read_text() == "theirs"
    assert names(tmp_path) == ["out"]


def test_a_file_replaces_no_folder(tmp_path):
    (tmp_path / "out" / "old").mkdir(parents=True)
    with pytest.raises(FileError, match=r"out: cannot be written \(Is a directory\)"):
        write_text(tmp_path / "out", "new", overwrite=True)
    assert names(tmp_path / "out") == ["old"]
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("target", ["missing", "kept"])
@KINDS
def test_a_link_is_replaced_and_what_it_names_is_kept(tmp_path, atomic, fill, target):
    (tmp_path / "kept").mkdir()
    (tmp_path / "out").symlink_to(target)
    refused = pytest.raises(ExistsError)
    with refused, atomic(tmp_path / "out"):
        pytest.fail("the block must not run")
    with atomic(tmp_path / "out", overwrite=True) as temporary:
        fill(temporary)
    assert content(tmp_path / "out") == "new"
    assert names(tmp_path) == ["kept", "out"]


def test_file_systems_without_links_work_too(tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(type(tmp_path), "hardlink_to", refuse)
    write_text(tmp_path / "out", "new")
    late = tmp_path / "late"
    with pytest.raises(ExistsError, match="late"):
        make(atomic_file, late, fill_file, lambda _: late.write_text("theirs"))
    assert names(tmp_path) == ["late", "out"]
    assert late.read_text() == "theirs"


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_permissions_are_those_of_any_new_file(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "file", "new")
        with atomic_folder(tmp_path / "folder") as temporary:
            fill_folder(temporary)
            (temporary / "private").touch(0o600)
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    folders = dict.fromkeys(("folder", "deep"), 0o777 & ~mask)
    assert found == folders | dict.fromkeys(("file", "inner", "private"), 0o666 & ~mask)


@KINDS
@pytest.mark.parametrize("overwrite", [False, True])
def test_all_is_on_the_disk_before_it_appears(tmp_path, monkeypatch, atomic, fill, overwrite):
    synced = []

    def record(handle):
        name = str(Path(f"/proc/self/fd/{handle}").readlink())
        synced.append((name, (tmp_path / "out").exists()))

    monkeypatch.setattr(files.os, "fsync", record)
    with atomic(tmp_path / "out", overwrite) as temporary:
        fill(temporary)
        written = {str(path) for path in (temporary, *temporary.rglob("*"))}
    assert {name for name, there in synced if not there} == written
    assert [name for name, there in synced if there] == [str(tmp_path)]


def test_file_systems_that_flush_no_folders_work_too(tmp_path, monkeypatch):
    fsync = os.fsync

    def refuse(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(files.os, "fsync", refuse)
    write_text(tmp_path / "file", "new")
    with atomic_folder(tmp_path / "folder") as temporary:
        fill_folder(temporary)
    assert content(tmp_path / "folder") == "new"


@KINDS
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("file/out", r"out: cannot make its folder .*not a folder"),
        ("file/deep/out", r"out: cannot make its folder .*Not a directory"),
        ("x" * 255, r"cannot be written \(File name too long\)"),
        ("x" * 300 + "/out", r"cannot make its folder .*File name too long"),
    ],
)
def test_impossible_places_are_named(tmp_path, atomic, fill, name, message):
    (tmp_path / "file").write_text("old")
    with pytest.raises(FileError, match=message), atomic(tmp_path / name):
        pytest.fail("the block must not run")
    assert names(tmp_path) == ["file"]


UNWRITABLE = """
import os, sys
from pathlib import Path
from cloudburst.errors import FileError
from cloudburst.files import atomic_file, atomic_folder
if os.getuid() == 0:
    os.setuid(65534)
for atomic in atomic_file, atomic_folder:
    for path in Path(sys.argv[1], "out"), Path(sys.argv[1], "new", "out"):
        try:
            with atomic(path):
                sys.exit("the block must not run")
        except FileError as error:
            print(error)
"""


def test_a_folder_that_may_not_be_written_is_named(tmp_path, run_python):
    tmp_path.chmod(0o755)
    (tmp_path / "locked").mkdir(0o555)
    lines = run_python(UNWRITABLE, "locked").splitlines()
    assert lines == 2 * [
        "locked/out: cannot be written (Permission denied)",
        "locked/new/out: cannot make its folder (locked/new: Permission denied)",
    ]
    assert names(tmp_path / "locked") == []


def test_errors_of_other_files_stay_what_they_are(tmp_path):
    elsewhere = tmp_path / "elsewhere" / "input"
    with pytest.raises(FileNotFoundError, match="input"), atomic_file(tmp_path / "a" / "out"):
        elsewhere.read_text()
    with pytest.raises(TimeoutError), atomic_file(tmp_path / "a" / "out"):
        raise TimeoutError("no answer")


def test_texts_are_utf_8(tmp_path):
    write_text(tmp_path / "out", "π⁺ → 50 GeV\n")
    assert (tmp_path / "out").read_bytes() == "π⁺ → 50 GeV\n".encode()


def test_golden_sha256(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(tmp_path / "abc") == expected


def test_only_what_is_there_is_refused(tmp_path):
    refuse_existing(tmp_path / "new")
    refuse_existing(tmp_path, overwrite=True)
    with pytest.raises(ExistsError, match="already exists"):
        refuse_existing(tmp_path)


def test_a_destination_is_refused_before_the_work_for_it(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for name in ("file/out", "file/deep/out", "x" * 255, "x" * 300 + "/out"):
        with pytest.raises(FileError, match=r"cannot be written \(\w+"):
            check_destination(tmp_path / name)
    with pytest.raises(ExistsError, match="already exists"):
        check_destination(tmp_path / "file")
    check_destination(tmp_path / "file", overwrite=True)
    check_destination(tmp_path / "some" / "new" / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
