"""Jet images: the transverse momentum in a square of 25 by 25 pixels about the leading subjet.

The image is translated, rotated and flipped: the leading subjet sits at the centre, the second
one below it, and the right half holds more than the left. A pixel is 0.1 by 0.1, as a tower of
a hadronic calorimeter. Beside the image stand three quantities of the trimmed jet's
constituents, which no pixel has blurred: transverse momentum, mass, and the ratio of the
2-subjettiness to the 1-subjettiness.

The condition is the process that made the jet: quarks and gluons ("QCD"), or the hadronic decay
of a boosted W boson ("W").

Source: de Oliveira, Paganini, Nachman, https://arxiv.org/abs/1701.05927.
"""

__all__ = ["JET_IMAGE"]

from ..detector import Axis, Condition, Detector, Readout

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
        ),
        Readout("jet_pt", (), "GeV"),
        Readout("jet_mass", (), "GeV"),
        Readout("jet_tau21", (), ""),
    ),
    source="https://arxiv.org/abs/1701.05927",
)
