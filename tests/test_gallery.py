import matplotlib.image
import numpy as np
import pytest

from cloudburst.detectors import CALOGAN
from cloudburst.errors import DataError
from cloudburst.events import Events
from cloudburst.validation import plots


@pytest.fixture
def events():
    rng = np.random.default_rng(1)
    return Events(
        CALOGAN,
        np.array([[10.0], [50.0]], np.float32),
        {r.name: rng.exponential(size=(2, *r.shape)).astype(np.float32) for r in CALOGAN.readouts},
    )


def test_each_event_is_a_row_and_each_image_a_column(events):
    *panels, bar = plots.gallery(events).axes
    assert len(panels) == 2 * 3
    shapes = [panel.collections[0].get_array().T.shape for panel in panels[:3]]
    assert shapes == [(3, 96), (12, 12), (12, 6)]
    assert bar.get_ylabel() == "Signal of a cell [MeV]"
    texts = [text.get_text() for panel in panels for text in panel.texts]
    assert texts == ["10.0 GeV", "layer_0", "layer_1", "layer_2", "50.0 GeV"]


def test_cells_are_drawn_as_they_are_and_empty_ones_left_blank(events):
    events.readouts["layer_1"][1, 2, 3] = 0
    panel = plots.gallery(events).axes[4]
    drawn = panel.collections[0].get_array().T
    assert np.argwhere(drawn.mask).tolist() == [[2, 3]]
    np.testing.assert_array_equal(drawn.compressed().size, 143)
    assert drawn[0, 0] == events.readouts["layer_1"][1, 0, 0]


def test_a_gallery_can_be_saved(events, tmp_path):
    plots.gallery(events).savefig(tmp_path / "two.png")
    assert matplotlib.image.imread(tmp_path / "two.png").std() > 0


def test_nothing_to_draw_is_said(events):
    with pytest.raises(DataError, match="0 events of 'calogan': nothing to draw"):
        plots.gallery(events[:0])
    with pytest.raises(DataError, match="nothing to draw"):
        plots.gallery(events.select(["overflow"]))
