"""What is handed out: verified signals, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How the signal ended, as the log's own entry says; `profit_loss_pct` is reckoned here from it, gross.

    `exit_at` is the provider's time. `leaf_index` is the entry.
    """

    result: str
    exit_price: float | None
    exit_at: str
    profit_loss_pct: float | None
    leaf_index: int


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """The nine hashed fields, and where they stand in the log; all of it was verified.

    `logged_at` is the log's time, within 5 s of `timestamp`. `stream` and `seq`: the signals of a stream are numbered
    without gap from 0, so that who sees all can tell that none was held back. `witnessed_at`: seconds since 1970 of
    the earliest trusted cosignature, None without one. `unverified`: what else the service says (details, premium,
    received_at), covered by no proof.
    """

    signal_id: str
    symbol: str
    action: str
    entry_price: float
    target_price: float | None
    stop_price: float | None
    confidence: float
    strategy: str
    timestamp: str
    verification_hash: str
    origin: str
    leaf_index: int
    logged_at: str
    stream: str
    seq: int
    witnessed_at: int | None
    outcome: Outcome | None
    unverified: Mapping[str, Any]


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """What did not verify. `code` names the check; `claimed` is what was sent, which is not to be believed."""

    signal_id: str
    code: str
    message: str
    claimed: Mapping[str, Any]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the feed: one of `signal` and `refused` is there. `event_id`: the position after it."""

    event_id: str
    kind: Literal["signal", "outcome"]
    signal: Signal | None
    refused: Refused | None = None
