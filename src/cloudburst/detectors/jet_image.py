"""Jet images: the transverse momentum in a square of 25 by 25 pixels about the leading subjet.

The image is translated, rotated and flipped: the leading subjet sits at the centre, the second
one below it, and the right half holds more than the left. A pixel is 0.1 by 0.1, as a tower of
a hadronic calorimeter. Beside the image stand three quantities of the trimmed jet's
constituents, which no pixel has blurred: transverse momentum, mass, and the ratio of the
2-subjettiness to the 1-subjettiness.

`JET_TOWERS` is the calorimeter that the image is cut out of: towers of 0.1 by 2 pi / 63, which
is 0.0997, up to a pseudorapidity of 3.

The condition is the process that made the jet: quarks and gluons ("QCD"), or the hadronic decay
of a boosted W boson ("W").

Source: de Oliveira, Paganini, Nachman, https://arxiv.org/abs/1701.05927.
"""

__all__ = ["JET_IMAGE", "JET_TOWERS", "load_towers"]

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..detector import Axis, Condition, Detector, Readout
from .loading import described
from .towers import Towers

_HALF_WIDTH, _PIXELS = 1.25, 25

JET_IMAGE = Detector(
    name="jet_image",
    conditions=(Condition("process", "", 0, 1, ("QCD", "W")),),
    readouts=(
        Readout(
            "image",
            tuple(
                Axis.regular(axis, _PIXELS, -_HALF_WIDTH, _HALF_WIDTH) for axis in ("eta", "phi")
            ),
            "GeV",
            threshold=1e-3,
        ),
        Readout("jet_pt", (), "GeV"),
        Readout("jet_mass", (), "GeV"),
        Readout("jet_tau21", (), ""),
    ),
    source="https://arxiv.org/abs/1701.05927",
)

JET_TOWERS = Towers(JET_IMAGE, eta_bins=60, phi_bins=63, eta_max=3.0)

_SHIPPED: Mapping[str, Towers] = MappingProxyType({JET_IMAGE.name: JET_TOWERS})


def load_towers(source: str | Path | Mapping[str, Any]) -> Towers:
    """Towers and the image that they are read out as.

    Args:
        source: The name of shipped ones, the path of a TOML file that describes some, or the
            plain data of such a file, with the names of `Towers`.

    Raises:
        FileError: There is no such file or shipped ones, or it cannot be read.
        FormatError: The file is not TOML.
        DataError: The description makes no sense; says where, and what would.
    """
    return described(source, "towers", _SHIPPED, Towers.from_dict)
