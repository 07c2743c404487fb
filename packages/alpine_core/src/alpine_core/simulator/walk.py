"""One follower through the record, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from alpine_core.simulator.account import FollowerAccount, Holding
from alpine_core.simulator.exact import HUNDRED, MONEY, PERCENT, exact, told
from alpine_core.simulator.plan import FollowPlan
from alpine_core.simulator.price_book import PriceBook
from alpine_core.simulator.recorded_signal import RecordedSignal
from alpine_core.simulator.result import Figures, OpenTrade, Skip, SkipReason, Trade
from alpine_core.simulator.route import Route, WayOut, route_of
from alpine_core.track_record.wilson import wilson


class Walked(NamedTuple):
    """`steps`: equity after each moment at which a trade ended, ascending; `final` with what is open at its mark."""

    trades: tuple[Trade, ...]
    open: tuple[OpenTrade, ...]
    skipped: tuple[Skip, ...]
    steps: tuple[tuple[datetime, Decimal], ...]
    final: Decimal
    figures: Figures


class Walk:
    """At equal moments what ends, ends before anything begins; among equals the record's order decides."""

    def __init__(self, plan: FollowPlan, book: PriceBook) -> None:
        self._plan, self._book = plan, book
        self._account = FollowerAccount(plan)
        self._trades: list[Trade] = []
        self._skipped: list[Skip] = []
        self._steps: dict[datetime, Decimal] = {}

    def through(self, signals: Sequence[RecordedSignal]) -> Walked:
        """Follow these, each once."""
        routed: list[tuple[RecordedSignal, Route]] = []
        for signal in signals:
            route = route_of(signal, self._plan, self._book)
            if isinstance(route, SkipReason):
                self._skip(signal, route)
            else:
                routed.append((signal, route))
        for signal, route in sorted(routed, key=lambda pair: (pair[1].entered_at, pair[0].cursor)):
            self._end_until(route.entered_at)
            refused = self._account.enter(signal, route)
            if refused is not None:
                self._skip(signal, refused)
        self._end_until(None)
        return self._walked()

    def _end_until(self, moment: datetime | None) -> None:
        ends = [(held.out, held) for held in self._account.holdings if held.out is not None]
        due = [(out, held) for out, held in ends if moment is None or out.at <= moment]
        for out, held in sorted(due, key=_order):
            self._trades.append(self._account.leave(held, out))
            self._steps[out.at] = self._account.equity

    def _skip(self, signal: RecordedSignal, reason: SkipReason) -> None:
        self._skipped.append(Skip(signal_id=signal.signal_id, symbol=signal.symbol, at=signal.at, reason=reason))

    def _walked(self) -> Walked:
        still_open, unrealised = self._account.marked(self._book)
        final = self._account.equity + unrealised
        skipped = tuple(sorted(self._skipped, key=lambda skip: (skip.at, skip.signal_id)))
        steps = tuple(self._steps.items())
        return Walked(tuple(self._trades), still_open, skipped, steps, final, self._figures(steps, final))

    def _figures(self, steps: Sequence[tuple[datetime, Decimal]], final: Decimal) -> Figures:
        capital, count = exact(self._plan.capital), len(self._trades)
        wins = self._account.wins
        rate = wilson(wins, count)
        return Figures(
            final_equity=told(final, MONEY),
            return_pct=told((final / capital - 1) * HUNDRED, PERCENT),
            max_drawdown_pct=told(_drawdown([capital, *(equity for _, equity in steps), final]), PERCENT),
            trades=count,
            wins=wins,
            win_rate_pct=_percent(rate.share),
            win_rate_low_pct=_percent(rate.low),
            win_rate_high_pct=_percent(rate.high),
            fees=told(self._account.fees, MONEY),
            slippage=told(self._account.slipped, MONEY),
        )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 4)


def _order(due: tuple[WayOut, Holding]) -> tuple[datetime, int]:
    return due[0].at, due[1].signal.cursor


def _drawdown(equities: Sequence[Decimal]) -> Decimal:
    """The deepest fall below the highest value before, in per cent of that."""
    peak, deepest = equities[0], Decimal(0)
    for equity in equities:
        peak = max(peak, equity)
        deepest = max(deepest, (peak - equity) / peak * HUNDRED)
    return deepest
