"""What can be asked of the stored signals, and how answers come in pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

T = TypeVar("T")


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
    """

    symbol: str | None = None
    action: str | None = None
    regime: str | None = None
    min_confidence: float | None = None
    outcome: str | None = None
    search: str | None = None
    before: int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 50


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """`next_before` is what to ask for the next page with, None on the last."""

    items: tuple[T, ...]
    next_before: int | None
