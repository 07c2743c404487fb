"""Alpaca's documented answers: each is read, or refused with its meaning; none becomes a price that it is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from argo_core.adapters.vendors.alpaca_data_parse import meant, parse_bars, parse_last_trades, unknown_symbols
from argo_core.adapters.vendors.complete_bars import CHICAGO, NEW_YORK, Asked, Days
from argo_core.adapters.vendors.refused_datum import Sifted
from argo_core.errors import SourceError
from argo_core.model.timeframe import Timeframe
from tests.argo.adapters.vendors.payloads import document, minutes, names, payload

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
MINUTE = Timeframe.parse("1Min")


def asked(frame: Timeframe = MINUTE, now: datetime = NOW) -> Asked:
    return Asked(frame, datetime(2020, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), now)


def row(**changes: Any) -> dict[str, Any]:
    return {"t": "2026-11-20T15:00:00Z", "o": 10.0, "h": 11.0, "l": 9.0, "c": 10.5, "v": 7, **changes}


def refused(read: Callable[[], Sifted[Any]]) -> str:
    """Why nothing of an answer about one symbol is taken: the whole answer's reason, or that symbol's."""
    try:
        answer = read()
    except SourceError as error:
        return error.reason
    assert not answer.good
    (alone,) = answer.refused
    return alone.reason


def test_a_bar_of_shares_is_read() -> None:
    bars = parse_bars(payload("alpaca/stock_bars")["bars"], ["AAPL", "MSFT"], asked(), Days(NEW_YORK)).good
    assert list(bars) == ["AAPL"]
    assert minutes(bars["AAPL"].start) == ["2022-01-03T09:00"]
    assert minutes(bars["AAPL"].end) == ["2022-01-03T09:01"]
    assert bars["AAPL"].values[:, 0].tolist() == [178.26, 178.26, 178.21, 178.21, 1118.0]


def test_a_bar_of_coins_bears_our_symbol() -> None:
    bars = parse_bars(payload("alpaca/crypto_bars")["bars"], ["BTC-USD"], asked(), Days(CHICAGO)).good
    assert list(bars) == ["BTC-USD"]
    assert bars["BTC-USD"].values[:, 0].tolist() == [28999.0, 29003.0, 28999.0, 29003.0, 0.01]


def test_no_bars_are_no_symbols() -> None:
    assert parse_bars(payload("alpaca/stock_bars_empty")["bars"], ["AAPL"], asked(), Days(NEW_YORK)).good == {}


def test_a_last_trade_bears_the_vendors_time_cut_to_microseconds() -> None:
    prices = parse_last_trades(payload("alpaca/stock_latest_trades")["trades"], ["AAPL", "TSLA"], NOW, "iex").good
    assert list(prices) == ["AAPL"]
    assert prices["AAPL"].price == 172.78
    assert prices["AAPL"].at == datetime(2022, 8, 17, 9, 50, 43, 361102, tzinfo=UTC)
    assert prices["AAPL"].received_at == NOW
    assert prices["AAPL"].feed == "iex"


def test_last_trades_of_coins_bear_our_symbols() -> None:
    raw = payload("alpaca/crypto_latest_trades")["trades"]
    prices = parse_last_trades(raw, ["BTC-USD", "ETH-USD"], NOW, "crypto_us").good
    assert {symbol: price.price for symbol, price in prices.items()} == {"BTC-USD": 29791.0, "ETH-USD": 2027.6}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("stock_latest_quotes", "quotes"),
        ("stock_latest_bars", "bars"),
        ("stock_snapshots", None),
        ("crypto_latest_quotes", "quotes"),
        ("crypto_latest_bars", "bars"),
        ("crypto_latest_orderbooks", "orderbooks"),
        ("crypto_snapshots", "snapshots"),
        ("stock_bars", "bars"),
    ],
)
def test_the_answer_to_another_question_is_no_price(name: str, key: str | None) -> None:
    raw = payload(f"alpaca/{name}")
    symbols = ["AAPL", "TSLA", "BTC-USD", "ETH-USD"]
    with pytest.raises(SourceError) as caught:
        parse_last_trades(raw if key is None else raw[key], symbols, NOW, "iex")
    assert caught.value.reason == "REFUSED_ANSWER"


def test_every_documented_answer_is_known_to_these_tests() -> None:
    assert names("alpaca") == [
        "crypto_bars", "crypto_latest_bars", "crypto_latest_orderbooks", "crypto_latest_quotes",
        "crypto_latest_trades", "crypto_snapshots", "data_errors", "stock_bars", "stock_bars_empty",
        "stock_latest_bars", "stock_latest_quotes", "stock_latest_trades", "stock_snapshots", "ws_crypto_session",
        "ws_stock_session",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        row(c=None), row(c="10.5"), row(t="yesterday"), row(t=1637420400), row(t="2026-11-20T15:00:00"), row(c=-1.0),
        row(o=0.0), row(h=10.0), row(v=-1), row(o=10**400), row(t="0001-01-01T00:00:00Z"),
        row(t="9999-12-31T23:59:59Z"), {"t": "2026-11-20T15:00:00Z"}, None, [], "AAPL",
    ],
)  # fmt: skip
def test_a_bar_that_no_market_makes_is_refused(wrong: Any) -> None:
    assert refused(lambda: parse_bars({"AAPL": [wrong]}, ["AAPL"], asked(), Days(NEW_YORK))) == "REFUSED_ANSWER"


@pytest.mark.parametrize("rows", [[row(), row()], [row(), row(t="2026-11-20T14:59:00Z")]])
def test_bars_that_repeat_or_run_backwards_are_refused(rows: list[Any]) -> None:
    assert refused(lambda: parse_bars({"AAPL": rows}, ["AAPL"], asked(), Days(NEW_YORK))) == "REFUSED_ANSWER"


@pytest.mark.parametrize(
    "trade",
    [
        {"t": "2026-11-20T15:00:00Z", "p": 0},
        {"t": "2026-11-20T15:00:00Z", "p": -3.0},
        {"t": "2026-11-20T15:00:00Z", "p": None},
        {"t": "2026-11-20T15:00:00Z"},
        {"t": "2026-11-20T15:00:00", "p": 3.0},
        {"t": "2026-11-20T15:31:01Z", "p": 3.0},
    ],
)
def test_a_trade_without_price_or_from_the_future_is_refused(trade: dict[str, Any]) -> None:
    assert refused(lambda: parse_last_trades({"AAPL": trade}, ["AAPL"], NOW, "iex")) == "REFUSED_ANSWER"


def test_one_bad_row_refuses_its_symbol_and_no_other() -> None:
    answer = parse_bars({"AAPL": [row()], "TSLA": [row(h=10.0)]}, ["AAPL", "TSLA"], asked(), Days(NEW_YORK))
    assert (list(answer.good), [(each.symbol, each.kind, each.measured) for each in answer.refused]) == (
        ["AAPL"],
        [("TSLA", "bad_bars", 1.0)],
    )
    trades = {
        "AAPL": {"t": "2026-11-20T15:00:00Z", "p": 3.0},
        "MSFT": {"t": "2026-11-20T15:00:00Z", "p": 0},
        "TSLA": {"t": "2026-11-20T15:31:01Z", "p": 3.0},
        "IBM": {"t": "0001-01-01T00:00:00Z", "p": 3.0},
    }
    prices = parse_last_trades(trades, list(trades), NOW, "iex")
    assert list(prices.good) == ["AAPL"]
    assert [(each.symbol, each.kind, each.measured, each.limit) for each in prices.refused] == [
        ("MSFT", "bad_price", 0.0, 0.0),
        ("TSLA", "clock_skew", 61.0, 60.0),
        ("IBM", "bad_price", 3.0, 0.0),
    ]


def test_an_old_trade_keeps_its_age() -> None:
    old = {"t": "2026-11-20T15:20:00Z", "p": 3.0}
    price = parse_last_trades({"AAPL": old}, ["AAPL"], NOW, "iex").good["AAPL"]
    assert price.received_at - price.at == timedelta(minutes=10)


def test_a_bar_in_progress_is_left_out() -> None:
    rows = [row(), row(t="2026-11-20T15:29:00Z"), row(t="2026-11-20T15:30:00Z")]
    bars = parse_bars({"AAPL": rows}, ["AAPL"], asked(), Days(NEW_YORK)).good["AAPL"]
    assert minutes(bars.start) == ["2026-11-20T15:00", "2026-11-20T15:29"]


def test_unknown_fields_are_no_concern() -> None:
    raw = copy.deepcopy(payload("alpaca/stock_bars")["bars"])
    raw["AAPL"][0]["new"] = {"anything": np.pi}
    assert list(parse_bars(raw, ["AAPL"], asked(), Days(NEW_YORK)).good) == ["AAPL"]


@pytest.mark.parametrize(
    ("case", "asked_for", "unknown"),
    [
        ("bad_symbol", ["AAPL", "FOO!"], {"FOO!"}),
        ("bad_crypto_symbol", ["BTCUSD", "BTC-USD"], {"BTCUSD"}),
        ("missing_param", ["AAPL"], set()),
        ("rate", ["AAPL"], set()),
    ],
)
def test_a_refusal_names_the_symbols_that_it_does_not_know(case: str, asked_for: list[str], unknown: set[str]) -> None:
    assert unknown_symbols(document(payload("alpaca/data_errors")[case]), asked_for) == unknown


def test_a_feed_outside_the_plan_is_told_as_such_and_not_as_a_wrong_key() -> None:
    error = meant(document(payload("alpaca/data_errors")["recent_sip"]))
    assert error is not None
    assert (error.reason, error.permanent) == ("DISABLED", True)
    assert "iex" in str(error)


@pytest.mark.parametrize("case", ["bad_key", "forbidden", "rate", "bad_symbol"])
def test_what_the_status_says_is_left_to_it(case: str) -> None:
    assert meant(document(payload("alpaca/data_errors")[case])) is None
