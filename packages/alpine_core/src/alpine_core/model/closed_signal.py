"""A signal that ended, as the log tells it: what every figure of the track record is reckoned from."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class ClosedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal whose content and outcome both have a proven place in the log: everybody may know it.

    `cursor` is its outcome's. Prices are positive, `confidence` 0–100, `win_probability` 0–1. `gross_pct` is per cent
    of the entry price, None where the outcome has no price; `stated_net_pct` the same after the provider's own costs,
    None where it states none; all finite. Moments are aware UTC and the market's: of recorded history those of that
    history. `received_at` is when the signal came here.
    """

    cursor: int
    signal_id: str
    symbol: str
    action: str
    strategy: str
    confidence: float
    win_probability: float | None
    regime: str | None
    entry_price: float
    exit_price: float | None
    result: str
    gross_pct: float | None
    stated_net_pct: float | None
    opened_at: datetime
    closed_at: datetime
    received_at: datetime
    replayed: bool


class DayClose(msgspec.Struct, frozen=True, kw_only=True):
    """The last close of one symbol on one UTC day; positive and finite."""

    day: date
    close: float
