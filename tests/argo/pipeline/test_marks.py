"""Bars for charts: of symbols with a signal, each bar once, a bounded past first."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.pipeline.marks import FIRST_BARS, MarkBook

FIRST = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)


def minutes(symbol: str, count: int) -> Bars:
    start = np.datetime64(FIRST.replace(tzinfo=None), "us") + np.arange(count) * np.timedelta64(1, "m")
    close = np.arange(count) + 100.0
    return Bars.of(symbol, "1Min", start, np.array([close, close + 1, close - 1, close, np.ones(count)]))


def view(at_minute: int, count: int = 300) -> MarketView:
    return MarketView.of([minutes("AAPL", count), minutes("TSLA", count)], FIRST + timedelta(minutes=at_minute))


def sent(body: bytes | None) -> dict[str, list[str]]:
    assert body is not None
    return {one["symbol"]: [bar[0] for bar in one["bars"]] for one in json.loads(body)["series"]}


def test_a_symbol_begins_with_a_bounded_past_and_goes_on_with_what_is_new() -> None:
    body, book = MarkBook().advance(view(200), ["AAPL"], "replay")
    assert {symbol: len(bars) for symbol, bars in sent(body).items()} == {"AAPL": FIRST_BARS}
    body, book = book.advance(view(202), ["AAPL"], "replay")
    assert sent(body) == {"AAPL": ["2026-01-02T18:20:00.000000Z", "2026-01-02T18:21:00.000000Z"]}
    assert book.advance(view(202), ["AAPL"], "replay") == (None, book)


def test_a_symbol_without_a_signal_is_not_sent() -> None:
    assert MarkBook().advance(view(10), [], "replay")[0] is None


def test_a_book_that_was_not_kept_sends_the_same_again() -> None:
    book = MarkBook()
    first, _ = book.advance(view(10), ["TSLA"], "replay")
    second, _ = book.advance(view(10), ["TSLA"], "replay")
    assert first == second


def test_a_message_names_origin_time_and_timeframe_and_its_bars_are_complete() -> None:
    body, _ = MarkBook().advance(view(1), ["AAPL"], "replay")
    assert body is not None
    document = json.loads(body)
    assert (document["origin"], document["as_of"]) == ("replay", "2026-01-02T15:01:00.000000Z")
    assert document["series"] == [
        {
            "symbol": "AAPL",
            "timeframe": "1Min",
            "bars": [["2026-01-02T15:00:00.000000Z", 100.0, 101.0, 99.0, 100.0, 1.0]],
        }
    ]


def test_a_book_says_since_when_an_earlier_process_may_have_sent_bars_and_asks_once() -> None:
    now = view(200)
    since = MarkBook().unread(now, ["AAPL"])
    assert since == np.datetime64("2026-01-02T17:20")
    assert MarkBook().unread(now, []) is None
    assert MarkBook().unread(view(0), ["AAPL"]) is None, "nothing is known that could be sent"
    book = MarkBook().resumed({}, since)
    assert book.unread(now, ["AAPL", "TSLA"]) is None
    older = MarkBook().resumed({}, since + np.timedelta64(1, "m"))
    assert older.unread(now, ["AAPL"]) == since
    assert book.resumed({"AAPL": FIRST}, since).unread(view(1), ["AAPL"]) is None


def test_what_an_earlier_process_sent_is_not_sent_again_and_a_gap_is_filled() -> None:
    sent_before = {"AAPL": FIRST + timedelta(minutes=197), "GONE": FIRST}
    book = MarkBook().resumed(sent_before, np.datetime64("2026-01-02T17:20", "us"))
    body, book = book.advance(view(200), ["AAPL", "TSLA"], "replay")
    assert {symbol: len(bars) for symbol, bars in sent(body).items()} == {"AAPL": 2, "TSLA": FIRST_BARS}
    again = book.resumed({"AAPL": FIRST}, np.datetime64("2026-01-02T17:20", "us"))
    assert again.advance(view(200), ["AAPL"], "replay")[0] is None, "what this process sent stands"
