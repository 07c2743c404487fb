"""What the market adapter asks Alpaca, and what our peer answers, agrees with Alpaca's own OpenAPI document."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argo_core.errors import SourceError
from argo_core.model.timeframe import Timeframe
from argo_core.testing.sample_market import HOUR, NOW
from tests.argo.adapters.vendors import market_peers
from tests.argo.adapters.vendors.conftest import vendor_at
from tests.argo.adapters.vendors.market_peers import MARKET
from tests.argo.peers.http_peer import serving
from tests.argo.peers.prism import MARKET_DATA, NoPrism, Prism, mocking, proxying

pytestmark = pytest.mark.timeout(120)
SYMBOLS = tuple(MARKET.symbols)
PATIENCE = 20.0


@pytest.fixture
def prism(tmp_path: Path) -> Iterator[Prism]:
    """One for each test: it may tell of an answer after that was passed on."""
    try:
        with proxying(MARKET_DATA, tmp_path) as proxy:
            yield proxy
    except NoPrism as missing:
        absent(missing)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        with mocking(MARKET_DATA, tmp_path_factory.mktemp("mock")) as address:
            yield address
    except NoPrism as missing:
        absent(missing)


def absent(missing: NoPrism) -> None:
    """Where CI=true a missing Prism fails: nothing is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(str(missing))
    pytest.skip(str(missing))


async def test_bars_of_many_pages_and_last_trades_agree_with_the_document(prism: Prism) -> None:
    async with (
        serving(market_peers.alpaca, port=prism.upstream_port) as peer,
        vendor_at("alpaca", prism.url, PATIENCE) as vendor,
    ):
        bars = await vendor.bars(SYMBOLS, HOUR, NOW - timedelta(days=5), NOW)
        prices = await vendor.last_prices(SYMBOLS)
    assert {symbol for symbol, rows in bars.items() if len(rows)} == set(SYMBOLS) == prices.keys()
    assert len(peer.requests) > 4
    assert prism.violations() == []


async def test_an_answer_that_the_document_does_not_know_is_found(prism: Prism) -> None:
    async with (
        serving(market_peers.alpaca, port=prism.upstream_port) as peer,
        vendor_at("alpaca", prism.url, PATIENCE) as vendor,
    ):
        peer.spoiling = lambda reply: replace(reply, body={"trades": [reply.body]})
        with pytest.raises(SourceError):
            await vendor.last_prices(SYMBOLS)
        async with asyncio.timeout(PATIENCE):
            while not prism.violations():
                await asyncio.sleep(0.02)


async def test_the_documents_own_examples_are_read(examples: str) -> None:
    async with vendor_at("alpaca", examples, PATIENCE) as vendor:
        prices = await vendor.last_prices(["AAPL", "BTC-USD"])
    assert {symbol: price.price for symbol, price in prices.items()} == {"AAPL": 172.78, "BTC-USD": 29_791.0}


async def test_pages_that_never_end_are_refused(examples: str) -> None:
    """The document's example of bars names a next page, which is the same one for ever."""
    begin = datetime(2022, 1, 3, 9, tzinfo=UTC)
    async with vendor_at("alpaca", examples, PATIENCE) as vendor:
        with pytest.raises(SourceError, match="page"):
            await vendor.bars(["AAPL"], Timeframe.parse("1Min"), begin, begin + timedelta(hours=1))
