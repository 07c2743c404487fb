"""A strategy's own record as the prop simulator wants it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argo_core.errors import DataError
from argo_core.model.resolved import RiskedTrade


class TradeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """R multiples in the order of closing, `per_day` trades on a day with one, and how many trades were `left_out`
    because their signal had no stop."""

    multiples: tuple[float, ...]
    per_day: float
    left_out: int


def trade_record(trades: Sequence[RiskedTrade], executor_id: str | None = None) -> TradeRecord:
    """The record of one executor's trades, or of all. Days are UTC days of closing.

    Raises DataError `no_trades` where none has a known risk, or where several executors traded and none is named: two
    accounts' copies of one signal are not two trades.
    """
    wanted = [each for each in trades if executor_id is None or each.trade.executor_id == executor_id]
    executors = sorted({each.trade.executor_id for each in wanted})
    if len(executors) > 1:
        raise DataError("no_trades", f"trades of {', '.join(executors)}: name one executor")
    known = [(each.trade.closed_at.date(), each.multiple) for each in wanted if each.multiple is not None]
    if not known:
        raise DataError("no_trades", "no finished trade with a known risk is stored: let it trade, or give a table")
    return TradeRecord(
        multiples=tuple(multiple for _, multiple in known),
        per_day=len(known) / len({day for day, _ in known}),
        left_out=len(wanted) - len(known),
    )
