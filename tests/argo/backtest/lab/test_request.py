"""What may be asked of the lab."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from argo_core.backtest.lab.request import BacktestRequest, completed, content_key, document_from, document_of
from argo_core.errors import DataError
from argo_core.execution.costs import CostPolicy

COSTS = CostPolicy(fee_pct=0.1, slippage_pct=0.05, spread_pct=0.02)


def whole(**asked: object) -> BacktestRequest:
    """A request as it comes in, completed."""
    return completed(msgspec.convert(asked, BacktestRequest), ("AAPL", "TSLA"), 100_000.0, COSTS)


def test_what_is_left_out_is_as_the_settings_say_and_zero_is_not_left_out() -> None:
    told = whole(slippage_pct=0.0)
    assert (told.symbols, told.initial_capital, told.commission_pct, told.slippage_pct, told.spread_pct) == (
        ("AAPL", "TSLA"),
        100_000.0,
        0.1,
        0.0,
        0.02,
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"symbols": ["AAPL", "AAPL"]}, "duplicate_symbol"),
        ({"symbols": ["aapl"]}, "bad_symbol"),
        ({"begin": date(2019, 1, 2), "end": date(2019, 1, 2)}, "bad_period"),
        ({"begin": date(2019, 1, 2), "end": date(2018, 1, 2)}, "bad_period"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(asked: dict[str, object], code: str) -> None:
    with pytest.raises(DataError) as refusal:
        whole(**asked)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "asked",
    [
        {"symbols": []},
        {"kind": "both"},
        {"executor": "argo"},
        {"initial_capital": 0},
        {"initial_capital": 1e300},
        {"commission_pct": -0.1},
        {"commission_pct": float("nan")},
        {"spread_pct": 11},
        {"seed": -1},
        {"begin": "2019-13-01"},
        {"unknown": 1},
    ],
)
def test_what_is_out_of_range_is_no_request(asked: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        whole(**asked)


def test_a_document_is_read_back_and_always_written_alike() -> None:
    document = document_of(whole(begin="2015-01-02"), b'{"a":1}')
    kept = document_from(document)
    assert (kept.request, bytes(kept.rules)) == (whole(begin="2015-01-02"), b'{"a":1}')
    assert document_of(kept.request, bytes(kept.rules)) == document


@pytest.mark.parametrize(
    ("request_changes", "rules", "further"),
    [({"seed": 1}, b"{}", ["data"]), ({}, b'{"a":1}', ["data"]), ({}, b"{}", ["other"]), ({}, b"{}", ["da", "ta"])],
)
def test_whatever_a_result_depends_on_changes_its_key(
    request_changes: dict[str, object], rules: bytes, further: list[str]
) -> None:
    assert content_key(document_of(whole(**request_changes), rules), further) != content_key(
        document_of(whole(), b"{}"), ["data"]
    )


def test_a_stored_document_of_another_form_is_refused_in_one_line() -> None:
    with pytest.raises(DataError, match="ask for it anew"):
        document_from(b'{"request":{"symbols":7},"rules":{}}')
