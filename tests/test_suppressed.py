"""Signals above a readout's threshold, and none below it."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudburst.detector import Axis, Condition, Detector, Readout
from cloudburst.testing import check_transform
from cloudburst.transforms import AboveThreshold

PADS = Detector(
    "pads",
    conditions=(Condition("at", "", 0.0, 10.0),),
    readouts=(Readout("pads", (Axis("x", (0.0, 1.0, 2.0, 3.0)),), "ADC", threshold=0.9),),
)


@settings(max_examples=50)
@given(st.floats(0, 100, width=32))
def test_no_signal_lies_below_the_threshold(value):
    threshold = AboveThreshold.fit(torch.empty(0, 3), torch.empty(0, 1), PADS)
    made = threshold.inverse(torch.full((1, 3), value), torch.zeros(1, 1))
    assert ((made == 0) | (made >= 0.9)).all()


def test_signals_above_the_threshold_come_back():
    threshold = AboveThreshold.fit(torch.empty(0, 3), torch.empty(0, 1), PADS)
    x = torch.tensor([[0.0, 0.95, 300.0]])
    assert threshold(x, torch.zeros(1, 1))[0].tolist() == pytest.approx([0, 0.05, 299.1])
    check_transform(threshold, x, torch.zeros(1, 1))
