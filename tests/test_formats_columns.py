"""Layouts with conditions in several data sets: LHCb electrons, MPD pad responses."""

import dataclasses

import h5py
import numpy as np
import pytest

from cloudburst.errors import DataError, FormatError
from cloudburst.formats import FORMATS, read_events, recognise


@pytest.mark.parametrize(
    ("layout", "file"), [("lhcb-ecal", "lhcb_ecal_electron.h5"), ("mpd-tpc", "mpd_tpc.h5")]
)
def test_real_files_come_and_go(layout, file, shared_data, tmp_path, cloudburst):
    path = shared_data(file)
    assert recognise(path) is FORMATS[layout]
    cloudburst.done("convert", path, "ours.h5")
    cloudburst.done("convert", "ours.h5", "back.h5", "--to", layout)
    assert f"events in the '{layout}' layout" in cloudburst.done("info", "back.h5")
    with h5py.File(path) as before, h5py.File(tmp_path / "back.h5") as after:
        assert set(before) == set(after)
        for name in before:
            # LHCb's energies are made anew from the momenta, to the last but one bit or so
            tolerance = 5e-4 if name == "energy" else 0
            np.testing.assert_allclose(before[name][:], after[name][:], rtol=tolerance)


def test_momenta_are_conditions(shared_data):
    path = shared_data("lhcb_ecal_electron.h5")
    found = read_events(path, slice(100, 200))[0]
    with h5py.File(path) as file:
        assert np.array_equal(found.conditions[:, :3], file["momentum"][100:200])
        assert np.array_equal(found.conditions[:, 3:], file["position"][100:200])
        assert np.array_equal(found.readouts["cells"], file["cells"][100:200])


def test_energies_of_other_particles_are_not_dropped_in_silence(shared_data, tmp_path):
    few = read_events(shared_data("lhcb_ecal_electron.h5"), slice(5))[0]
    path = tmp_path / "pions.h5"
    FORMATS["lhcb-ecal"].write(path, few)
    with h5py.File(path, "r+") as file:
        file["energy"][2] *= np.float32(0.9)
    with pytest.raises(FormatError, match="does not follow from the momentum of electrons in 1"):
        read_events(path)


def test_other_events_do_not_fit(geant4, shared_data, tmp_path):
    with pytest.raises(DataError, match="not of 'calogan'"):
        FORMATS["lhcb-ecal"].write(tmp_path / "x.h5", geant4)
    few = read_events(shared_data("mpd_tpc.h5"), slice(5))[0]
    wider = dataclasses.replace(few.detector.conditions[0], high=90)
    detector = dataclasses.replace(few.detector, conditions=(wider, *few.detector.conditions[1:]))
    with pytest.raises(DataError, match="layout holds events of 'mpd_tpc'"):
        FORMATS["mpd-tpc"].write(tmp_path / "x.h5", dataclasses.replace(few, detector=detector))
