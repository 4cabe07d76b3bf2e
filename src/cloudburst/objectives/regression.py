r"""A regressor, trained beforehand and frozen, that the generator has to satisfy.

$$ L_R = \mathrm{Huber}\bigl(R(G(z, c)),\ c\bigr) $$

with R the features that a network reads off an event in physical units. A generator can satisfy
it better than full simulation does, by signals that only the regressor notices. So there is

$$ L_R = \sum_i \max\Bigl(0,\ \log \frac{\langle (R_i(G(z, c)) - c_i)^2 \rangle}
   {\langle (R_i(x) - c_i)^2 \rangle}\Bigr) $$

too, which asks for each feature to be as readable as in real events x, and for no more.

Source: Chekalina et al., https://arxiv.org/abs/1812.01319, section 3; the second is our own.
"""

from __future__ import annotations

__all__ = ["RegressorPenalty"]

from pathlib import Path

import torch
from torch import Tensor

from ..codec import Batch, Codec
from ..detector import Detector
from ..errors import SpecError
from .penalties import Penalty
from .regressor import Regressor, load_regressor


class RegressorPenalty(Penalty):
    """How far a frozen regressor's reading of generated events is from their conditions.

    Args:
        codec: What turns network values into signals.
        regressor: What reads features off events; its weights are frozen.
        weight: Factor of the penalty.
        excess: Whether only what exceeds the errors on real events costs, for each feature the
            logarithm of the ratio of mean squares.

    Raises:
        SpecError: The regressor was made for another detector.
    """

    def __init__(
        self, codec: Codec, regressor: Regressor, weight: float = 1.0, excess: bool = False
    ) -> None:
        super().__init__()
        _refuse_other(regressor.codec.detector, codec.detector)
        self.codec = codec
        self.regressor = regressor.eval().requires_grad_(False)
        self.weight = weight
        self.excess = excess

    @classmethod
    def for_codec(
        cls,
        codec: Codec,
        file: str,
        sha256: str | None = None,
        weight: float = 1.0,
        excess: bool = False,
    ) -> RegressorPenalty:
        """Takes the regressor from a file.

        Args:
            codec: What turns network values into signals.
            file: Path of the regressor.
            sha256: The file's hash; any if left out.
            weight: Factor of the penalty.
            excess: Whether only what exceeds the errors on real events costs.

        Raises:
            FileError: There is no such file, or it has another hash.
            FormatError: It holds no regressor.
            SpecError: The regressor was made for another detector.
        """
        return cls(codec, load_regressor(Path(file), sha256), weight, excess)

    def forward(self, fake: Tensor, batch: Batch) -> Tensor:
        if not self.excess:
            return self.regressor.loss(self._cells(fake, batch), batch.conditions)
        made = self._squares(fake, batch)
        with torch.no_grad():
            real = self._squares(batch.x, batch)
        return (made / real).log().relu().sum()

    def _cells(self, x: Tensor, batch: Batch) -> Tensor:
        readouts = self.codec.decode(x, batch.conditions)
        return torch.cat([r.reshape(len(x), -1) for r in readouts.values()], dim=1)

    def _squares(self, x: Tensor, batch: Batch) -> Tensor:
        """Mean squared error of each feature, with shape (F,)."""
        wanted = self.regressor.codec.features(batch.conditions)
        found = self.regressor(self._cells(x, batch), batch.conditions)
        return (found - wanted).square().mean(0).clamp(min=torch.finfo(found.dtype).tiny)


def _refuse_other(made: Detector, wanted: Detector) -> None:
    if (made.conditions, made.readouts) != (wanted.conditions, wanted.readouts):
        raise SpecError(
            f"the regressor was made for the conditions and readouts of '{made.name}', which are "
            f"not those of '{wanted.name}' here; make one with `cloudburst regress` on this data"
        )
