"""Alpha Vantage's documented answers: always a 200, so that the keys have to tell."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from argo_core.adapters.vendors.alpha_vantage_parse import (
    MACD,
    RSI,
    SMA,
    Series,
    meant,
    parse_readings,
    parse_series,
    to_alpha_vantage,
)
from argo_core.adapters.vendors.complete_bars import NEW_YORK, Days
from argo_core.errors import SourceError
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from tests.argo.adapters.vendors.payloads import document, names, payload

AFTER = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
DAY, HOUR = Timeframe.parse("1Day"), Timeframe.parse("1Hour")


def all_series() -> dict[str, Series]:
    return {name: parse_series(payload(f"alpha_vantage/{name.lower()}"), name, "IBM") for name in (RSI, MACD, SMA)}


def test_the_newest_bar_that_all_three_know_is_read() -> None:
    assert parse_readings("IBM", all_series(), DAY, Days(NEW_YORK), AFTER) == IndicatorReadings(
        symbol="IBM",
        rsi=62.34,
        macd=1.2345,
        macd_signal=0.9876,
        sma=301.221,
        at=datetime(2026, 11, 21, 5, 0, tzinfo=UTC),
        received_at=AFTER,
        feed="1Day",
    )


def test_of_several_bars_the_newest_counts() -> None:
    days = ("2026-11-18", "2026-11-20", "2026-11-19")
    series = {
        RSI: {day: {"RSI": f"{50 + place}"} for place, day in enumerate(days)},
        MACD: {day: {"MACD": "1", "MACD_Signal": "2"} for day in days},
        SMA: {day: {"SMA": "3"} for day in days},
    }
    readings = parse_readings("IBM", series, DAY, Days(NEW_YORK), AFTER)
    assert readings is not None
    assert (readings.rsi, readings.at) == (51.0, datetime(2026, 11, 21, 5, 0, tzinfo=UTC))


def test_todays_reading_counts_from_the_sessions_close() -> None:
    opens = np.array(["2026-11-20T14:30"], dtype="datetime64[us]")
    closes = opens + np.timedelta64(390, "m")
    days = Days(NEW_YORK, Sessions("XNYS", opens, closes.astype("datetime64[us]")))
    close = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    readings = parse_readings("IBM", all_series(), DAY, days, close)
    assert readings is not None
    assert readings.at == close
    assert parse_readings("IBM", all_series(), DAY, days, datetime(2026, 11, 20, 20, 59, tzinfo=UTC)) is None


def test_a_reading_that_one_function_lacks_is_none() -> None:
    series = all_series()
    series[SMA] = {"2026-11-18": {"SMA": "1"}}
    assert parse_readings("IBM", series, DAY, Days(NEW_YORK), AFTER) is None


def test_hours_are_new_yorks() -> None:
    label = "2026-07-20 10:00"
    series = {
        RSI: {label: {"RSI": "50"}},
        MACD: {label: {"MACD": "1", "MACD_Signal": "2"}},
        SMA: {label: {"SMA": "3"}},
    }
    readings = parse_readings("IBM", series, HOUR, Days(NEW_YORK), AFTER)
    assert readings is not None
    assert readings.at == datetime(2026, 7, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", ["global_quote", "intraday", "macd", "sma"])
def test_the_answer_to_another_question_is_refused(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_series(payload(f"alpha_vantage/{name}"), RSI, "IBM")
    assert caught.value.reason == "REFUSED_ANSWER"


def test_an_answer_for_another_symbol_is_refused() -> None:
    with pytest.raises(SourceError, match="answered for IBM"):
        parse_series(payload("alpha_vantage/rsi"), RSI, "AAPL")


def test_nothing_is_no_readings() -> None:
    assert parse_series({}, RSI, "IBM") == {}
    assert parse_series({"Technical Analysis: RSI": {}}, RSI, "IBM") == {}


def test_every_documented_answer_is_known_to_these_tests() -> None:
    assert names("alpha_vantage") == ["errors_200", "global_quote", "intraday", "macd", "rsi", "sma"]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("daily_limit", ("RATE_LIMITED", 3600.0, False)),
        ("burst", ("RATE_LIMITED", 2.0, False)),
        ("old_note", ("RATE_LIMITED", 60.0, False)),
        ("premium_endpoint", ("DISABLED", None, True)),
        ("demo_key", ("DISABLED", None, True)),
        ("bad_call", ("VENDOR_ERROR", None, True)),
        ("bad_key", ("DISABLED", None, True)),
        ("unknown_symbol_quote", None),
        ("empty", None),
    ],
)
def test_a_success_that_refuses_is_known_by_its_words(
    case: str, expected: tuple[str, float | None, bool] | None
) -> None:
    error = meant(document(payload("alpha_vantage/errors_200")[case]))
    assert (None if error is None else (error.reason, error.retry_after, error.permanent)) == expected


def test_words_that_we_do_not_know_are_a_refused_answer() -> None:
    error = meant(document({"status": 200, "body": {"Information": "We have moved."}}))
    assert error is not None
    assert (error.reason, error.permanent) == ("REFUSED_ANSWER", False)


@pytest.mark.parametrize(
    ("function", "row"),
    [
        (RSI, {"RSI": "NaN"}), (RSI, {"RSI": "101"}), (RSI, {"RSI": "-1"}), (RSI, {"RSI": ""}), (RSI, {}),
        (MACD, {"MACD": "1"}), (MACD, {"MACD": "inf", "MACD_Signal": "1"}), (SMA, {"SMA": "0"}), (SMA, {"SMA": "-"}),
    ],
)  # fmt: skip
def test_a_figure_that_is_none_is_refused(function: str, row: dict[str, str]) -> None:
    series = copy.deepcopy(all_series())
    series[function]["2026-11-20"] = row
    with pytest.raises(SourceError) as caught:
        parse_readings("IBM", series, DAY, Days(NEW_YORK), AFTER)
    assert caught.value.reason == "REFUSED_ANSWER"


@pytest.mark.parametrize("label", ["yesterday", "2026-13-40", "20/11/2026", "2026-11-20 19:55"])
def test_a_label_that_is_no_day_is_refused(label: str) -> None:
    series: dict[str, Any] = {name: {label: row["2026-11-20"]} for name, row in all_series().items()}
    with pytest.raises(SourceError, match="no time of a bar"):
        parse_readings("IBM", series, DAY, Days(NEW_YORK), AFTER)


@pytest.mark.parametrize(
    "wrong", [{"Technical Analysis: RSI": {"2026-11-20": {"RSI": 62.3}}}, {"Technical Analysis: RSI": []}, []]
)
def test_figures_that_are_no_text_are_refused(wrong: Any) -> None:
    with pytest.raises(SourceError) as caught:
        parse_series(wrong, RSI, "IBM")
    assert caught.value.reason == "REFUSED_ANSWER"


@pytest.mark.parametrize(("ours", "theirs"), [("IBM", "IBM"), ("BRK.B", "BRK.B"), ("BTC-USD", "BTCUSD")])
def test_symbols_bear_the_vendors_form(ours: str, theirs: str) -> None:
    assert to_alpha_vantage(ours) == theirs
