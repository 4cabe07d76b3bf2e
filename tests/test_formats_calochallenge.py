"""The layout of the CaloChallenge: any binning, there and back."""

import math

import h5py
import numpy as np
import pytest

from cloudburst import storage
from cloudburst.detectors import (
    CALOCHALLENGE_1_PHOTONS,
    CALOCHALLENGE_2,
    CALOGAN,
    PolarLayer,
    is_polar,
    polar_detector,
)
from cloudburst.detectors.binning_xml import read_binning, write_binning
from cloudburst.errors import ConditionError, DataError, FormatError
from cloudburst.events import Events
from cloudburst.experiment import Reading, convert
from cloudburst.formats import FORMATS, CaloChallengeFormat, read_events, read_header, recognise
from strategies import assert_same

LAYERS = [PolarLayer(0, (0, 5, 10, 20), 1), PolarLayer(2, (0, 4, 8), 4)]
DISC = polar_detector("disc", LAYERS, (256, 4194304))


def write(path, showers, energies):
    with h5py.File(path, "w") as file:
        file["showers"] = np.asarray(showers)
        file["incident_energies"] = np.asarray(energies, np.float64).reshape(-1, 1)
    return path


@pytest.fixture
def disc(tmp_path):
    """Three showers whose cells are numbered."""
    return write(tmp_path / "disc.h5", np.arange(33.0).reshape(3, 11), [256, 1000, 4e6])


def test_cells_run_over_rings_then_sectors_then_layers(disc):
    found = CaloChallengeFormat(DISC).read(disc)
    assert np.array_equal(found.condition("energy"), np.float32([256, 1000, 4e6]))
    assert found.readouts["layer_0"][1].tolist() == [[11, 12, 13]]
    assert found.readouts["layer_2"][1].tolist() == [[14, 15], [16, 17], [18, 19], [20, 21]]


def test_sectors_that_begin_elsewhere_are_moved_around(disc, tmp_path):
    turned = CaloChallengeFormat(DISC, alpha_start=0.0)
    found = turned.read(disc)
    # the file's first quarter, 0 to 90 degrees, is the third from -180 degrees on
    assert found.readouts["layer_2"][0].tolist() == [[7, 8], [9, 10], [3, 4], [5, 6]]
    assert found.readouts["layer_0"][0].tolist() == [[0, 1, 2]]
    turned.write(tmp_path / "back.h5", found)
    assert np.array_equal(h5py.File(tmp_path / "back.h5")["showers"], h5py.File(disc)["showers"])
    with pytest.raises(DataError, match=r"none begins at 0\.1 rad"):
        CaloChallengeFormat(DISC, alpha_start=0.1).read(disc)


def test_energies_are_divided_and_cut_as_asked(disc):
    cut = polar_detector("disc", LAYERS, (256, 4194304), threshold=10.0)
    found = CaloChallengeFormat(cut, sampling_fraction=0.5).read(disc).flat()
    plain = 2 * np.arange(33.0).reshape(3, 11)
    assert np.array_equal(found, np.where(plain >= 10, plain, 0))
    kept = CaloChallengeFormat(DISC).read(disc).flat()
    assert np.array_equal(kept, plain / 2)


def test_real_showers_come_and_go_unchanged(shared_data, tmp_path):
    path = shared_data("calochallenge2_electron.h5")
    layout = recognise(path)
    assert layout is FORMATS["calochallenge"]
    header = read_header(path)
    assert (header.detector.name, header.events) == ("calochallenge2", 820)
    assert {readout.threshold for readout in header.detector.readouts} == {0.0}
    found, provenance = read_events(path)
    assert provenance == {"file": path.name, "layout": "calochallenge"}
    layout.write(tmp_path / "back.h5", found)
    with h5py.File(path) as before, h5py.File(tmp_path / "back.h5") as after:
        for name in ("incident_energies", "showers"):
            assert np.array_equal(before[name], after[name])


def test_the_command_reads_what_a_file_does_not_say(cloudburst, shared_data, tmp_path):
    with h5py.File(shared_data("calochallenge2_electron.h5")) as file:
        path = write(tmp_path / "few.h5", file["showers"][:40], file["incident_energies"][:40])
    words = "--sampling-fraction 0.033 --threshold 0.01515 --alpha-start 0 --energies 1000:100000"
    cloudburst.done("convert", path, "ours.h5", *words.split())
    found, provenance = read_events(tmp_path / "ours.h5")
    assert found.detector.conditions[0].high == 100_000
    assert provenance["sampling_fraction"] == 0.033
    with h5py.File(path) as file:
        cells = file["showers"][:] / np.float32(0.033)
    cells = np.roll(cells.reshape(-1, 45, 16, 9), 8, axis=2).reshape(len(cells), -1)
    assert np.array_equal(found.flat(), np.where(cells >= np.float32(0.01515), cells, 0))
    flat = ("--to", "calochallenge", "--write-binning", "b.xml")
    cloudburst.done("convert", "ours.h5", "theirs.h5", *flat)
    assert (
        read_binning(tmp_path / "b.xml")[44].r_edges == CALOCHALLENGE_2.readouts[44].axes[1].edges
    )
    cloudburst.done("convert", "theirs.h5", "again.h5", "--binning", "b.xml")
    assert np.array_equal(read_events(tmp_path / "again.h5")[0].flat(), found.flat())


