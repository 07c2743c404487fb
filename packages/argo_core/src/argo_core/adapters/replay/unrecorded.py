"""A source of which a replay holds no recording: absent with that reason, and not expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn, absent_column


@dataclass(frozen=True, slots=True)
class UnrecordedSource:
    """Keeps a language model's place among the weights without inventing what it would have said."""

    spec: SourceSpec

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """NO_RECORDING for every symbol."""
        return absent_column(self.spec.name, len(view), Absence.NO_RECORDING, expected=False)
