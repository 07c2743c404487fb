"""Yahoo's chart document: nulls are no bars, the row in progress is none, errors keep their meaning."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from argo_core.adapters.vendors.complete_bars import NEW_YORK, UTC_ZONE, Asked, Days
from argo_core.adapters.vendors.yahoo_parse import interval_of, meant, parse_chart, parse_price, to_yahoo
from argo_core.errors import SourceError
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from tests.argo.adapters.vendors.payloads import document, minutes, names, payload

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
START, END = datetime(2010, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def asked(frame: str = "1Day", now: datetime = NOW) -> Asked:
    return Asked(Timeframe.parse(frame), START, END, now)


def chart(symbol: str, granularity: str, times: list[str], closes: list[float | None], **meta: Any) -> Any:
    column = {name: list(closes) for name in ("open", "high", "low", "close")}
    column["volume"] = [None if close is None else 10.0 for close in closes]
    result = {
        "meta": {"symbol": symbol, "dataGranularity": granularity, "exchangeTimezoneName": "UTC", **meta},
        "timestamp": [int(datetime.fromisoformat(f"{time}Z").timestamp()) for time in times],
        "indicators": {"quote": [column]},
    }
    return {"chart": {"result": [result], "error": None}}


def test_a_day_begins_at_midnight_whatever_second_the_row_bears_and_nulls_are_no_bars() -> None:
    bars = parse_chart(payload("yahoo/chart"), "BTC-USD", asked(), Days(UTC_ZONE))
    assert bars is not None
    assert minutes(bars.start) == ["2025-11-18T00:00", "2025-11-19T00:00"]
    assert minutes(bars.end) == ["2025-11-19T00:00", "2025-11-20T00:00"]
    assert bars.values.tolist() == [[1.0, 2.0], [2.0, 3.0], [0.5, 1.5], [1.5, 2.5], [100.0, 200.0]]


def test_the_head_tells_the_price_of_the_moment_with_its_time() -> None:
    price = parse_price(payload("yahoo/chart"), "BTC-USD", NOW, "yahoo")
    assert price is not None
    assert price.price == 91234.5
    assert price.at == datetime(2025, 11, 20, 15, 0, tzinfo=UTC)


def test_a_head_without_price_is_none() -> None:
    raw = payload("yahoo/chart")
    del raw["chart"]["result"][0]["meta"]["regularMarketPrice"]
    assert parse_price(raw, "BTC-USD", NOW, "yahoo") is None


def test_the_chart_of_another_symbol_is_refused() -> None:
    with pytest.raises(SourceError, match="answered for BTC-USD"):
        parse_chart(payload("yahoo/chart"), "ETH-USD", asked(), Days(UTC_ZONE))


def test_bars_of_another_length_are_refused() -> None:
    with pytest.raises(SourceError, match="got 1d"):
        parse_chart(payload("yahoo/chart"), "BTC-USD", asked("1Hour"), Days(UTC_ZONE))


def test_today_is_complete_at_the_sessions_close_and_comes_once() -> None:
    opens = np.array(["2026-11-19T14:30", "2026-11-20T14:30"], dtype="datetime64[us]")
    closes = opens + np.timedelta64(390, "m")
    days = Days(NEW_YORK, Sessions("XNYS", opens, closes.astype("datetime64[us]")))
    times = ["2026-11-19T14:30", "2026-11-20T14:30", "2026-11-20T20:59"]
    raw = chart("AAPL", "1d", times, [1.0, 2.0, 3.0])
    during = parse_chart(raw, "AAPL", asked(now=datetime(2026, 11, 20, 20, 59, 59, tzinfo=UTC)), days)
    after = parse_chart(raw, "AAPL", asked(now=datetime(2026, 11, 20, 21, 0, tzinfo=UTC)), days)
    assert during is not None
    assert during.close.tolist() == [1.0]
    assert after is not None
    assert after.close.tolist() == [1.0, 3.0]
    assert minutes(after.start) == ["2026-11-19T05:00", "2026-11-20T05:00"]


def test_the_price_of_the_moment_at_the_end_of_the_rows_is_no_bar() -> None:
    times = ["2026-11-20T13:00", "2026-11-20T14:00"]
    now = int(datetime(2026, 11, 20, 14, tzinfo=UTC).timestamp())
    raw = chart("AAPL", "1h", times, [1.0, 2.0], regularMarketTime=now)
    bars = parse_chart(raw, "AAPL", asked("1Hour"), Days(NEW_YORK))
    assert bars is not None
    assert bars.close.tolist() == [1.0]


def test_half_hours_are_gathered_from_quarters() -> None:
    times = ["2026-11-20T14:30", "2026-11-20T14:45", "2026-11-20T15:00"]
    raw = chart("AAPL", "15m", times, [1.0, 2.0, 3.0])
    bars = parse_chart(raw, "AAPL", asked("30Min"), Days(NEW_YORK))
    assert bars is not None
    assert minutes(bars.start) == ["2026-11-20T14:30", "2026-11-20T15:00"]
    assert bars.values.tolist() == [[1.0, 3.0], [2.0, 3.0], [1.0, 3.0], [2.0, 3.0], [20.0, 10.0]]


def test_a_chart_without_rows_is_no_bars() -> None:
    raw = chart("AAPL", "1d", [], [])
    del raw["chart"]["result"][0]["timestamp"]
    raw["chart"]["result"][0]["indicators"]["quote"] = [{}]
    assert parse_chart(raw, "AAPL", asked(), Days(NEW_YORK)) is None


@pytest.mark.parametrize("field", ["open", "high", "low", "close", "volume"])
def test_a_column_that_is_too_short_is_refused(field: str) -> None:
    raw = copy.deepcopy(payload("yahoo/chart"))
    raw["chart"]["result"][0]["indicators"]["quote"][0][field].pop()
    with pytest.raises(SourceError, match="differ in length"):
        parse_chart(raw, "BTC-USD", asked(), Days(UTC_ZONE))


@pytest.mark.parametrize("raw", [{}, [], None, {"chart": {"result": None, "error": None}}, {"chart": {"result": []}}])
def test_what_is_no_chart_is_refused(raw: Any) -> None:
    with pytest.raises(SourceError) as caught:
        parse_chart(raw, "AAPL", asked(), Days(NEW_YORK))
    assert caught.value.reason == "REFUSED_ANSWER"


@pytest.mark.parametrize("wrong", [-1.0, 0.0, "1.5"])
def test_a_price_that_no_market_makes_is_refused(wrong: Any) -> None:
    raw = copy.deepcopy(payload("yahoo/chart"))
    raw["chart"]["result"][0]["indicators"]["quote"][0]["close"][0] = wrong
    with pytest.raises(SourceError) as caught:
        parse_chart(raw, "BTC-USD", asked(), Days(UTC_ZONE))
    assert caught.value.reason == "REFUSED_ANSWER"


def test_milliseconds_are_refused() -> None:
    raw = copy.deepcopy(payload("yahoo/chart"))
    raw["chart"]["result"][0]["timestamp"][0] *= 1000
    with pytest.raises(SourceError, match="no time in units"):
        parse_chart(raw, "BTC-USD", asked(), Days(UTC_ZONE))


def test_every_documented_answer_is_known_to_these_tests() -> None:
    assert names("yahoo") == ["chart", "errors"]
    assert sorted(payload("yahoo/errors")) == ["bad_interval", "crumb", "not_found", "rate"]


def test_a_window_that_the_vendor_does_not_serve_is_permanent() -> None:
    error = meant(document(payload("yahoo/errors")["bad_interval"]))
    assert error is not None
    assert (error.reason, error.permanent) == ("VENDOR_ERROR", True)
    assert "8 days" in str(error)


@pytest.mark.parametrize("case", ["not_found", "crumb", "rate"])
def test_what_the_status_says_is_left_to_it(case: str) -> None:
    assert meant(document(payload("yahoo/errors")[case])) is None


def test_an_error_inside_a_success_is_an_error() -> None:
    error = meant(document({**payload("yahoo/errors")["bad_interval"], "status": 200}))
    assert error is not None
    assert (error.reason, error.permanent) == ("VENDOR_ERROR", False)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("AAPL", "AAPL"), ("BRK.B", "BRK-B"), ("BTC-USD", "BTC-USD"), ("^GSPC", "^GSPC")]
)
def test_symbols_bear_the_vendors_form(ours: str, theirs: str) -> None:
    assert to_yahoo(ours) == theirs


def test_a_length_that_the_vendor_has_not_is_refused_for_good() -> None:
    with pytest.raises(SourceError) as caught:
        interval_of(Timeframe.parse("7Min"))
    assert (caught.value.reason, caught.value.permanent) == ("VENDOR_ERROR", True)
