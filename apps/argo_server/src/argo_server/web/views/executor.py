"""An executor's state, limits and halts as its pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from argo_core.model.halt import Halt, Resume
from argo_core.model.order import OrderState
from argo_core.pipeline.executor_status import ExecutorState, ExecutorStatus
from argo_core.pipeline.executor_watch import WatchedExecutor
from argo_core.ports.flatten_log import Flattening
from argo_core.risk import Meter, WatchLevel

STATE_TONES = {
    ExecutorState.HALTED: "bad",
    ExecutorState.RECOVERING: "warn",
    ExecutorState.UNRECONCILED: "bad",
    ExecutorState.WATCHING: "calm",
    ExecutorState.TRADING: "good",
}
LEVEL_TONES = {
    WatchLevel.NORMAL: "good",
    WatchLevel.WARNING: "warn",
    WatchLevel.CRITICAL: "bad",
    WatchLevel.BREACH: "bad",
}
ORDER_TONES = {
    OrderState.FILLED: "good",
    OrderState.REJECTED: "bad",
    OrderState.DENIED: "bad",
    OrderState.UNKNOWN: "warn",
    OrderState.PARTIALLY_FILLED: "warn",
}
ACCOUNT_WORDS = {
    "simulated": "simulated account",
    "paper": "paper account",
    "live": "live account",
    "prop": "prop firm account",
}
VENUE_WORDS = {
    "simulated": "Orders are filled by a simulated exchange at the prices that the generator sends: no money moves.",
    "paper": "Orders go to the venue's paper account: real prices, no money.",
    "live": "Orders go to the venue: money moves.",
    "prop": "Orders go to the prop firm's account at the venue.",
}


class MeterView(msgspec.Struct, frozen=True, kw_only=True):
    """`width` is the filled part of its bar, 0–100."""

    meter: Meter
    width: float
    tone: str


class HaltRow(msgspec.Struct, frozen=True, kw_only=True):
    """A halt with its end and with how long getting out took, None where there is none."""

    halt: Halt
    end: Resume | None
    flattening: Flattening | None


class ExecutorHead(msgspec.Struct, frozen=True, kw_only=True):
    """The frame of each page of one executor; `now` wall clock."""

    status: ExecutorStatus
    tone: str
    account: str
    venue: str
    level_tone: str
    now: datetime


class WatchedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One executor on the generator's page."""

    executor: WatchedExecutor
    state: str
    tone: str


def executor_head(status: ExecutorStatus, now: datetime) -> ExecutorHead:
    """What every page of an executor says."""
    return ExecutorHead(
        status=status,
        tone=STATE_TONES[status.state],
        account=ACCOUNT_WORDS[status.mode],
        venue=VENUE_WORDS[status.mode],
        level_tone="calm" if status.risk is None else LEVEL_TONES[status.risk.level],
        now=now,
    )


def meter_views(status: ExecutorStatus) -> tuple[MeterView, ...]:
    """Each limit with how much of it is used."""
    meters = () if status.risk is None else status.risk.meters
    return tuple(
        MeterView(meter=meter, width=min(max(meter.pct, 0.0), 100.0), tone=_meter_tone(meter)) for meter in meters
    )


def halt_rows(records: Iterable[Halt | Resume], flattenings: Iterable[Flattening]) -> tuple[HaltRow, ...]:
    """Each halt once, newest first, with its end beside it."""
    known = list(records)
    ends = {one.halt_id: one for one in known if isinstance(one, Resume)}
    measured = {one.halt_id: one for one in flattenings}
    return tuple(
        HaltRow(halt=one, end=ends.get(one.halt_id), flattening=measured.get(one.halt_id))
        for one in known
        if isinstance(one, Halt)
    )


def watched_row(executor: WatchedExecutor) -> WatchedRow:
    """Silent, not asked yet, or as it said itself."""
    if executor.up is False:
        return WatchedRow(executor=executor, state="no answer", tone="bad")
    if executor.status is None:
        return WatchedRow(executor=executor, state="not asked yet", tone="calm")
    return WatchedRow(executor=executor, state=executor.status.state.value, tone=STATE_TONES[executor.status.state])


def _meter_tone(meter: Meter) -> str:
    """As the watch has it: WARNING from 70 % of a limit, CRITICAL from 90 %; correlation moves no level."""
    if meter.name == "correlation":
        return "calm"
    return "down" if meter.pct >= 90 else "warn" if meter.pct >= 70 else "up"
