"""What can be asked of the stored signals, and how answers come in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")
Sort = Literal["newest", "oldest", "confidence", "symbol", "result"]


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the record is open at one moment.

    Received from `since` on (None: from the first), and received by `until` (None: everything is live) unless the
    confidence is below `live_below`, or the log has disclosed the signal: by its outcome, or a reveal. `unlogged`:
    whether signals without a place in a log are shown, which only operators see.
    """

    since: datetime | None = None
    until: datetime | None = None
    live_below: float | None = None
    unlogged: bool = True


class SignalQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `before` is the cursor that the last page gave (exclusive); `min_confidence` is 0–100.

    `outcome` is win, loss, expired or open. `search` is looked for in signal_id, symbol, strategy and reasoning,
    without regard to case of ASCII letters.

    `sort` puts the oldest, the highest confidence, the first symbol by name or the best `profit_loss_pct` first, what
    has none last, and the newer of two alike first; then `offset` says how many to leave out.
    """

    symbol: str | None = None
    action: str | None = None
    regime: str | None = None
    min_confidence: float | None = None
    outcome: str | None = None
    search: str | None = None
    before: int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50
    sort: Sort = "newest"
    offset: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """`next_before` is what to ask for the next page with, None on the last; where another order than the newest first
    was asked for, it is `next_offset`."""

    items: tuple[T, ...]
    next_before: int | None
    next_offset: int | None = None
