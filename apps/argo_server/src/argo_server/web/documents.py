"""JSON answers that are more than a stored value."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.measures.intervals import wilson
from argo_core.model.decision import Decision
from argo_core.model.query import Page, SignalStatistics
from argo_core.model.signal import LoggedSignal, Signal

LEVEL = 0.95


class SignalDocument(Signal, frozen=True, kw_only=True):
    """A signal and what the log knows about it. `verification_hash` covers the first nine fields, no others."""

    verification_hash: str
    scheme: str
    index: int
    created_at: datetime
    outcome: str | None
    result: str | None
    exit_price: float | None
    profit_loss_pct: float | None


class SignalPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[SignalDocument, ...]
    next: int | None


class DecisionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next` goes into `before` for the page that follows; None on the last."""

    items: tuple[Decision, ...]
    next: int | None


class RateDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`rate_pct`: `count` of `n` in percent, None for n = 0; `low_pct` to `high_pct`: Wilson interval at `level`."""

    count: int
    n: int
    rate_pct: float | None
    low_pct: float
    high_pct: float
    level: float = LEVEL


class StatisticsDocument(SignalStatistics, frozen=True, kw_only=True):
    """Counts over the whole log at `counted_at`, and two of them as rates."""

    counted_at: datetime
    win_rate: RateDocument
    veto_rate: RateDocument


class WinRateDocument(msgspec.Struct, frozen=True, kw_only=True):
    """`win_rate` and its Wilson `interval` in percent; `n` is `completed`, wins and losses together."""

    wins: int
    losses: int
    completed: int
    open: int
    win_rate: float | None
    interval: tuple[float, float]
    level: float
    n: int
    average_win_pct: float | None
    average_loss_pct: float | None


def signal_document(logged: LoggedSignal) -> SignalDocument:
    """One stored signal as it is sent."""
    sealed = logged.sealed
    return SignalDocument(
        **msgspec.structs.asdict(sealed.signal),
        verification_hash=sealed.verification_hash,
        scheme=sealed.scheme,
        index=logged.index,
        created_at=logged.created_at,
        outcome=logged.outcome,
        result=logged.result,
        exit_price=logged.exit_price,
        profit_loss_pct=logged.profit_loss_pct,
    )


def signal_page(page: Page[LoggedSignal]) -> SignalPage:
    """A page of stored signals as it is sent."""
    return SignalPage(items=tuple(map(signal_document, page.items)), next=page.next_before)


def rate(count: int, n: int) -> RateDocument:
    """`count` of `n`, with what the sample size allows to say."""
    low, high = wilson(count, n, LEVEL)
    share = round(100.0 * count / n, 4) if n else None
    return RateDocument(count=count, n=n, rate_pct=share, low_pct=round(100 * low, 4), high_pct=round(100 * high, 4))


def statistics_document(statistics: SignalStatistics, at: datetime) -> StatisticsDocument:
    """The counts with their rates."""
    return StatisticsDocument(
        **msgspec.structs.asdict(statistics),
        counted_at=at,
        win_rate=rate(statistics.wins, statistics.wins + statistics.losses),
        veto_rate=rate(statistics.vetoed, statistics.decisions),
    )


def win_rate_document(statistics: SignalStatistics) -> WinRateDocument:
    """How the resolved signals ended."""
    wins = rate(statistics.wins, statistics.wins + statistics.losses)
    return WinRateDocument(
        wins=statistics.wins,
        losses=statistics.losses,
        completed=wins.n,
        open=statistics.open,
        win_rate=wins.rate_pct,
        interval=(wins.low_pct, wins.high_pct),
        level=wins.level,
        n=wins.n,
        average_win_pct=statistics.average_win_pct,
        average_loss_pct=statistics.average_loss_pct,
    )
