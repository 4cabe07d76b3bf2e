"""Any detectors and events, for property tests."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.events import Events

_FLOATS = st.floats(-1e30, 1e30)
_TEXT = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="/"), max_size=6)
_NAMES = _TEXT.filter(lambda name: name not in ("", ".", "conditions"))


def intervals(size=2):
    """Increasing numbers, as many as `size` or more."""
    return st.lists(_FLOATS, min_size=size, max_size=size + 2, unique=True).map(sorted)


def axes():
    """Any axis."""
    return st.builds(Axis, _TEXT, intervals(), _TEXT)


def readouts():
    """Any readout of up to three axes."""
    signals = st.floats(0, 1e30)
    return st.builds(Readout, _NAMES, st.lists(axes(), max_size=3), _TEXT, signals)


def conditions():
    """Any condition, continuous or discrete."""
    continuous = st.builds(
        lambda name, unit, limits: Condition(name, unit, limits[0], limits[-1]),
        *(_TEXT, _TEXT, intervals()),
    )
    discrete = st.builds(
        lambda name, names: Condition(name, "", 0, len(names) - 1, tuple(names)),
        *(_TEXT, st.lists(_TEXT, min_size=2, max_size=4)),
    )
    return continuous | discrete


def _several(elements):
    return st.lists(elements, min_size=1, max_size=3, unique_by=lambda part: part.name)


def detectors():
    """Any detector of up to three conditions and readouts."""
    return st.builds(Detector, _TEXT, _several(conditions()), _several(readouts()), _TEXT)


@st.composite
def events(draw, most=8):
    """Up to `most` events of any detector, with any conditions."""
    detector = draw(detectors())
    n = draw(st.integers(1, most))
    limit = float(np.finfo(np.float32).max)
    signals = st.just(0.0) | st.floats(0, limit, width=32)
    cells = {
        r.name: draw(npst.arrays(np.float32, (n, *r.shape), elements=signals))
        for r in detector.readouts
    }
    shape = n, len(detector.conditions)
    values = st.floats(-limit, limit, width=32)
    return Events(detector, draw(npst.arrays(np.float32, shape, elements=values)), cells)


def assert_same(found, expected):
    """The same events, to the last bit."""
    assert found.detector == expected.detector
    assert found.conditions.tobytes() == expected.conditions.tobytes()
    assert list(found.readouts) == [r.name for r in expected.detector.readouts]
    for name, array in expected.readouts.items():
        assert found.readouts[name].dtype == np.float32
        assert found.readouts[name].shape == array.shape
        assert found.readouts[name].tobytes() == array.tobytes()
