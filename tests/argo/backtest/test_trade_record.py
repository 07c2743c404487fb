"""A record out of stored trades."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from argo_core.backtest.trade_record import trade_record
from argo_core.errors import DataError
from argo_core.model.resolved import RiskedTrade
from argo_core.testing.contracts.execution_reports import TRADE


def closed(day: int, net_pct: float, risk_pct: float | None, executor_id: str = "argo") -> RiskedTrade:
    trade = msgspec.structs.replace(
        TRADE, net_pct=net_pct, executor_id=executor_id, closed_at=TRADE.closed_at + timedelta(days=day)
    )
    return RiskedTrade(trade=trade, risk_pct=risk_pct)


def test_multiples_keep_their_order_and_days_are_counted() -> None:
    found = trade_record([closed(0, 3.0, 1.5), closed(0, -1.5, 1.5), closed(1, 1.0, None), closed(4, 1.0, 2.0)])
    assert (found.multiples, found.per_day, found.left_out) == ((2.0, -1.0, 0.5), 1.5, 1)


def test_two_accounts_are_not_one_record() -> None:
    both = [closed(0, 3.0, 1.5), closed(0, 3.0, 1.5, "prop_firm")]
    with pytest.raises(DataError, match="argo, prop_firm: name one"):
        trade_record(both)
    assert trade_record(both, "prop_firm").multiples == (2.0,)
    with pytest.raises(DataError, match="no finished trade"):
        trade_record([])
