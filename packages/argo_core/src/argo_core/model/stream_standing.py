"""How a vendor's stream stands."""

from __future__ import annotations

from datetime import datetime

import msgspec


class StreamStanding(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` of asset that it pushes. `connections` so far, bars `backfilled` after breaks, `failures` in a row with
    the last one's sentence, `last_news_at` by our clock. `ended`: nobody follows it any more."""

    kind: str = ""
    connected: bool = False
    connections: int = 0
    backfilled: int = 0
    failures: int = 0
    last_error: str | None = None
    last_news_at: datetime | None = None
    ended: bool = False
