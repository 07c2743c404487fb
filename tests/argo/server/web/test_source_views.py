"""A source in words: what it said last, and how the way to its vendor is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from argo_core.model.rejection import Rejection
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stream_standing import StreamStanding
from argo_core.reports.decisions import MissingSource
from argo_core.reports.source_board import SourceWord
from argo_server.metrics.vendors import cache_metrics, vendor_metrics
from argo_server.web.views.sources import Refusal, refusals, source_rows
from tests.argo.sources.test_vendor_health import MEASURED, path

DECIDED = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
GLUE = "\N{NO-BREAK SPACE}"


def standing(off: str | None = None, **changes: Any) -> SourceStanding:
    made = None if off else path(**changes)
    return SourceStanding(source="alpaca_pro", vendor="alpaca", place="https://a", off=off, path=made)


def following(*streams: StreamStanding) -> SourceStanding:
    return msgspec.structs.replace(standing(), streams=streams)


def word(**changes: Any) -> SourceWord:
    figures: dict[str, Any] = {"symbol": "A", "kind": "absent", "decided_at": DECIDED}
    return SourceWord(**(figures | changes))


@pytest.mark.parametrize(
    ("said", "told", "tone", "when"),
    [
        (
            word(kind="vote", direction="LONG", confidence=71.64, age_seconds=0.4),
            f"LONG 71.6{GLUE}%", "good", f"decided 2{GLUE}min ago, 0.4{GLUE}s old then",
        ),
        (word(kind="saved", reason="call saved"),
         "call saved: it could not have changed the decision", "calm", f"decided 2{GLUE}min ago"),
        (word(reason="race lost", expected=True),
         "cancelled: the other vendor answered first", "calm", f"decided 2{GLUE}min ago"),
        (word(reason="breaker open", expected=True), "absent: breaker open", "warn", f"decided 2{GLUE}min ago"),
        (word(reason="disabled"), "absent: disabled (not due)", "calm", f"decided 2{GLUE}min ago"),
    ],
)  # fmt: skip
def test_the_last_word_of_a_source(said: SourceWord, told: str, tone: str, when: str) -> None:
    (row,) = source_rows([], [standing()], {"alpaca_pro": (said,)}, DECIDED + timedelta(seconds=140))
    assert row.said == (("A", told, tone, when),)


def test_a_replays_decision_is_told_by_its_market_time() -> None:
    said = word(kind="vote", direction="LONG", confidence=50.0, age_seconds=8.2)
    (row,) = source_rows([], [], {"replay_price": (said,)}, None)
    assert row.said[0][3] == f"decided 2026-03-02 15:30:00, 8.2{GLUE}s old then"


def rejected(kind: str, vendor: str = "alpaca", measured: float = 4.0, limit: float = 1.0) -> Rejection:
    return Rejection(vendor=vendor, symbol="ZZZZ", kind=kind, measured=measured, limit=limit, at=DECIDED)


def test_a_symbol_that_nobody_knows_is_told_as_a_sentence_and_put_down_to_no_vendor() -> None:
    (told,) = refusals([rejected("unknown_symbol", "all", 0.0)], [], [])
    assert told == Refusal(
        source="", symbol="ZZZZ", words="no vendor has a price of it: is the name right?", at=DECIDED
    )


@pytest.mark.parametrize(
    ("kind", "measured", "limit", "words"),
    [
        ("clock_skew", 30.0, 2.0, "a price from the future: 30 s ahead of our clock, 2 s allowed"),
        ("jump", 4.0, 1.2, "a jump that its history does not explain yet: a factor of 4, looked into from 1.2 on"),
        ("split", 4.0, 1.0, "a split: one share became 4, its history was taken anew"),
        ("another", 4.0, 1.0, "4 measured, 1 allowed"),
    ],
)
def test_a_refused_datum_is_told_with_what_was_measured(kind: str, measured: float, limit: float, words: str) -> None:
    (told,) = refusals([rejected(kind, "alpaca", measured, limit)], [], [])
    assert (told.source, told.words) == ("alpaca", words)


def test_answers_that_were_refused_and_votes_that_were_too_old_stand_beside_refused_data() -> None:
    missing = [
        MissingSource(source="yfinance", reason="stale", expected=True, decisions=1),
        MissingSource(source="massive", reason="race lost", expected=True, decisions=9),
    ]
    answered = msgspec.structs.replace(MEASURED, errors={"refused_answer": 8, "timeout": 2})
    assert refusals([], [answered], missing) == (
        Refusal(source="alpaca_pro", symbol="", words="8 answers not usable, since the start"),
        Refusal(source="yfinance", symbol="", words="stale, in 1 of the newest decisions"),
    )
    assert refusals([], [MEASURED], missing[1:]) == ()


@pytest.mark.parametrize(
    ("known", "way"),
    [
        (standing(), "breaker closed"),
        (standing(breaker="open", breaker_open_seconds=34.0),
         f"breaker open for 34.0{GLUE}s: nobody asks what has failed until it has rested"),
        (standing(breaker="half_open", breaker_open_seconds=61.0),
         f"breaker half open after 1{GLUE}min: one call at a time tries whether the vendor is back"),
        (standing(quota_left=3, rate_limit_left=0, queue_depth=1, throttled=2),
         "breaker closed; 3 calls left today; 0 left of its rate limit; 1 waiting for their turn; "
         "2 held back by the limit so far"),
        (standing(quota_left=1), "breaker closed; 1 call left today"),
        (following(StreamStanding(kind="equity", connected=True), StreamStanding(kind="crypto")),
         "breaker closed; stream of shares connected; stream of coins not opened yet"),
        (following(StreamStanding(kind="equity", connections=4, failures=1, last_error="cut"),
                   StreamStanding(kind="crypto", failures=3)),
         "breaker closed; stream of shares dropped or not to be had once: we come back (cut); "
         "stream of coins dropped or not to be had 3 times in a row: we come back"),
        (following(StreamStanding(kind="equity", ended=True, failures=1, last_error="wrong key")),
         "breaker closed; stream of shares not followed any more: prices are asked for instead (wrong key)"),
        (standing(off="no key"), "no key is configured: set one and start again"),
        (standing(off="disabled"), "switched off in the settings"),
    ],
)  # fmt: skip
def test_the_way_to_the_vendor(known: SourceStanding, way: str) -> None:
    (row,) = source_rows([], [known], {}, None)
    assert row.way == way


def test_a_source_without_a_vendor_says_so() -> None:
    (row,) = source_rows([], [], {"mine": (word(reason="no data"),)}, None)
    assert row.way == "no vendor: it votes on what this process holds"


def test_limiter_breaker_and_cache_are_exported_by_source() -> None:
    known = standing(
        breaker="open", transitions={"open": 2}, errors={"timeout": 4}, throttled=3, queue_depth=1, quota_left=7
    )
    families = [*vendor_metrics([known], {("alpaca", "split"): 1}, "unhealthy"), *cache_metrics((5, 6), [known])]
    found = {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}
    expected = {
        ("argo_limiter_requests_total", "alpaca_pro"): 14,
        ("argo_limiter_hits_total", "alpaca_pro"): 3,
        ("argo_limiter_queue_depth", "alpaca_pro"): 1,
        ("argo_limiter_quota_left", "alpaca_pro"): 7,
        ("argo_breaker_state", "alpaca_pro"): 1,
        ("argo_breaker_transitions_total", "alpaca_pro", "open"): 2,
        ("argo_vendor_errors_total", "alpaca_pro", "timeout"): 4,
        ("argo_cache_hits_total", "alpaca_pro"): 40,
        ("argo_cache_misses_total", "alpaca_pro"): 10,
        ("argo_cache_hits_total", "consensus"): 5,
        ("argo_cache_misses_total", "consensus"): 6,
        ("argo_data_rejections_total", "alpaca", "split"): 1,
        ("argo_redis_up",): 0,
    }
    assert {key: found[key] for key in expected} == expected
    assert ("argo_breaker_open_seconds", "alpaca_pro") not in found


def test_streams_are_exported_by_source_and_kind() -> None:
    shares = StreamStanding(kind="equity", connected=True, connections=3, backfilled=7)
    coins = StreamStanding(kind="crypto", connections=1, failures=2)
    families = vendor_metrics([following(shares, coins)], {}, "")
    found = {
        (each.name, each.labels["kind"]): each.value
        for family in families
        for each in family.samples
        if each.labels.get("kind") in ("equity", "crypto")
    }
    assert found == {
        ("argo_stream_up", "equity"): 1,
        ("argo_stream_up", "crypto"): 0,
        ("argo_stream_failures_in_a_row", "equity"): 0,
        ("argo_stream_failures_in_a_row", "crypto"): 2,
        ("argo_stream_connections_total", "equity"): 3,
        ("argo_stream_connections_total", "crypto"): 1,
        ("argo_stream_backfilled_bars_total", "equity"): 7,
        ("argo_stream_backfilled_bars_total", "crypto"): 0,
    }
