"""One request to a language model, which costs money whether or not an answer comes of it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class OpinionCall(msgspec.Struct, frozen=True, kw_only=True):
    """A request about to be sent, at `at` (wall clock, UTC). `usd`: what it is taken to cost, in US dollars, until its
    vendor says what it did cost."""

    call_id: str
    source: str
    symbol: str
    usd: float
    at: datetime


class Spending(msgspec.Struct, frozen=True, kw_only=True):
    """What `calls` ≥ 0 of one source came to, `usd` ≥ 0 in US dollars."""

    calls: int
    usd: float
