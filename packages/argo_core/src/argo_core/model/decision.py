"""What was decided about a symbol in one cycle, published or not, with everything that led to it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.signal import VoteRecord


class AbsenceRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A source that did not vote, why, and whether it was due."""

    source: str
    reason: str
    expected: bool


class Decision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One evaluated symbol. `status` is `published`, `repeat` (an equal signal is open: `repeat_of`) or `vetoed`.

    A veto names its rule (`veto`), what was measured and the limit, in the unit of the rule. `direction` is the side
    that led, `NEUTRAL` if none did. Percentages 0–100, ratios 0–1; figures that do not exist are None, never NaN.
    """

    decision_id: str
    symbol: str
    strategy: str
    as_of: datetime
    status: str
    direction: str
    confidence: float
    raw: float
    agreement: float
    coverage: float
    regime: str
    regime_factor: float
    threshold: float
    price: float | None
    volatility: float | None
    veto: str | None
    measured: float | None
    limit: float | None
    signal_id: str | None
    repeat_of: str | None
    votes: tuple[VoteRecord, ...]
    absences: tuple[AbsenceRecord, ...]
    saved_calls: tuple[str, ...]
