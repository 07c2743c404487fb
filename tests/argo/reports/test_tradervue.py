"""The journal in the columns of Tradervue's generic import format."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec

from argo_core.reports.tradervue import tradervue_csv
from argo_core.testing.contracts.execution_reports import TRADE

OPENED, CLOSED = datetime(2026, 3, 2, 14, 30, tzinfo=UTC), datetime(2026, 3, 2, 20, 0, 5, tzinfo=UTC)
LONG = msgspec.structs.replace(TRADE, trade_id="a", opened_at=OPENED, closed_at=CLOSED)


def test_a_trade_is_two_executions_with_its_fees_at_the_exit() -> None:
    assert tradervue_csv([LONG]) == (
        "Date,Time,Symbol,Quantity,Price,Side,Commission,TransFee,ECNFee\r\n"
        "2026-03-02,14:30:00,AAPL,10,175.5,Buy,0,0,0\r\n"
        "2026-03-02,20:00:05,AAPL,10,180,Sell,3.5,0,0\r\n"
    )


def test_a_short_is_sold_first_and_bought_back() -> None:
    short = msgspec.structs.replace(LONG, action="SELL")
    assert [line.split(",")[5] for line in tradervue_csv([short]).splitlines()[1:]] == ["Short", "Buy"]


def test_executions_of_several_trades_stand_in_the_order_of_time() -> None:
    within = msgspec.structs.replace(LONG, trade_id="b", symbol="NVDA", opened_at=OPENED + timedelta(minutes=1),
                                     closed_at=CLOSED - timedelta(minutes=1))  # fmt: skip
    assert [line.split(",")[2] for line in tradervue_csv([LONG, within]).splitlines()[1:]] == [
        "AAPL", "NVDA", "NVDA", "AAPL"
    ]  # fmt: skip


def test_a_fraction_of_a_coin_has_no_exponent_and_times_are_utc() -> None:
    east = timezone(timedelta(hours=-5))
    coin = msgspec.structs.replace(LONG, quantity=0.00001234, opened_at=datetime(2026, 3, 1, 23, 0, tzinfo=east))
    assert tradervue_csv([coin]).splitlines()[1].split(",")[:4] == ["2026-03-02", "04:00:00", "AAPL", "0.00001234"]
