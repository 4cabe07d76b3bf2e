"""Digits of the MPD chamber as text: every version, by hand and back, and damaged files."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import DIGITS_VERSIONS, MPD_TPC
from cloudburst.errors import ConditionError, DataError, FileError, FormatError
from cloudburst.events import Events
from cloudburst.experiment import Reading, convert
from cloudburst.formats import (
    FORMATS,
    MPD_DIGITS,
    MPD_DIGITS_TABLE,
    iterate_events,
    read_events,
    recognise,
)

# version: parameters, digits, and the digits' cells by hand
V4PLUS = ("-1.371 -29.330 40.020 30.995 23 0.479", "30 39 3.792 31 40 50", [(3, 6), (4, 7)])
EXAMPLES = {
    0: ("", "40 265 30 49 279 4095.1", [(0, 0), (9, 14)]),
    2: ("14.999 16.941", "40 265 1 49 274 38930", [(0, 0), (9, 9)]),
    3: ("5 10 40.9", "41 33 2 46 47 3", [(0, 0), (5, 14)]),
    4: ("-20.0 59.99 290.4 45.19", "42 283 2 49 298 3", [(0, 0), (7, 15)]),
    6: V4PLUS,
}


def dat(parameters, digits):
    return f"params: {parameters}\n{digits}\n" if parameters else f"{digits}\n"


def csv(parameters, digits, event=0):
    words = digits.split()
    rows = [words[i : i + 3] for i in range(0, len(words), 3)]
    return "".join(",".join([str(event), *row, *parameters.split()]) + "\n" for row in rows)


NAMES = ["crossing_angle", "dip_angle", "drift_length", "pad_coordinate", "row", "pT"]


def header(n):
    return ",".join(["evtId", "ipad", "itime", "amp", *NAMES[:n]]) + "\n"


def random_events(version, n=7, seed=0):
    detector = DIGITS_VERSIONS[version].detector
    rng = np.random.default_rng(seed)
    conditions = detector.draw_conditions(n, rng)
    shape = (n, *detector.readouts[0].shape)
    images = rng.gamma(1, 300, shape) * (rng.random(shape) < 0.2) + 0.0
    images[:, 4, 5] = 5.5
    if version == 0:
        conditions[:] = images[images > 0].astype(np.float32).min()
    return Events(detector, conditions.astype(np.float32), {"pads": images.astype(np.float32)})


def same(a, b):
    assert a.detector == b.detector
    assert np.array_equal(a.conditions, b.conditions)
    assert np.array_equal(a.readouts["pads"], b.readouts["pads"])


@pytest.mark.parametrize("version", EXAMPLES)
@pytest.mark.parametrize("table", [False, True])
def test_examples_by_hand(version, table, tmp_path):
    parameters, digits, cells = EXAMPLES[version]
    path = tmp_path / ("digits.csv" if table else "digits.dat")
    event = csv(parameters, digits) if table else dat(parameters, digits)
    path.write_text(header(version) + event if table else event)
    assert recognise(path) is (MPD_DIGITS_TABLE if table else MPD_DIGITS)
    events, provenance = read_events(path)
    assert events.detector == DIGITS_VERSIONS[version].detector
    wanted = np.zeros_like(events.readouts["pads"][0])
    for cell, amplitude in zip(cells, digits.split()[2::3], strict=True):
        wanted[cell] = float(amplitude)
    assert np.array_equal(events.readouts["pads"][0], wanted)
    told = [float(word) for word in parameters.split()] or [30.0]
    np.testing.assert_allclose(events.conditions[0], told, rtol=1e-6)
    assert (provenance["digits"], provenance["digits_outside"]) == (2, 0)


@pytest.mark.parametrize("version", DIGITS_VERSIONS)
@pytest.mark.parametrize("layout", [MPD_DIGITS, MPD_DIGITS_TABLE], ids=lambda f: f.name)
def test_what_is_written_is_read(version, layout, tmp_path):
    events = random_events(version)
    path = tmp_path / "digits"
    layout.write_parts(path, [events[:3], events[3:]])
    assert recognise(path) is layout
    same(layout.read(path), events)
    same(layout.read(path, slice(2, 5)), events[2:5])
    same(Events.concatenate(list(iterate_events(path, batch=3))), events)


def test_whole_numbers_stay_whole_in_the_text(tmp_path):
    (tmp_path / "a.dat").write_text(dat(*V4PLUS[:2]))
    events = MPD_DIGITS.read(tmp_path / "a.dat")
    MPD_DIGITS.write(tmp_path / "b.dat", events)
    params, digits = (tmp_path / "b.dat").read_text().splitlines()
    assert digits == "30 39 3.79200006 31 40 50"
    assert params.split()[5] == "23"


@given(
    pad=st.floats(26, 53, width=32),
    drift=st.floats(21, 304, width=32),
    amplitude=st.floats(0.5, 4e4, width=32),
    at=st.tuples(st.integers(0, 7), st.integers(0, 15)),
)
def test_any_digit_comes_back(tmp_path_factory, pad, drift, amplitude, at):
    image = np.zeros((1, 8, 16), np.float32)
    image[(0, *at)] = amplitude
    conditions = np.array([[1.5, -3.0, drift, pad, 30, 1.0]], np.float32)
    events = Events(MPD_TPC, conditions, {"pads": image})
    for layout in (MPD_DIGITS, MPD_DIGITS_TABLE):
        path = tmp_path_factory.mktemp("digits") / "digits"
        layout.write(path, events)
        same(layout.read(path), events)


def test_published_responses_come_back(shared_data, tmp_path):
    source = shared_data("mpd_tpc.h5")
    real, _ = read_events(source)
    for layout in (MPD_DIGITS, MPD_DIGITS_TABLE):
        path = tmp_path / layout.name
        assert convert(source, path, layout.name) == 4000
        found, provenance = read_events(path)
        same(found, real)
        assert provenance["digits_outside"] == 0


def test_digits_outside_are_counted_or_refused(tmp_path):
    path = tmp_path / "digits.dat"
    path.write_text(dat(V4PLUS[0], "30 39 3 26 39 9 30 49 9") + dat(V4PLUS[0], "35 32 7"))
    events, provenance = read_events(path)
    assert (provenance["digits"], provenance["digits_outside"]) == (4, 3)
    assert events.readouts["pads"].sum() == 3
    strict = dataclasses.replace(MPD_DIGITS, strict=True)
    message = (
        "3 of 4 digits are outside the window of 8 x 16, first that of pad 26 and time bin 39"
    )
    with pytest.raises(FormatError, match=message):
        strict.read(path)
    with pytest.raises(FormatError, match=message):
        convert(path, tmp_path / "ours.h5", reading=Reading(strict=True))
    assert convert(path, tmp_path / "ours.h5") == 2
    with pytest.raises(FormatError, match="only digits of the MPD chamber are read strictly"):
        Reading(strict=True).of(tmp_path / "ours.h5")
    path.write_text(dat(*V4PLUS[:2]))
    assert len(strict.read(path)) == 1


def test_events_without_digits(tmp_path):
    events = random_events(4)
    events.readouts["pads"][2] = 0
    MPD_DIGITS.write(tmp_path / "digits.dat", events)
    same(MPD_DIGITS.read(tmp_path / "digits.dat"), events)
    with pytest.raises(DataError, match="event 2 has no digits, and a table no row for it"):
        MPD_DIGITS_TABLE.write(tmp_path / "digits.csv", events)
    assert not (tmp_path / "digits.csv").exists()


GOOD = dat(*V4PLUS[:2])
DAMAGED_DAT = {
    GOOD + "params: 1 2 40 30 23 0.4\n": "3 lines, but each event has two.*last event is cut off",
    GOOD + dat(V4PLUS[0], "30 39"): "line 4: 2 numbers, but a digit has three; cut off",
    GOOD + dat("1 2 40 30", "30 39 1"): "line 3: 4 parameters, where the first event has 6",
    dat("1 2 40 30 23", "30 39 1"): "5 parameters an event; known are 0, 2, 3, 4, 6",
    GOOD + "30 39 1\n30 39 1\n": "line 3: no parameters of event 1",
    GOOD + dat(V4PLUS[0], "30 39 x"): "line 4: not a number",
    dat("1 2 40 30 23 fast", "30 39 1"): "line 1: not a number",
    dat(V4PLUS[0], "30 39 1 30 39 2"): "two digits in one time bin",
}
DAMAGED_CSV = {
    "evtId,ipad,itime,amp,dip_angle\n": "columns are",
    header(2) + "0,40,265,1,5\n": "line 2: 5 of 6 columns; cut off",
    header(2) + "0,40,265,1,5,16\n0,41,265,1,6,16\n": "line 3: other parameters",
    header(0) + "0,40,265,1\n1,40,265,1\n0,41,265,1\n": "rows of an event are not together",
    header(0) + "0,40,265,one\n": "line 2: not a number",
}


@pytest.mark.parametrize("text", DAMAGED_DAT, ids=DAMAGED_DAT.values())
def test_damaged_lines_are_named(text, tmp_path):
    path = tmp_path / "digits.dat"
    path.write_text(text)
    with pytest.raises(FormatError, match=DAMAGED_DAT[text]):
        MPD_DIGITS.read(path)


@pytest.mark.parametrize("text", DAMAGED_CSV, ids=DAMAGED_CSV.values())
def test_damaged_tables_are_named(text, tmp_path):
    path = tmp_path / "digits.csv"
    path.write_text(text)
    with pytest.raises(FormatError, match=DAMAGED_CSV[text]):
        MPD_DIGITS_TABLE.read(path)


def test_files_that_hold_nothing_of_use(tmp_path):
    path = tmp_path / "digits"
    for layout, text in ((MPD_DIGITS, ""), (MPD_DIGITS_TABLE, header(6))):
        path.write_text(text)
        with pytest.raises(DataError, match="no events"):
            layout.read(path)
    path.write_bytes(b"\xff\xfe\x00")
    for layout in (MPD_DIGITS, MPD_DIGITS_TABLE):
        assert not layout.recognises(path)
        assert not layout.recognises(tmp_path)
        with pytest.raises(FormatError, match="not a text file of digits"):
            layout.read(path)
        with pytest.raises(FileError, match="No such file"):
            layout.read(tmp_path / "missing")


def test_senseless_numbers_are_refused(tmp_path):
    path = tmp_path / "digits.dat"
    path.write_text(dat(V4PLUS[0], "30 39 -4"))
    with pytest.raises(DataError, match=r"digits.dat: .*pads"):
        MPD_DIGITS.read(path)
    for digits in ("30 39 nan", "inf 39 1", "30 -1e300 1"):
        path.write_text(dat(V4PLUS[0], digits))
        with pytest.raises(FormatError, match="line 2: numbers must be finite and below 1e"):
            MPD_DIGITS.read(path)
    path.write_text(dat(V4PLUS[0], "30.5 39 1"))
    with pytest.raises(FormatError, match=r"pad 30.5 and time bin 39 of event 0 are no whole"):
        MPD_DIGITS.read(path)
    path.write_text(dat("90 0 40 30 23 0.4", "30 39 1"))
    with pytest.raises(ConditionError, match="crossing_angle"):
        MPD_DIGITS.read(path)


def test_other_detectors_are_not_written(tmp_path, geant4):
    with pytest.raises(DataError, match=r"digits are written of mpd_tpc_v1, .* not of 'calogan'"):
        MPD_DIGITS.write(tmp_path / "digits.dat", geant4)
    assert {"mpd-digits", "mpd-digits-csv"} <= FORMATS.keys()


@given(
    st.lists(st.sampled_from(["params:", "30", "39", "1.5", "\n", "x", "", "-", "1e400", "nan"]))
)
def test_any_text_is_read_or_refused_with_our_error(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("digits") / "digits"
    path.write_text(" ".join(words))
    for layout in (MPD_DIGITS, MPD_DIGITS_TABLE):
        try:
            layout.read(path)
        except (DataError, FileError):
            continue
