"""A source that is not there: absent for one and the same reason, and not expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.model.market_view import MarketView
from argo_core.model.source import SourceSpec
from argo_core.model.vote import Absence, VoteColumn, absent_column


@dataclass(frozen=True, slots=True)
class AbsentSource:
    """Keeps a source's place among the weights, so that each decision names it with the reason why it does not vote."""

    spec: SourceSpec
    reason: Absence

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        """The reason for every symbol."""
        return absent_column(self.spec.name, len(view), self.reason, expected=False)
