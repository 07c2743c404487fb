"""Six vendors that answer: every decision names every source, with its vote and age or with the reason why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.argo.peers.living_market import LivingMarket
from tests.argo.six_sources.rig import SOURCES, SYMBOLS, six_sources, told

DIRECTIONS = {"LONG", "SHORT", "NEUTRAL"}


async def test_every_decision_names_six_sources_and_every_source_votes(tmp_path: Path) -> None:
    heard: set[str] = set()
    async with six_sources(tmp_path) as six:
        for _ in range(8):
            for decision in await six.cycle_decisions(31.0):
                assert set(told(decision)) == set(SOURCES)
                for vote in decision.votes:
                    heard.add(vote.source)
                    assert vote.direction in DIRECTIONS
                    assert 0 <= vote.age_seconds <= 5 * 86_400
                    assert 0 < vote.age_factor <= 1
                assert all(absence.reason for absence in decision.absences)
    # The fallback is cancelled, or not asked at all, while the primary answers within its head start.
    assert heard == set(SOURCES) - {"massive"}


async def test_the_fallback_votes_as_soon_as_the_primary_fails_and_stops_when_it_is_back(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(2)
        six.vendors["alpaca"].fail("500")
        for decision in await six.cycle_decisions(31.0):
            assert (told(decision)["alpaca_pro"], told(decision)["massive"] in DIRECTIONS) == ("vendor error", True)
        six.vendors["alpaca"].fail(None)
        await six.warm(3)
        for decision in await six.cycle_decisions(31.0):
            assert (told(decision)["alpaca_pro"] in DIRECTIONS, told(decision)["massive"]) == (True, "race lost")


async def test_the_fallback_has_its_history_before_it_is_needed(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(2)
        massive = six.vendors["massive"]
        massive.forget()
        six.vendors["alpaca"].fail("500")
        assert all(told(each)["massive"] in DIRECTIONS for each in await six.cycle_decisions(1800.0))
        begins = [int(request.path.split("/")[-2]) / 1000 for request in massive.http.asked("/aggs/")]
        assert len(begins) == len(SYMBOLS)
        assert min(begins) >= six.clock.now().timestamp() - 2 * 86_400  # what came since yesterday


async def test_votes_show_the_price_that_the_market_had(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(3)
        market = six.vendors["alpaca"].quotes.market
        assert isinstance(market, LivingMarket)
        for decision in await six.cycle_decisions(31.0):
            assert decision.price is not None
            for vote in decision.votes:
                if vote.source in ("alpaca_pro", "yfinance"):
                    real = market.price_at(decision.symbol, vote.observed_at.timestamp())
                    assert vote.price == pytest.approx(real, rel=1e-6)


async def test_health_metrics_and_the_console_know_all_six(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(6)
        health = json.loads(await six.page("/api/v1/health"))["services"]["data_sources"]
        assert (set(health["sources"]), health["total_sources"]) == (set(SOURCES), 6)
        metrics, console = await six.page("/metrics"), await six.page("/sources")
        for source in SOURCES:
            assert f'argo_breaker_state{{source="{source}"}} 0' in metrics
            assert source in console


async def test_a_vendor_is_asked_once_for_what_several_symbols_need(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(6)
        for vendor in six.vendors.values():
            vendor.forget()
        for _ in range(12):
            await six.cycle(5.0)
        calls = {name: vendor.counted()["calls"] for name, vendor in six.vendors.items()}
        # A minute: three prices of shares and two of coins, for Yahoo a call a symbol; each model once a symbol.
        assert calls["alpaca"] <= 7
        assert calls["yahoo"] <= 7
        assert (calls["massive"], calls["alpha_vantage"]) == (0, 0)
        assert calls["xai"] + calls["perplexity"] <= len(SYMBOLS) * 4
