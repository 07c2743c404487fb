"""What would I have got: as page, table and JSON, of what the caller's tier sees and of nothing else."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from alpine_core.feed import RecordToFollow
from alpine_core.model import Mark, MarkSeries, Tier
from alpine_core.testing.samples import sample_outcome
from alpine_web.rate import RateLimit
from alpine_web.simulating import Simulating
from tests.alpine.web.parts import Rig, add_account, asked, deliver, recent, resolve, sign_in

API, PAGE, TABLE = "/api/v1/simulator", "/simulator", "/simulator/trades.csv"
FREE_OF_COST = "delay_seconds=0&slippage_pct=0&fee_pct=0"


async def hourly(rig: Rig, symbol: str, *opens: float) -> None:
    """Bars from a quarter past the rig's hour on."""
    start = rig.clock.now() + timedelta(minutes=15)
    marks = tuple(
        Mark(symbol=symbol, timeframe="1h", start=start + timedelta(hours=number), open=price, high=price + 1,
             low=price - 1, close=price, volume=1.0)
        for number, price in enumerate(opens)
    )  # fmt: skip
    series = MarkSeries(symbol=symbol, timeframe="1h", origin="test", marks=marks)
    await rig.store.store_marks([series], rig.clock.now())


async def won(rig: Rig, client: httpx.AsyncClient, signal_id: str, **changed: Any) -> None:
    """A signal of now which reaches its target, 5 % higher, in four hours."""
    await deliver(rig, client, recent(rig, signal_id, **changed))
    at = rig.clock.now() + timedelta(hours=4)
    percent = (184.0125 / 175.25 - 1) * 100
    ended = sample_outcome(signal_id, exit_at=f"{at:%Y-%m-%dT%H:%M:%SZ}", exit_price=184.0125, profit_loss_pct=percent)
    await resolve(rig, client, ended)


