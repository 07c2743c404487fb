"""One of a vendor's two endpoints is down: its symbols are the fallback's, and the others stay the vendor's."""

from __future__ import annotations

from pathlib import Path

import pytest

from argo_core.model.decision import Decision
from tests.argo.peers.alpaca import COINS
from tests.argo.peers.distorted import Distorted
from tests.argo.six_sources.rig import Six, six_sources, told

VOTES = {"LONG", "SHORT", "NEUTRAL"}
FELL = 0.97


def fail_coins(six: Six, fault: str | None) -> None:
    """Alpaca's coins fail; its shares are well. Coins have fallen meanwhile, as all other vendors tell."""
    six.vendors["alpaca"].http.faulty = lambda request: request.path.startswith(COINS)
    six.vendors["alpaca"].fail(fault)


def quotes_of(six: Six, vendor: str) -> Distorted:
    return six.vendors[vendor].quotes


async def by_symbol(six: Six, after_seconds: float) -> dict[str, Decision]:
    return {each.symbol: each for each in await six.cycle_decisions(after_seconds)}


async def test_coins_that_fail_are_the_fallbacks_and_shares_stay_the_vendors(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(3)
        fail_coins(six, "500")
        for vendor in ("massive", "yahoo"):
            quotes_of(six, vendor).factor = FELL
        market = quotes_of(six, "alpaca").market
        await six.cycle(31.0)
        for after in (5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 31.0, 31.0):
            found = await by_symbol(six, after)
            share, coin = found["AAPL"], found["BTC-USD"]
            assert told(coin)["alpaca_pro"] in {"vendor error", "breaker open"}
            assert told(share)["alpaca_pro"] in VOTES
            assert told(coin)["massive"] in VOTES
            for decision, factor in ((share, 1.0), (coin, FELL)):
                assert decision.price == pytest.approx(
                    factor * market.price_at(decision.symbol, six.clock.now().timestamp()), rel=0.005
                )
        path = six.path("alpaca_pro")
        assert (path.errors["vendor_error"] > 0, path.failures > 0, path.breaker) == (True, True, "open")
        assert "500" in str(path.last_error)
        assert "vendor error" in await six.page("/sources")
        fail_coins(six, None)
        for _ in range(4):
            found = await by_symbol(six, 61.0)
        assert told(found["BTC-USD"])["alpaca_pro"] in VOTES
