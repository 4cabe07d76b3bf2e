r"""From electrons at the pads to digits.

An avalanche induces charge on the pads about it, spread as a Gaussian of width s: a pad from a
to b takes Phi((b - x) / s) - Phi((a - x) / s) of it, along the row and across it alike. The
charge of each time bin is then shaped to a pulse that is a Gaussian in time with peak 1, as that
of a semi-Gaussian shaper of high order, and sampled once in each bin. Samples below the
threshold read zero, those above saturation read saturation.
"""

from __future__ import annotations

__all__ = ["Window"]

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ...detectors import Chamber
from .electrons import Electrons

Floats = NDArray[np.float64]

# Avalanches are put into steps of 1 / _STEPS of a pad; charge is followed for so many pads and
# time bins beyond the window.
_STEPS = 16
_MARGIN = 2
_BEFORE = 5


class Window:
    """Digits of the window of a chamber."""

    def __init__(self, chamber: Chamber) -> None:
        self.chamber = chamber
        self._readout = chamber.detector.readouts[0]
        pads, bins = self._readout.shape
        places = (np.arange((pads + 2 * _MARGIN) * _STEPS) + 0.5) / _STEPS - 0.5 - _MARGIN
        width = chamber.response_width / chamber.pad_width
        self._response = _share(places, np.arange(float(pads))[:, None], 1.0, width)
        samples, arrivals = np.arange(bins), np.arange(-_BEFORE, bins + _BEFORE)
        sigma = chamber.shaping / chamber.time_bin / (2 * np.sqrt(2 * np.log(2)))
        self._pulse = np.exp(-0.5 * ((samples - arrivals[:, None]) / sigma) ** 2)

    def digits(self, electrons: Electrons, conditions: Floats) -> NDArray[np.float32]:
        """Amplitudes in the readout's unit, with shape (n, pads, time bins).

        Args:
            electrons: Electrons of n segments at the pads.
            conditions: Of the segments, in the units of the chamber's detector, (n, C).
        """
        charge = self._charge(electrons, conditions)
        # one product of the same shape for each event, which no block can round otherwise
        signal = np.matmul(np.matmul(self._response, charge), self._pulse)
        signal = np.minimum(self.chamber.gain * signal, self.chamber.saturation)
        signal[signal < self._readout.threshold] = 0
        digits: NDArray[np.float32] = signal.astype(np.float32)
        # a sample just above the threshold may round to just below it
        digits[digits < np.float32(self._readout.threshold)] = 0
        return digits

    def _charge(self, electrons: Electrons, conditions: Floats) -> Floats:
        """Induced charge by place and time bin of the avalanche, (n, places, arrivals)."""
        chamber = self.chamber
        column = chamber.detector.condition_index
        pad = conditions[:, column("pad_coordinate")] % 1 - chamber.first_pad
        time = conditions[:, column("drift_length")] % 1 - chamber.first_bin
        height = np.asarray(chamber.pad_heights)[conditions[:, column("pad_row")].astype(int)]
        of = electrons.segment
        place = pad[of] + electrons.x / chamber.pad_width
        arrival = time[of] - electrons.z / (chamber.gas.velocity * chamber.time_bin)
        share = _share(electrons.y, 0.0, height[of], chamber.response_width)
        shape = (len(conditions), self._response.shape[1], len(self._pulse))
        step = (place + 0.5 + _MARGIN) * _STEPS - 0.5
        arrived = np.floor(arrival + 0.5) + _BEFORE
        charge = share * electrons.gain
        # an avalanche between two steps counts for both, so that its mean place is kept
        near = np.floor(step)
        first = _histogram(of, near, arrived, charge * (near + 1 - step), shape)
        return first + _histogram(of, near + 1, arrived, charge * (step - near), shape)


def _histogram(
    of: NDArray[np.int64], i: Floats, j: Floats, weight: Floats, shape: tuple[int, int, int]
) -> Floats:
    """Summed weights by segment and two indices; without those out of range."""
    inside = (i >= 0) & (i < shape[1]) & (j >= 0) & (j < shape[2])
    cell = ((of * shape[1] + i) * shape[2] + j)[inside].astype(np.int64)
    counts = np.bincount(cell, weight[inside], minlength=math.prod(shape))
    return counts.reshape(shape).astype(np.float64, copy=False)


def _share(place: Floats, center: Floats | float, size: Floats | float, width: float) -> Floats:
    """What a pad of some size about a center takes of the charge of avalanches at places."""
    low = (center - size / 2 - place) / width
    high = (center + size / 2 - place) / width
    share: Floats = ndtr(high) - ndtr(low)
    return share
