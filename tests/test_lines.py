"""Spectral lines have room on the way to the network, and are lines again on the way back."""

import numpy as np
import torch

from cloudburst.transforms import SpectralLines
from components import TOY

LINE = 0.511
CELLS = TOY.cells


def spectrum(n=4000, share=0.2, seed=0):
    """Log-normal hits, a share of which lies on a line; a third of all cells is empty."""
    rng = np.random.default_rng(seed)
    x = rng.lognormal(0, 1.5, (n, CELLS))
    x[rng.random(x.shape) < share] = LINE
    x[rng.random(x.shape) < 1 / 3] = 0
    return torch.from_numpy(x).float(), torch.from_numpy(rng.uniform(1, 100, (n, 3))).float()


def test_the_line_is_found_and_comes_back_exactly():
    x, c = spectrum()
    transform = SpectralLines.fit(x, c, TOY)
    assert transform.lines.tolist() == [np.float32(LINE)]
    back = transform.inverse(transform(x, c), c)
    torch.testing.assert_close(back, x, rtol=3e-4, atol=0)
    assert (back[x == LINE] == LINE).all()
    assert torch.equal(back == 0, x == 0)


def test_the_spectrum_is_smooth_where_the_line_was():
    x, c = spectrum()
    transform = SpectralLines.fit(x, c, TOY)
    y = transform(x, c)
    assert y[y > 0].unique(return_counts=True)[1].max() < 0.02 * (x == LINE).sum()
    logs = (y[y > 0] / LINE).log()
    room = float(transform.rooms[0, 0].log())
    density = [((logs > a) & (logs < a + 0.1)).float().mean() for a in (-0.1, room / 2, room)]
    assert max(density) < 1.15 * min(density)


def test_noise_that_falls_into_the_room_is_the_line():
    transform = SpectralLines(torch.tensor([1.0, 5.0]), torch.full((2, CELLS), 2.0))
    y = torch.tensor([0.9, 1.0, 1.5, 2.0, 3.0, 9.9, 11.0, 19.9, 20.1])[:, None].expand(-1, CELLS)
    expected = [0.9, 1.0, 1.0, 1.0, 1.5, 4.95, 5.0, 5.0, 5.025]
    np.testing.assert_allclose(transform.inverse(y, y)[:, 0], expected, rtol=1e-6)


def test_a_spectrum_without_lines_stays_as_it_is():
    x, c = spectrum(share=0.0)
    transform = SpectralLines.fit(x, c, TOY)
    assert transform.rooms.shape == (0, CELLS)
    assert torch.equal(transform(x, c), x)
    assert torch.equal(transform.inverse(x, c), x)
