"""Bars that an executor accepts are sound, dated in UTC, and in order."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from argo_core.errors import DataError
from argo_core.pipeline.receive_marks import received_marks
from argo_core.testing.sample_bodies import marks_body_of

DAY = datetime(2019, 3, 4, 14, 30, tzinfo=UTC)
BODY = marks_body_of("AAPL", [(DAY, 100.0, 102.0, 99.0, 101.0)])


def document(row: list[object], symbol: str = "AAPL", timeframe: str = "1d") -> bytes:
    series = [{"symbol": symbol, "timeframe": timeframe, "bars": [row]}]
    return json.dumps({"origin": "o", "as_of": "2019-03-04T21:00:00Z", "series": series}).encode()


def test_bars_are_read_in_the_order_of_the_market() -> None:
    later = datetime(2019, 3, 5, 14, 30, tzinfo=UTC)
    bars = received_marks(marks_body_of("AAPL", [(later, 1.0, 2.0, 0.5, 1.5), (DAY, 100.0, 102.0, 99.0, 101.0)]))
    assert [(bar.start, bar.close) for bar in bars] == [(DAY, 101.0), (later, 1.5)]


@pytest.mark.parametrize("timeframe", ["1m", "30m", "1h", "1d", "1Min", "30Min", "1Day"])
def test_a_timeframe_is_written(timeframe: str) -> None:
    (bar,) = received_marks(document(["2019-03-04T14:30:00Z", 1, 2, 1, 2, 0], timeframe=timeframe))
    assert bar.timeframe == timeframe


def test_another_zone_is_the_same_instant() -> None:
    (bar,) = received_marks(document(["2019-03-04T15:30:00+01:00", 1, 2, 1, 2, 0]))
    assert bar.start == DAY


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["2019-03-04T14:30:00Z", 100.0, 99.0, 98.0, 98.5, 1.0], "bad_bar"),  # high below open
        (["2019-03-04T14:30:00Z", 100.0, 102.0, 101.0, 101.5, 1.0], "bad_bar"),  # low above open
        (["2019-03-04T14:30:00Z", 1.0, 2.0, 0.0, 1.0, 1.0], "bad_bar"),
        (["2019-03-04T14:30:00Z", 1.0, 2.0, 1.0, 1.0, -1.0], "bad_bar"),
        (["2019-03-04T14:30:00Z", 1.0, 1e999, 1.0, 1.0, 1.0], "nan_or_inf"),
        (["2019-03-04T14:30:00", 1.0, 2.0, 1.0, 1.0, 1.0], "naive_time"),
        (["yesterday", 1.0, 2.0, 1.0, 1.0, 1.0], "bad_type"),
        (["0001-01-01T00:00:00+14:00", 1.0, 2.0, 1.0, 1.0, 1.0], "bad_timestamp"),
        (["9999-12-31T23:59:59-23:00", 1.0, 2.0, 1.0, 1.0, 1.0], "bad_timestamp"),
        (["2019-03-04T21:00:01Z", 1.0, 2.0, 1.0, 1.0, 1.0], "bad_bar"),  # after the body's as_of
        (["2019-03-04T14:30:00Z", 1.0, 2.0, 1.0, 1.0], "bad_type"),
        (["2019-03-04T14:30:00Z", "1", 2.0, 1.0, 1.0, 1.0], "bad_type"),
    ],
)
def test_a_bar_is_refused(row: list[object], code: str) -> None:
    with pytest.raises(DataError) as refused:
        received_marks(document(row))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (document(["2019-03-04T14:30:00Z", 1, 2, 1, 2, 0], symbol="a b"), "bad_symbol"),
        (document(["2019-03-04T14:30:00Z", 1, 2, 1, 2, 0], timeframe="soon"), "bad_type"),
        (BODY.replace(b'"origin"', b'"from"'), "bad_type"),
        (b"{}", "bad_type"),
        (b"null", "bad_json"),
    ],
)
def test_a_body_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(DataError) as refused:
        received_marks(body)
    assert refused.value.code == code


def test_too_many_bars_are_refused_before_they_are_read() -> None:
    row = ["2019-03-04T14:30:00Z", 1, 2, 1, 2, 0]
    series = [{"symbol": "AAPL", "timeframe": "1d", "bars": [row] * 200_001}]
    body = json.dumps({"origin": "o", "as_of": "2019-03-04T21:00:00Z", "series": series}).encode()
    with pytest.raises(DataError, match="200000"):
        received_marks(body)
