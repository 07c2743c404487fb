"""A cap on language models, off by default: they may hold a decision back, but never make one.

Their words can be bought: whoever plants a page or a post may gain from our vote. With this cap their votes lower the
confidence of what the other sources say, or take its majority away; they neither raise it nor turn its direction.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from argo_core.model.direction import Direction
from argo_core.model.vote import Absence, VoteColumn


def may_only_veto(column: VoteColumn, lead: NDArray[np.int8], lead_confidence: NDArray[np.float64]) -> VoteColumn:
    """The column with each vote as a veto at most. `lead` int8 (S,): the direction of the sources on prices, -1, 0 or
    1; `lead_confidence` float64 (S,): their raw confidence, 0–100.

    Against the lead it becomes NEUTRAL, which weighs without taking a side. With the lead it stays where it is the
    weaker of the two. Where it is not, and where nothing leads, it is absent, NOT_EXPECTED. It still counts as present
    in the coverage: a quorum that models must not fill is to be checked without them.
    """
    voted = column.absence == Absence.NONE
    same, against = column.direction == lead, column.direction == -lead
    with np.errstate(invalid="ignore"):
        lifts = same & (column.confidence > lead_confidence)
    gone = voted & ((lead == Direction.NEUTRAL) | lifts)
    turned = voted & ~gone & against
    return dataclasses.replace(
        column,
        direction=np.where(gone | turned, np.int8(Direction.NEUTRAL), column.direction),
        confidence=np.where(gone, 0.0, column.confidence),
        observed_at=np.where(gone, np.datetime64("NaT", "us"), column.observed_at),
        received_at=np.where(gone, np.datetime64("NaT", "us"), column.received_at),
        absence=np.where(gone, np.uint8(Absence.NOT_EXPECTED), column.absence),
        expected=column.expected & ~gone,
        rationale={row: words for row, words in column.rationale.items() if not gone[row]},
    )
