"""An executor's day beside its replay: fills, finished trades, and the money between them by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from argo_core.backtest.account import Account
from argo_core.backtest.history import History
from argo_core.backtest.parity_account import ReplayedAccount
from argo_core.backtest.parity_causes import FillCauses
from argo_core.backtest.parity_fills import MICROS, Part, PartFill, StoredFill, by_part, near, orders_of
from argo_core.execution.exchange_book import ExchangeBook
from argo_core.model.bars import CLOSE
from argo_core.model.parity import Agreement, Cause, Compared, DayResult, Difference
from argo_core.model.recorded_day import ExecutorDay
from argo_core.model.trade import Trade


@dataclass(frozen=True, slots=True)
class PairedExecutions:
    """What the report says of one account."""

    fills: Agreement
    trades: Agreement
    result: DayResult
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class _Sums:
    """Millionths of quote currency, as whole numbers: their sums are exact."""

    live: int = 0
    again: int = 0
    by_cause: dict[Cause, int] = field(default_factory=dict)


def pair_executions(
    live: ExecutorDay,
    again: ReplayedAccount,
    signals: Mapping[str, Cause],
    account: Account,
    mode: str,
    history: History,
    before: datetime | None,
) -> PairedExecutions:
    """`signals`: the causes of signals that differ, by id. `mode`: what kind of account the live one is. Positions that
    were held before the day count alike on both sides; what is held at its end is marked at the last closes."""
    marks = _marks(history, live, again)
    sides = _live_parts(live), _replayed_parts(live, again)
    causes = FillCauses(live, again, signals, mode, account.costs.fee_pct)
    held = _held_before(live, history, before, marks)
    sums, found = _Sums(held, held), list[Difference]()
    every = _in_order(*sides)
    for part in every:
        one, other = sides[0].get(part), sides[1].get(part)
        mark = marks[part[1]]
        amounts = [0 if each is None else each.micros(mark) for each in (one, other)]
        sums.live, sums.again = sums.live + amounts[0], sums.again + amounts[1]
        if one is not None and other is not None and one.agrees(other) and one.contradiction is None:
            if amounts[0] != amounts[1]:  # the last digit, rounded once up and once down
                _add(sums, Cause.UNEXPLAINED, amounts[0] - amounts[1])
            continue
        cause, detail = causes.of(one, other)
        _add(sums, cause, amounts[0] - amounts[1])
        found.append(_difference(part, one, other, cause, detail, amounts[0] - amounts[1]))
    trades, differing = _pair_trades(live.trades, again.trades, found)
    return PairedExecutions(
        fills=Agreement(agreed=len(every) - len(found), compared=len(every)),
        trades=trades,
        result=_result(sums),
        differences=(*found, *differing),
    )


def _add(sums: _Sums, cause: Cause, micros: int) -> None:
    sums.by_cause[cause] = sums.by_cause.get(cause, 0) + micros


def _result(sums: _Sums) -> DayResult:
    by_cause = {cause.value: micros / MICROS for cause, micros in sums.by_cause.items() if micros}
    return DayResult(live=sums.live / MICROS, replayed=sums.again / MICROS, by_cause=by_cause)


def _live_parts(live: ExecutorDay) -> dict[Part, PartFill]:
    orders = orders_of((*live.before.changes, *live.changes))
    fills = (
        StoredFill(each.client_order_id, each.signal_id, each.symbol, each.quantity, each.fill, each.at_venue)
        for each in live.fills
    )
    return by_part(fills, orders)


def _replayed_parts(live: ExecutorDay, again: ReplayedAccount) -> dict[Part, PartFill]:
    orders = orders_of((*live.before.changes, *again.changes))
    fills = (
        StoredFill(each.client_order_id, each.signal_id, each.symbol, each.quantity, each.fill) for each in again.fills
    )
    return by_part(fills, orders)


def _in_order(live: Mapping[Part, PartFill], again: Mapping[Part, PartFill]) -> list[Part]:
    """By the market time of the earlier of the two; at one time entries of both sides as they came."""
    came = {part: number for number, part in enumerate([*again, *live])}

    def place(part: Part) -> tuple[datetime, int]:
        times = [side[part].fill.filled_at for side in (live, again) if part in side]
        return min(times), came[part]

    return sorted(live.keys() | again.keys(), key=place)


def _difference(
    part: Part, live: PartFill | None, again: PartFill | None, cause: Cause, detail: str, micros: int
) -> Difference:
    shown = live if live is not None else again
    if shown is None:
        raise ValueError("neither side shows a fill")
    return Difference(
        what=Compared.FILL,
        symbol=part[1],
        action="BUY" if shown.quantity > 0 else "SELL",
        at=shown.fill.filled_at,
        signal_id=part[0],
        cause=cause,
        detail=detail,
        live=None if live is None else live.text,
        replayed=None if again is None else again.text,
        amount=micros / MICROS,
    )


def _marks(history: History, live: ExecutorDay, again: ReplayedAccount) -> dict[str, float]:
    """The last close of the day of each symbol; of one without bars the last price at which it was traded."""
    marks = {each.symbol: each.fill.price for each in again.fills}
    marks |= {each.symbol: each.fill.price for each in live.fills}
    for row, bars in enumerate(history.bars):
        last = int(history.last[row, -1])
        if last >= 0:
            marks[bars.symbol] = float(bars.values[CLOSE, last])
    return marks


def _held_before(live: ExecutorDay, history: History, before: datetime | None, marks: Mapping[str, float]) -> int:
    """What the positions of before the day brought over it, in millionths."""
    book = ExchangeBook(cash=0.0).after(numbered.change for numbered in live.before.changes)
    if before is None:
        return 0
    closes = {bars.symbol: bars.until(before) for bars in history.bars}
    total = 0
    for symbol in book.lots:
        known = closes.get(symbol)
        if known is not None and len(known):
            total += round(book.held(symbol) * (marks[symbol] - float(known.values[CLOSE, -1])) * MICROS)
    return total


def _pair_trades(
    live: Sequence[Trade], again: Sequence[Trade], fills: Sequence[Difference]
) -> tuple[Agreement, list[Difference]]:
    """Finished trades by signal and symbol; one that differs has the cause of the first fill that made it so."""
    ours = {(trade.signal_id, trade.symbol): trade for trade in live}
    theirs = {(trade.signal_id, trade.symbol): trade for trade in again}
    found = []
    every = sorted(ours.keys() | theirs.keys())
    for key in every:
        one, other = ours.get(key), theirs.get(key)
        if one is not None and other is not None and _alike(one, other):
            continue
        shown = one or other
        if shown is not None:
            found.append(_trade_difference(shown, one, other, fills))
    return Agreement(agreed=len(every) - len(found), compared=len(every)), found


def _alike(one: Trade, other: Trade) -> bool:
    figures = ("quantity", "entry_price", "exit_price", "fees")
    return one.exit == other.exit and all(near(getattr(one, name), getattr(other, name)) for name in figures)


def _trade_difference(shown: Trade, live: Trade | None, again: Trade | None, fills: Sequence[Difference]) -> Difference:
    own = [each for each in fills if each.signal_id == shown.signal_id]
    lived = [each for each in fills if each.symbol == shown.symbol and shown.opened_at <= each.at <= shown.closed_at]
    related = own or lived  # a kill switch's fills have no signal
    cause, detail = (
        (related[0].cause, f"as its fill: {related[0].detail}")
        if related
        else (Cause.RECORDS_DISAGREE, "its fills agree, and the stored trade does not follow from them")
    )
    return Difference(
        what=Compared.TRADE,
        symbol=shown.symbol,
        action=shown.action,
        at=shown.closed_at,
        signal_id=shown.signal_id,
        cause=cause,
        detail=detail,
        live=None if live is None else _text(live),
        replayed=None if again is None else _text(again),
    )


def _text(trade: Trade) -> str:
    way = f"{trade.quantity:g} at {trade.entry_price:g}, out at {trade.exit_price:g}"
    return f"{way} by {trade.exit}: {trade.net_pct:+g} %"
