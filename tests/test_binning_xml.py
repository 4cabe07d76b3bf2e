"""Binning files of polar calorimeters: read, written, and refused where they are dangerous."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudburst.detectors import CALOCHALLENGE_1_PHOTONS, PolarLayer
from cloudburst.detectors.binning_xml import read_binning, write_binning
from cloudburst.errors import DataError, ExistsError, FileError, FormatError

PHOTONS = """<Bins>
   <Bin pid="22" etaMin="0" etaMax="130" name="photon">
      <Layer id="0" r_edges="0,5,10,30,50,100,200,400,600" n_bin_alpha="1" />
      <Layer id="1" r_edges="0,2,4,6,8,10,12,15,20,30,40,50,70,90,120,150,200" n_bin_alpha="10"/>
      <Layer id="2" r_edges="0,2,5,10,15,20,25,30,40,50,60,80,100,130,160,200,250,300,350,400"
             n_bin_alpha="10"/>
      <Layer id="3" r_edges="0,50,100,200,400,600" n_bin_alpha="1" />
      <Layer id="4" r_edges="0" n_bin_alpha="1" />
      <Layer id="12" r_edges="0,100,200,400,1000,2000" n_bin_alpha="1" />
   </Bin>
</Bins>
"""
BILLION = """<?xml version="1.0"?>
<!DOCTYPE Bins [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Bins><Bin pid="11" name="&b;"><Layer id="0" r_edges="0,5" n_bin_alpha="1"/></Bin></Bins>
"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE Bins SYSTEM "file:///etc/passwd">
<Bins><Bin pid="11" name="e"><Layer id="0" r_edges="0,5" n_bin_alpha="1"/></Bin></Bins>
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "binning.xml"
        path.write_text(text)
        return path

    return write


def test_published_binnings_are_those_that_are_shipped(written):
    layers = read_binning(written(PHOTONS))
    assert [layer.number for layer in layers] == [0, 1, 2, 3, 12]
    assert sum(layer.size for layer in layers) == 368
    for layer, readout in zip(layers, CALOCHALLENGE_1_PHOTONS.readouts, strict=True):
        assert readout.name == f"layer_{layer.number}"
        assert readout.axes[1].edges == layer.r_edges
        assert readout.axes[0].size == layer.sectors


def test_a_particle_is_chosen_by_name_or_number(written):
    other = '<Bin pid="211" name="pion"><Layer id="1" r_edges="0,7" n_bin_alpha="3"/></Bin></Bins>'
    path = written(PHOTONS.replace("</Bins>", other))
    assert read_binning(path, "pion") == read_binning(path, "211") == (PolarLayer(1, (0, 7), 3),)
    assert len(read_binning(path, "photon")) == 5
    for wrong in (None, "muon"):
        with pytest.raises(FormatError, match="say which particle's binning; it has photon, pion"):
            read_binning(path, wrong)


@pytest.mark.parametrize("text", [BILLION, EXTERNAL])
def test_entities_and_outside_files_are_refused(written, text):
    with pytest.raises(FormatError, match="document type or entities, which are refused"):
        read_binning(written(text))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("</Bins>", ""), "not an XML file"),
        (("<Bin ", "<Bon "), "outside of any <Bin>"),
        (('id="0"', ""), "line 3: a layer needs id"),
        (('n_bin_alpha="1" />', 'n_bin_alpha="one" />'), "line 3: invalid literal"),
        (("0,5,10", "0,5,nan"), "line 3: a radius is not finite"),
        (("0,5,10", "0,5,5"), "line 3: layer 0 needs two or more increasing radii"),
        (('id="1"', 'id="0"'), "distinct numbers"),
        (('name="photon">', 'name="photon"></Bin><Bin pid="1" name="b">'), "say which particle"),
    ],
)
def test_wrong_files_are_named(written, change, message):
    path = written(PHOTONS.replace(*change, 1))
    with pytest.raises(FormatError, match=message) as caught:
        read_binning(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a/>", "has no <Bin>"),
        ("", "not an XML file"),
        ('<L><Layer id="0" r_edges="0,1" n_bin_alpha="1"/></L>', "outside of any"),
        ('<B><Bin name="x"/></B>', "needs layers with cells"),
        ("<B>" + 17 * 2**20 * " " + "</B>", "too large"),
    ],
)
def test_other_files_are_named(written, text, message):
    with pytest.raises(FormatError, match=message):
        read_binning(written(text))


def test_missing_files_are_named(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        read_binning(tmp_path / "none.xml")
    with pytest.raises(FileError, match="a folder"):
        read_binning(tmp_path)


def layers():
    edges = st.lists(st.floats(0, 1e6, width=32), min_size=2, max_size=5, unique=True).map(sorted)
    one = st.tuples(edges, st.integers(1, 50))
    numbers = st.lists(st.integers(0, 30), min_size=1, max_size=4, unique=True).map(sorted)
    return numbers.flatmap(
        lambda ns: st.tuples(*(one.map(lambda part, n=n: PolarLayer(n, *part)) for n in ns))
    )


@given(layers())
def test_any_binning_is_written_and_read(tmp_path_factory, binning):
    path = tmp_path_factory.getbasetemp() / "any-binning.xml"
    write_binning(path, binning, 'e"<&', 11, overwrite=True)
    assert read_binning(path) == read_binning(path, 'e"<&') == binning
    # readers that go by position find every layer at its number
    assert path.read_text().count("<Layer") == binning[-1].number + 1


def test_what_cannot_be_written(tmp_path):
    layer = PolarLayer(0, (0, 5), 1)
    with pytest.raises(DataError, match="increasing numbers"):
        write_binning(tmp_path / "x.xml", [layer, layer], "e", 11)
    with pytest.raises(DataError, match="increasing numbers"):
        write_binning(tmp_path / "x.xml", [], "e", 11)
    write_binning(tmp_path / "x.xml", [layer], "e", 11)
    with pytest.raises(ExistsError):
        write_binning(tmp_path / "x.xml", [layer], "e", 11)
