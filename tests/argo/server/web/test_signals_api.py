"""Signals as JSON: what is hashed, what is beside it, filters and pages."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from argo_core.ledger import HASHED_FIELDS, verify_signal

Client = AsyncTestClient[Litestar]


async def symbols(client: Client, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return [item["symbol"] for item in answer.json()["items"]]


async def test_newest_signals_come_first(client: Client) -> None:
    assert await symbols(client, "/api/v1/signals") == ["MSFT", "NVDA", "BTC-USD", "AAPL"]


async def test_a_signal_carries_its_nine_fields_its_hash_and_what_is_known_beside_it(client: Client) -> None:
    (item,) = (await client.get("/api/v1/signals/AAPL")).json()["items"]
    assert {name: item[name] for name in HASHED_FIELDS} == {
        "action": "BUY",
        "confidence": 82.5,
        "entry_price": 175.25,
        "signal_id": "c1-s0",
        "stop_price": 172.75,
        "strategy": "weighted_consensus_v6",
        "symbol": "AAPL",
        "target_price": 180.25,
        "timestamp": "2026-03-02T15:30:00.250000Z",
    }
    assert {name: item[name] for name in ("index", "scheme", "created_at", "as_of", "regime", "data_source")} == {
        "index": 1,
        "scheme": "jcs-1",
        "created_at": "2026-03-02T15:30:00Z",
        "as_of": "2026-03-02T14:30:00.250000Z",
        "regime": "BULL",
        "data_source": "replay_sample",
    }
    assert (item["outcome"], item["result"], item["profit_loss_pct"]) == ("win", "target", 2.5)
    assert item["votes"][0]["source"] == "replay_price"


async def test_the_hash_holds_for_the_nine_fields_as_sent(client: Client) -> None:
    items: list[dict[str, Any]] = (await client.get("/api/v1/signals")).json()["items"]
    for item in items:
        fields = {name: item[name] for name in HASHED_FIELDS}
        assert verify_signal(fields, item["verification_hash"], item["scheme"]).ok


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("symbol=NVDA", ["NVDA"]),
        ("action=SELL", ["NVDA"]),
        ("regime=BULL", ["MSFT", "BTC-USD", "AAPL"]),
        ("outcome=win", ["AAPL"]),
        ("outcome=loss", []),
        ("open=true", ["MSFT", "NVDA", "BTC-USD"]),
        ("min_confidence=90", ["NVDA"]),
        ("since=2026-03-02T15:30:05Z", ["MSFT", "NVDA"]),
        ("since=2026-03-02T16:30:05%2B01:00", ["MSFT", "NVDA"]),
        ("since=0001-01-01T00:00:00Z", ["MSFT", "NVDA", "BTC-USD", "AAPL"]),
        ("limit=1", ["MSFT"]),
        ("before=3", ["BTC-USD", "AAPL"]),
    ],
)
async def test_a_filter_keeps_what_it_names(client: Client, query: str, expected: list[str]) -> None:
    assert await symbols(client, f"/api/v1/signals?{query}") == expected


async def test_next_leads_to_the_page_that_follows_and_is_null_on_the_last(client: Client) -> None:
    first = (await client.get("/api/v1/signals?limit=3")).json()
    last = (await client.get(f"/api/v1/signals?limit=3&before={first['next']}")).json()
    assert [item["index"] for item in first["items"] + last["items"]] == [4, 3, 2, 1]
    assert last["next"] is None


async def test_latest_takes_a_limit(client: Client) -> None:
    assert await symbols(client, "/api/signals/latest?limit=2") == ["MSFT", "NVDA"]


async def test_a_symbol_without_signals_has_an_empty_page(client: Client) -> None:
    assert (await client.get("/api/v1/signals/XRP-USD")).json() == {"items": [], "next": None}


async def test_statistics_count_and_rate(client: Client) -> None:
    counts = (await client.get("/api/signals/stats")).json()
    assert {name: counts[name] for name in ("signals", "open", "wins", "losses", "decisions", "vetoed", "cycles")} == {
        "signals": 4,
        "open": 3,
        "wins": 1,
        "losses": 0,
        "decisions": 6,
        "vetoed": 1,
        "cycles": 3,
    }
    assert counts["veto_rate"] == {
        "count": 1,
        "n": 6,
        "rate_pct": 16.6667,
        "low_pct": 3.0053,
        "high_pct": 56.3503,
        "level": 0.95,
    }


async def test_the_win_rate_says_how_little_one_win_proves(client: Client) -> None:
    assert (await client.get("/api/performance/win-rate")).json() == {
        "wins": 1,
        "losses": 0,
        "completed": 1,
        "open": 3,
        "win_rate": 100.0,
        "interval": [20.6549, 100.0],
        "level": 0.95,
        "n": 1,
        "average_win_pct": 2.5,
        "average_loss_pct": None,
    }


async def test_decisions_show_what_was_measured_against_which_limit(client: Client) -> None:
    (item,) = (await client.get("/api/v1/decisions?status=vetoed")).json()["items"]
    assert (item["symbol"], item["veto"], item["measured"], item["limit"]) == ("TSLA", "below_threshold", 61.5, 75.0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("symbol=NVDA", ["d-nvda"]),
        ("veto=already_open", ["d-btc"]),
        ("cycle_id=c2", ["d-btc", "d-nvda"]),
        ("limit=1", ["c3-d0"]),
        ("before=2", ["c1-d0"]),
    ],
)
async def test_a_decision_filter_keeps_what_it_names(client: Client, query: str, expected: list[str]) -> None:
    page = (await client.get(f"/api/v1/decisions?{query}")).json()
    assert [item["decision_id"] for item in page["items"]] == expected


async def test_a_veto_that_does_not_exist_is_refused_with_those_that_do(client: Client) -> None:
    answer = await client.get("/api/v1/decisions?veto=nope")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_query")
    assert "below_threshold" in answer.json()["detail"]


async def test_the_newest_cycles_come_first_in_figures(client: Client) -> None:
    (newest, before) = (await client.get("/api/v1/cycles?limit=2")).json()["items"]
    assert (newest["cycle_id"], newest["published"], newest["vetoed"]) == ("c3", 1, 0)
    assert (before["cycle_id"], before["repeats"], before["outcomes"], before["skipped"]) == ("c2", 1, 1, 1)
