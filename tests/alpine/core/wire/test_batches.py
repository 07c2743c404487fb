"""Bodies of several signals, outcomes, bars."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from alpine_core.errors import SenderError, TooLarge
from alpine_core.testing.samples import sample_body, sample_outcome
from alpine_core.wire import read_marks, read_outcomes, read_signals
from alpine_core.wire.outcomes import OfferedOutcome


def code_of(read: Any, body: bytes) -> str:
    with pytest.raises(SenderError) as refused:
        read(body)
    return refused.value.code


def test_each_signal_is_cut_out_byte_for_byte() -> None:
    first, second = b' {"a" : 1.0, "b":"]}"}'.strip(), sample_body("b")
    body = b' { "signals" : [ ' + first + b" ,\n" + second + b" ] } "
    assert read_signals(body) == (first, second)
    assert read_signals(b'{"signals":[]}') == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"signals":[{}],"signals":[{}]}', "duplicate_key"),
        (b'{"signals":[],"signals":[{}]}', "duplicate_key"),
        (b'{"signals":[{}],"signals":[]}', "duplicate_key"),
        (b'{"signal\\u0073":[{}]}', "duplicate_key"),
        (b'{"signals":[{}],"more":1}', "unknown_field"),
        (b'{"signals":{}}', "bad_json"),
        (b'{"signals":[{}]', "bad_json"),
        (b'{"signals":[{}]} x', "bad_json"),
        (b"[]", "bad_json"),
        (b"{}", "bad_json"),
        (b"", "bad_json"),
        (b'{"signals":' + b"[" * 200_000, "bad_json"),
        (b'{"signals":[' + b",".join([b"{}"] * 1001) + b"]}", "too_many"),
    ],
)
def test_what_is_no_batch_is_refused(body: bytes, code: str) -> None:
    assert code_of(read_signals, body) == code


def test_a_batch_over_eight_megabytes_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_signals(b" " * (8 * 1024 * 1024 + 1))


WIN = {
    "signal_id": "SIG-000123",
    "outcome": "win",
    "result": "target",
    "exit_price": 184.5,
    "exit_at": "2026-01-03T15:00:00Z",
    "profit_loss_pct": 5.278174,
}


def test_one_bad_outcome_does_not_hold_up_the_others() -> None:
    listed = [WIN, {**WIN, "outcome": "open"}, {**WIN, "exit_at": "soon"}, {**WIN, "exit_price": 0}, {**WIN, "x": 1}]
    read = read_outcomes(json.dumps({"outcomes": [*listed, 5]}).encode())
    assert read[0] == OfferedOutcome(sample_outcome(), None)
    assert [one.code for one in read[1:] if isinstance(one, SenderError)] == [
        "bad_type",
        "bad_timestamp",
        "bad_type",
        "unknown_field",
        "bad_type",
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"outcomes":[],"x":1}', "unknown_field"),
        (b"{}", "missing_field"),
        (b'{"outcomes":{}}', "bad_type"),
        (b'{"outcomes":[{"a":1,"a":1}]}', "duplicate_key"),
        (json.dumps({"outcomes": [WIN] * 1001}).encode(), "too_many"),
    ],
)
def test_what_is_no_body_of_outcomes_is_refused(body: bytes, code: str) -> None:
    assert code_of(read_outcomes, body) == code


def marks_body(bar: list[Any], **changes: Any) -> bytes:
    series = {"symbol": "AAPL", "timeframe": "1d", "bars": [bar]}
    return json.dumps({"origin": "replay", "as_of": "2026-01-02T14:30:00Z", "series": [series], **changes}).encode()


BAR = ["2026-01-02T09:30:00-05:00", 175, 180.0, 170.0, 176.0, 0]


def test_bars_are_read_in_utc() -> None:
    series = read_marks(marks_body(BAR))[0]
    assert (series.symbol, series.timeframe, series.origin) == ("AAPL", "1d", "replay")
    assert series.marks[0].start == datetime(2026, 1, 2, 14, 30, tzinfo=UTC)
    assert (series.marks[0].open, series.marks[0].volume) == (175.0, 0.0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (marks_body([*BAR[:5], -1]), "bad_type"),
        (marks_body([BAR[0], 0, *BAR[2:]]), "bad_type"),
        (marks_body([BAR[0], 190.0, *BAR[2:]]), "bad_bar"),
        (marks_body(["2026-01-02", *BAR[1:]]), "bad_timestamp"),
        (marks_body(["2026-02-30T00:00:00Z", *BAR[1:]]), "bad_timestamp"),
        (marks_body(["0001-01-01T00:00:00+23:00", *BAR[1:]]), "bad_timestamp"),
        (marks_body(BAR[:5]), "bad_type"),
        (marks_body(BAR, origin=""), "bad_type"),
        (marks_body(BAR, as_of="x"), "bad_timestamp"),
        (marks_body(BAR, proof="x"), "unknown_field"),
        (marks_body(BAR, series=[{"symbol": "aapl", "timeframe": "1d", "bars": []}]), "bad_type"),
    ],
)
def test_what_is_no_body_of_bars_is_refused(body: bytes, code: str) -> None:
    assert code_of(read_marks, body) == code
