"""What a subscriber pays for, as rows of data. Prices and limits are an operator's to edit, not code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec


class Tier(StrEnum):
    """From what sees least to what sees most."""

    FREE = "free"
    BASIC = "basic"
    PREMIUM = "premium"
    INSTITUTIONAL = "institutional"


class TierTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One row. `delay_seconds` is how late a record is that is not live; 0 makes everything live.

    `live_below_confidence` (0–100): signals below it are live, None: none is, unless the delay is 0.
    `history_days`: how far back, None: everything. `live_push`: whether pushed streams are open to the tier; what
    is not live for it comes there as a seal first.
    `premium_from` (0–100): from which confidence on a signal is marked as premium. `export_rows`: how many signals one
    export holds at most, None: everything that the tier sees.
    """

    tier: Tier
    delay_seconds: float
    live_below_confidence: float | None
    history_days: float | None
    live_push: bool
    premium_from: float = 95.0
    export_rows: int | None = 1000


_DAY = 86_400.0

DEFAULT_TERMS: Mapping[Tier, TierTerms] = MappingProxyType(
    {
        Tier.FREE: TierTerms(
            tier=Tier.FREE, delay_seconds=_DAY, live_below_confidence=None, history_days=30, live_push=True
        ),
        Tier.BASIC: TierTerms(
            tier=Tier.BASIC, delay_seconds=_DAY, live_below_confidence=95.0, history_days=365, live_push=True
        ),
        Tier.PREMIUM: TierTerms(
            tier=Tier.PREMIUM, delay_seconds=0.0, live_below_confidence=None, history_days=None, live_push=True
        ),
        Tier.INSTITUTIONAL: TierTerms(
            tier=Tier.INSTITUTIONAL,
            delay_seconds=0.0,
            live_below_confidence=None,
            history_days=None,
            live_push=True,
            export_rows=None,
        ),
    }
)
"""What holds where an operator has set nothing else."""
