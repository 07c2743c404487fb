"""Massive's documented answers: each is read, or refused with its meaning."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendors.complete_bars import NEW_YORK, UTC_ZONE, Asked, Days
from argo_core.adapters.vendors.massive_parse import (
    AggregatePage,
    meant,
    next_page,
    parse_bars,
    parse_page,
    parse_snapshots,
    to_massive,
)
from argo_core.errors import SourceError
from argo_core.model.timeframe import Timeframe
from tests.argo.adapters.vendors.payloads import document, minutes, names, payload


def page_of(raw: object) -> AggregatePage:
    return parse_page(Document(200, {}, msgspec.json.encode(raw)))


NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
DAY = Asked(Timeframe.parse("1Day"), datetime(2010, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), NOW)


def test_aggregates_are_in_milliseconds_from_new_yorks_midnight() -> None:
    bars = parse_bars("AAPL", [page_of(payload("massive/aggs"))], DAY, Days(NEW_YORK))
    assert bars is not None
    assert minutes(bars.start) == ["2020-01-02T05:00", "2020-01-03T05:00"]
    assert minutes(bars.end) == ["2020-01-03T05:00", "2020-01-04T05:00"]
    assert bars.values[:, 1].tolist() == [74.2875, 75.145, 74.125, 74.3575, 146535512.0]


def test_no_results_are_no_bars() -> None:
    assert parse_bars("AAPL", [page_of(payload("massive/aggs_empty"))], DAY, Days(NEW_YORK)) is None


def test_the_previous_day_has_the_form_of_aggregates() -> None:
    bars = parse_bars("AAPL", [page_of(payload("massive/prev"))], DAY, Days(NEW_YORK))
    assert bars is not None
    assert bars.close.tolist() == [115.97]


def test_bars_of_another_symbol_are_refused() -> None:
    with pytest.raises(SourceError, match="answered for AAPL"):
        parse_bars("MSFT", [page_of(payload("massive/aggs"))], DAY, Days(NEW_YORK))


@pytest.mark.parametrize(
    "name",
    ["grouped_daily", "indicator_macd", "indicator_rsi", "last_crypto", "last_trade", "errors"],
)
def test_the_answer_to_another_question_is_no_page(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        page_of(payload(f"massive/{name}"))
    assert caught.value.reason == "REFUSED_ANSWER"


@pytest.mark.parametrize(
    "name", ["aggs", "aggs_empty", "prev", "grouped_daily", "indicator_rsi", "last_trade", "last_crypto", "errors"]
)
def test_the_answer_to_another_question_is_no_snapshot(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_snapshots(payload(f"massive/{name}"), ["AAPL"], NOW, "realtime")
    assert caught.value.reason == "REFUSED_ANSWER"


def test_every_documented_answer_is_known_to_these_tests() -> None:
    assert names("massive") == [
        "aggs", "aggs_empty", "errors", "grouped_daily", "indicator_macd", "indicator_rsi", "last_crypto",
        "last_trade", "prev", "snapshot_crypto", "snapshot_ticker", "ws_session",
    ]  # fmt: skip


def test_a_trade_of_shares_is_in_nanoseconds() -> None:
    price = parse_snapshots(payload("massive/snapshot_ticker"), ["AAPL"], NOW, "realtime").good["AAPL"]
    assert price.price == 159.99
    assert price.at == datetime(2022, 4, 29, 17, 5, 48, 294080, tzinfo=UTC)
    assert price.feed == "realtime"


def test_a_trade_of_coins_is_in_milliseconds() -> None:
    price = parse_snapshots(payload("massive/snapshot_crypto"), ["BTC-USD"], NOW, "realtime").good["BTC-USD"]
    assert price.price == 16242.31
    assert price.at == datetime(2020, 11, 13, 19, 3, 50, 780000, tzinfo=UTC)


def test_without_trades_in_the_plan_the_last_minutes_close_counts_from_its_end() -> None:
    raw = payload("massive/snapshot_ticker")
    del raw["ticker"]["lastTrade"]
    price = parse_snapshots(raw, ["AAPL"], NOW, "realtime").good["AAPL"]
    assert price.price == 160.3
    assert price.at == datetime(2023, 5, 18, 16, 51, tzinfo=UTC)


def test_a_snapshot_of_zeros_before_the_open_is_no_price() -> None:
    raw = payload("massive/snapshot_ticker")
    del raw["ticker"]["lastTrade"]
    raw["ticker"]["min"] = {"c": 0, "h": 0, "l": 0, "o": 0, "v": 0, "t": 0}
    assert parse_snapshots(raw, ["AAPL"], NOW, "realtime").good == {}


def test_many_tickers_come_in_one_answer_and_delay_is_told() -> None:
    one = payload("massive/snapshot_ticker")["ticker"]
    raw = {"status": "DELAYED", "tickers": [one, {**one, "ticker": "MSFT"}], "count": 2}
    prices = parse_snapshots(raw, ["MSFT", "AAPL", "TSLA"], NOW, "realtime").good
    assert list(prices) == ["MSFT", "AAPL"]
    assert {price.feed for price in prices.values()} == {"delayed"}


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000_000])
def test_a_time_in_another_unit_is_refused(unit: int) -> None:
    raw = copy.deepcopy(payload("massive/snapshot_ticker"))
    raw["ticker"]["lastTrade"]["t"] = 1651251948 * unit
    if unit == 1_000_000_000:
        assert list(parse_snapshots(raw, ["AAPL"], NOW, "realtime").good) == ["AAPL"]
    else:
        with pytest.raises(SourceError, match="no time in units"):
            parse_snapshots(raw, ["AAPL"], NOW, "realtime")


@pytest.mark.parametrize(
    "change",
    [
        {"c": None},
        {"c": "1"},
        {"t": None},
        {"t": 1.5},
        {"t": 10**400},
        {"t": 1577941200},
        {"t": -1},
        {"o": 0},
        {"h": 1},
        {"v": -1},
    ],
)
def test_a_bar_that_no_market_makes_is_refused(change: dict[str, Any]) -> None:
    raw = copy.deepcopy(payload("massive/aggs"))
    raw["results"][0].update(change)
    with pytest.raises(SourceError) as caught:
        parse_bars("AAPL", [page_of(raw)], DAY, Days(NEW_YORK))
    assert caught.value.reason == "REFUSED_ANSWER"


def test_the_next_page_is_asked_of_our_host_without_a_key_in_the_address() -> None:
    path, params = next_page(payload("massive/aggs")["next_url"] + "&apiKey=SECRET")
    assert path == "/v2/aggs/ticker/AAPL/range/1/day/1578114000000/2020-01-10"
    assert params == {"cursor": "bGltaXQ9Mg"}


@pytest.mark.parametrize(
    ("case", "reason", "permanent"),
    [
        ("not_entitled", "DISABLED", True),
        ("timeframe", "DISABLED", True),
        ("ok_status_error", "VENDOR_ERROR", False),
        ("bad_key", None, None),
        ("rate", None, None),
        ("not_found", None, None),
        ("html_200", None, None),
    ],
)
def test_an_error_is_told_by_its_body_where_the_status_does_not_say_it(
    case: str, reason: str | None, permanent: bool | None
) -> None:
    error = meant(document(payload("massive/errors")[case]))
    assert (
        (reason, permanent) == (None, None) if error is None else (error.reason, error.permanent) == (reason, permanent)
    )


def test_a_success_without_a_status_is_refused() -> None:
    error = meant(document({"status": 200, "body": {"results": []}}))
    assert error is not None
    assert error.reason == "REFUSED_ANSWER"


@pytest.mark.parametrize(("ours", "theirs"), [("AAPL", "AAPL"), ("BRK.B", "BRK.B"), ("BTC-USD", "X:BTCUSD")])
def test_symbols_bear_the_vendors_form(ours: str, theirs: str) -> None:
    assert to_massive(ours) == theirs


def test_a_day_of_coins_ends_at_utcs_midnight() -> None:
    page = page_of({"status": "OK", "ticker": "X:BTCUSD", "results": [
        {"t": 1763510400000, "o": 1, "h": 2, "l": 1, "c": 2, "v": 3}]})  # fmt: skip
    bars = parse_bars("BTC-USD", [page], DAY, Days(UTC_ZONE))
    assert bars is not None
    assert minutes(bars.end) == ["2025-11-20T00:00"]


def test_of_a_delayed_plan_a_bar_is_complete_a_quarter_of_an_hour_after_its_end() -> None:
    start = datetime(2026, 11, 20, 14, 45, tzinfo=UTC)
    row = {"t": int(start.timestamp() * 1000), "o": 1, "h": 1, "l": 1, "c": 1, "v": 1}
    frame = Timeframe.parse("15Min")

    def known_at(now: datetime, status: str) -> bool:
        asked = Asked(frame, start, now, now)
        page = page_of({"status": status, "ticker": "AAPL", "results": [row]})
        return parse_bars("AAPL", [page], asked, Days(NEW_YORK)) is not None

    just_ended, later = datetime(2026, 11, 20, 15, 0, 1, tzinfo=UTC), datetime(2026, 11, 20, 15, 15, tzinfo=UTC)
    assert (known_at(just_ended, "OK"), known_at(just_ended, "DELAYED"), known_at(later, "DELAYED")) == (
        True,
        False,
        True,
    )