async def test_at_once_and_without_costs_the_answer_is_the_published_result(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await won(rig, client, "SIG-1")
    await sign_in(client)
    found = (await client.get(f"{API}?{FREE_OF_COST}")).json()["simulation"]
    (trade,) = found["trades"]
    assert (trade["signal_id"], trade["exit"], trade["net"], trade["net_pct"]) == ("SIG-1", "target", 50.0, 5.0)
    assert found["figures"] == found["published"]
    assert (found["plan"]["sizing"], found["plan"]["size"], found["signals"]) == ("equity", 10.0, 1)


async def test_a_delay_is_filled_at_the_next_bar_and_beside_it_stand_record_and_holding(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await won(rig, client, "SIG-1")
    await hourly(rig, "AAPL", 178.0, 180.0)
    rig.clock.advance(seconds=6 * 3600)
    await sign_in(client)
    found = (await client.get(f"{API}?delay_seconds=600&slippage_pct=0&fee_pct=0")).json()["simulation"]
    assert (found["trades"][0]["entry_price"], found["trades"][0]["net"]) == (178.0, 33.78)
    assert (found["published"]["final_equity"], found["held_final"]) == (10050.0, 10112.36)
    assert [point["followed"] for point in found["curve"]] == [10000.0, 10033.78, 10033.78]


async def test_a_signal_without_a_price_is_counted_and_not_invented(rig: Rig, client: httpx.AsyncClient) -> None:
    await won(rig, client, "SIG-1")
    await sign_in(client)
    found = (await client.get(f"{API}?delay_seconds=600")).json()["simulation"]
    assert ([each["reason"] for each in found["skipped"]], found["trades"]) == (["no_mark"], [])
    assert "no price bar came after the delay" in (await client.get(f"{PAGE}?delay_seconds=600")).text


@pytest.mark.parametrize("tier", Tier)
async def test_nothing_is_followed_that_the_tier_does_not_see(rig: Rig, client: httpx.AsyncClient, tier: Tier) -> None:
    await deliver(rig, client, recent(rig, "SIG-low", symbol="LOW", confidence=90.0))
    await deliver(rig, client, recent(rig, "SIG-high", symbol="HIGH", confidence=97.0))
    await hourly(rig, "LOW", 176.0)
    await hourly(rig, "HIGH", 177.0)
    await won(rig, client, "SIG-over", symbol="OVER", confidence=97.0)
    rig.clock.advance(seconds=2 * 3600)
    await add_account(rig, "other@example.com", tier)
    await sign_in(client, "other@example.com")
    listed = {each["symbol"] for each in (await client.get("/api/v1/signals/subscribed")).json()["items"]}
    seen = {Tier.FREE: {"OVER"}, Tier.BASIC: {"LOW", "OVER"}}.get(tier, {"LOW", "HIGH", "OVER"})
    assert listed == seen
    answer = (await client.get(f"{API}?{FREE_OF_COST}")).json()
    found = answer["simulation"]
    told = {each["symbol"] for part in ("trades", "open", "skipped") for each in found[part]}
    assert (told, found["signals"]) == (seen, len(seen))
    rows = csv.DictReader(io.StringIO((await client.get(f"{TABLE}?{FREE_OF_COST}")).text))
    assert {row["symbol"] for row in rows} == seen
    page = (await client.get(f"{PAGE}?{FREE_OF_COST}")).text
    assert {symbol for symbol in ("LOW", "HIGH", "OVER") if f">{symbol}<" in page} == seen
    nothing = (await client.get(f"{API}?{FREE_OF_COST}&symbols=HIGH")).json()
    unknown = (await client.get(f"{API}?{FREE_OF_COST}&symbols=NONE")).json()
    assert (nothing == unknown) == ("HIGH" not in seen)


async def test_a_day_later_free_follows_what_premium_followed(rig: Rig, client: httpx.AsyncClient) -> None:
    await deliver(rig, client, recent(rig, "SIG-1", symbol="LATE"))
    rig.clock.advance(seconds=25 * 3600)
    await add_account(rig, "free@example.com", Tier.FREE)
    await sign_in(client)
    premium = (await client.get(API)).json()
    await sign_in(client, "free@example.com")
    assert (await client.get(API)).json() == premium
    assert premium["simulation"]["signals"] == 1


SELECTED = {
    "symbols=aapl,%20NVDA": {"SIG-1", "SIG-3"},
    "min_confidence=95": {"SIG-2", "SIG-3"},
    "max_confidence=94.9": {"SIG-1"},
    "regime=BULL": {"SIG-3"},
    "since=2026-03-02&until=2026-03-02": {"SIG-1", "SIG-2", "SIG-3"},
    "until=2026-03-01": set(),
    "since=2026-03-03": set(),
}


@pytest.mark.parametrize("query", SELECTED)
async def test_only_what_was_chosen_is_followed(rig: Rig, client: httpx.AsyncClient, query: str) -> None:
    await deliver(
        rig,
        client,
        recent(rig, "SIG-1", symbol="AAPL", confidence=90.0),
        recent(rig, "SIG-2", symbol="MSFT", confidence=96.0),
        recent(rig, "SIG-3", symbol="NVDA", confidence=95.0, regime="BULL"),
    )
    await sign_in(client)
    found = (await client.get(f"{API}?delay_seconds=0&{query}")).json()["simulation"]
    assert {each["signal_id"] for each in found["open"]} == SELECTED[query]


WRONG = (
    "delay_seconds=-1 delay_seconds=nan capital=inf capital=0 fee_pct=11 size=0 size=101 max_open=0 max_open=1.5 "
    "sizing=all symbols=%3Cb%3E min_confidence=101 min_confidence=nan min_confidence=9&max_confidence=8 "
    "since=2026-02-30 unknown=1 delay_seconds=1&delay_seconds=1 regime=%00"
).split()


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("path", [API, PAGE, TABLE])
async def test_a_question_out_of_range_is_400_and_names_what_to_correct(
    rig: Rig, client: httpx.AsyncClient, path: str, query: str
) -> None:
    await sign_in(client)
    answer = await client.get(f"{path}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("path", [API, TABLE])
async def test_it_is_for_account_holders(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 401
    sent = await client.get(PAGE, headers={"Accept": "text/html"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Fsimulator")


async def test_the_page_shows_result_curve_trades_and_assumptions(rig: Rig, client: httpx.AsyncClient) -> None:
    await won(rig, client, "SIG-1")
    await sign_in(client)
    page = (await client.get(f"{PAGE}?{FREE_OF_COST}&capital=20000")).text
    assert "20,100.00" in page
    assert 'name="capital" type="number" min="1" max="1000000000000" step="any" value="20000"' in page
    assert '<a href="/signals/SIG-1">AAPL</a>' in page
    assert page.count("data-followed=") == 3
    assert "Past results say nothing certain about later ones." in page
    assert "trades.csv?delay_seconds=0.0&amp;slippage_pct=0.0&amp;fee_pct=0.0&amp;capital=20000.0" in page


async def test_without_a_signal_the_page_says_what_to_do(client: httpx.AsyncClient) -> None:
    await sign_in(client)
    assert "Nothing to follow" in (await client.get(PAGE)).text


async def test_the_table_has_a_line_for_each_signal(rig: Rig, client: httpx.AsyncClient) -> None:
    await won(rig, client, "SIG-1")
    await deliver(rig, client, recent(rig, "SIG-2"), recent(rig, "-SIG-3", stop_price=None))
    await sign_in(client)
    answer = await client.get(f"{TABLE}?{FREE_OF_COST}&sizing=risk&size=1")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["signal_id"], row["state"], row["reason"]) for row in rows] == [
        ("SIG-1", "closed", "target"),
        ("SIG-2", "open", ""),
        ("'-SIG-3", "skipped", "no_stop"),
    ]
    assert answer.headers["content-disposition"] == 'attachment; filename="simulation.csv"'


async def test_an_account_that_asks_too_often_waits(rig: Rig) -> None:
    rate = RateLimit(1, 2, lambda: 0.0)
    simulating = Simulating(RecordToFollow(rig.services.feed, rig.services.marks), rate)
    limited = dataclasses.replace(rig.services, simulating=simulating)
    async with asked(dataclasses.replace(rig, services=limited)) as client:
        await sign_in(client)
        assert [(await client.get(path)).status_code for path in (API, TABLE, API)] == [200, 200, 429]
