"""What was stored of one UTC day of the wall clock: by the generator, and by one executor."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.bars import Bar
from argo_core.model.decision import Decision
from argo_core.model.execution import SignalVerdicts
from argo_core.model.halt import Halt, Resume
from argo_core.model.order import Fill, OrderIntent
from argo_core.model.order_change import NumberedChange
from argo_core.model.signal import Signal
from argo_core.model.trade import Trade


class RecordedCycle(msgspec.Struct, frozen=True, kw_only=True):
    """A stored cycle. `as_of` market time, `decided_at` wall clock; of `symbols` it `skipped` those that had not
    moved."""

    cycle_id: str
    as_of: datetime
    decided_at: datetime
    data_source: str
    symbols: int
    skipped: int
    decisions: tuple[Decision, ...]


class RecordedDay(msgspec.Struct, frozen=True, kw_only=True):
    """The generator's day. `cycles` and `signals` (published in it) oldest first; `open_before` was open when it began.

    `before`: market time of the last cycle before the day, None if there was none; `priced` is the price of each
    symbol's last decision before it; `shown` are the last bars of each symbol that executors had been sent by then,
    `shown_within` those that they were sent on the day, in that order.
    """

    day: str
    cycles: tuple[RecordedCycle, ...]
    signals: tuple[Signal, ...]
    open_before: tuple[Signal, ...]
    before: datetime | None
    priced: dict[str, float]
    shown: tuple[Bar, ...]
    shown_within: tuple[Bar, ...] = ()


class RecordedFill(msgspec.Struct, frozen=True, kw_only=True):
    """A fill as the books hold it, `quantity` signed; `at_venue` is the same fill in the venue's own words, None where
    the log of orders has none of that id."""

    client_order_id: str
    signal_id: str
    symbol: str
    quantity: float
    fill: Fill
    at_venue: Fill | None


class AccountBefore(msgspec.Struct, frozen=True, kw_only=True):
    """An account when a day began. `changes` are the venue's, from its first on, as the books hold them; `verdicts` and
    `intents` what was decided, `withdrawn` order id → reason; `watch` the newest state of the risk watch as JSON, its
    level, its market time and wall clock; `halts` those that stood."""

    changes: tuple[NumberedChange, ...] = ()
    verdicts: tuple[SignalVerdicts, ...] = ()
    intents: tuple[OrderIntent, ...] = ()
    withdrawn: dict[str, str] = {}
    watch: tuple[str, str, datetime, datetime] | None = None
    halts: tuple[Halt, ...] = ()


class ExecutorDay(msgspec.Struct, frozen=True, kw_only=True):
    """An executor's day. `cash` is what its account began with, 0 where only the venue knows; `equity` the one that the
    watch stored last before the day, else first in it, None before any. `received` are the ids of all signals that ever
    came; `withdrawals` order id → reason."""

    executor_id: str
    account_number: str
    cash: float
    equity: float | None
    before: AccountBefore
    verdicts: tuple[SignalVerdicts, ...]
    changes: tuple[NumberedChange, ...]
    fills: tuple[RecordedFill, ...]
    trades: tuple[Trade, ...]
    halts: tuple[Halt | Resume, ...]
    withdrawals: dict[str, str]
    received: frozenset[str]