def test_published_binnings_carry_their_thresholds(tmp_path):
    showers = np.tile(np.linspace(0.5, 1.5, 368), (4, 1))
    path = write(tmp_path / "photons.h5", showers, [256, 512, 1024, 4194304])
    layout = Reading(binning="calochallenge1-photons").of(path)
    assert layout.detector == CALOCHALLENGE_1_PHOTONS
    found = layout.read(path).flat()
    assert np.array_equal(found > 0, np.float32(showers) >= 1)
    assert np.array_equal(read_events(path)[0].flat(), np.float32(showers))


def test_other_binnings_need_their_file(tmp_path, disc):
    with pytest.raises(
        FormatError, match="showers of 11 cells fit none of the published binnings"
    ):
        read_events(disc)
    write_binning(tmp_path / "disc.xml", LAYERS, "electron", 11)
    assert convert(disc, tmp_path / "ours.h5", reading=Reading(binning=str(tmp_path / "disc.xml")))
    found = read_events(tmp_path / "ours.h5")[0]
    assert_same(found, Events(DISC_OF_FILE, found.conditions, found.readouts))
    write_binning(tmp_path / "few.xml", LAYERS[:1], "electron", 11)
    with pytest.raises(FormatError, match=r"'showers' has shape \(3, 11\), needs \(N, 3\)"):
        convert(disc, tmp_path / "b.h5", reading=Reading(binning=str(tmp_path / "few.xml")))


DISC_OF_FILE = polar_detector("disc", LAYERS, (256, 4194304), source="disc.xml")


def test_wrong_requests_are_named(disc, sample_path):
    for reading, message in (
        (Reading(layout="calochalenge"), "did you mean 'calochallenge'"),
        (Reading(threshold=1), "fit none of the published binnings"),
        (Reading(binning="calochallenge2", energies="1000"), "needs LOW:HIGH as 1000:100000"),
        (Reading(binning="calochallenge2", sampling_fraction=0), "sampling fraction above 0"),
        (Reading(binning="calochallenge2", energies="5:1"), "needs low < high"),
        (Reading(detector=sample_path), "only a ROOT file takes the detector"),
    ):
        with pytest.raises((DataError, FormatError), match=message):
            reading.of(disc)
    with pytest.raises(FormatError, match="only a CaloChallenge file takes a binning"):
        Reading(binning="calochallenge2").of(sample_path)


def test_senseless_files_are_named(tmp_path):
    showers = np.zeros((2, 11))
    showers[1, 3] = math.nan
    path = write(tmp_path / "nan.h5", showers, [1000, 1000])
    with pytest.raises(DataError, match=r"nan\.h5: layer_2: 1 values in 1 events are not finite"):
        CaloChallengeFormat(DISC).read(path)
    assert np.isnan(CaloChallengeFormat(DISC).load(path).flat()).sum() == 1
    path = write(tmp_path / "low.h5", np.ones((2, 11)), [1, 1000])
    with pytest.raises(ConditionError, match="energy = 1 MeV is outside the range"):
        CaloChallengeFormat(DISC).read(path)
    with h5py.File(tmp_path / "more.h5", "w") as file:
        file["showers"], file["incident_energies"] = np.ones((2, 11)), np.ones((2, 1))
        file["theta"] = np.ones(2)
    with pytest.raises(FormatError, match="holds theta too"):
        CaloChallengeFormat(DISC).read(tmp_path / "more.h5")


def test_other_detectors_do_not_fit(geant4, tmp_path):
    with pytest.raises(DataError, match="not the events of 'calogan'"):
        CaloChallengeFormat().write(tmp_path / "x.h5", geant4)
    with pytest.raises(DataError, match="not the events of 'calogan'"):
        CaloChallengeFormat(CALOGAN)
    assert not is_polar(CALOGAN)
    storage.write(tmp_path / "ours.h5", geant4, {})
    with pytest.raises(DataError, match="has no rings and sectors"):
        convert(tmp_path / "ours.h5", tmp_path / "y.h5", binning=tmp_path / "b.xml")
