"""A vendor that tells nonsense of one symbol: that one is refused and counted, the others are as good as ever."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest

from argo_core.errors import SourceError
from argo_core.testing.sample_market import HOUR, NOW, TRADED_AT
from tests.argo.adapters.vendors.conftest import VENDORS, vendor_at
from tests.argo.adapters.vendors.market_peers import KEY, MARKET, PAGE, SECRET, SampleQuotes
from tests.argo.peers import alpaca, massive, yahoo
from tests.argo.peers.http_peer import Reply, Request, serving
from tests.argo.peers.quotes import Rows, Trade

START = NOW - timedelta(days=3)


class Spoilt(SampleQuotes):
    """Highs below lows, and no price, of these."""

    def __init__(self, *symbols: str) -> None:
        self.spoilt = symbols

    def bars(self, symbol: str, seconds: int, first: float, last: float) -> Rows:
        rows = super().bars(symbol, seconds, first, last)
        if symbol not in self.spoilt:
            return rows
        values = rows.values.copy()
        values[1, -1:] = values[2, -1:] * 0.5
        return dataclasses.replace(rows, values=values)

    def last(self, symbol: str) -> Trade:
        return Trade(0.0, TRADED_AT) if symbol in self.spoilt else super().last(symbol)


def replying(name: str, quotes: SampleQuotes) -> Callable[[Request], Reply]:
    if name == "alpaca":
        return alpaca.alpaca(quotes, KEY, SECRET, PAGE)
    return massive.massive(quotes, KEY, PAGE) if name == "massive" else yahoo.yahoo(quotes)


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("spoilt", ["BRK.B", "BTC-USD"])
async def test_one_symbols_nonsense_is_refused_and_counted_and_the_others_come(name: str, spoilt: str) -> None:
    async with serving(replying(name, Spoilt(spoilt))) as peer, vendor_at(name, peer.url) as vendor:
        others = sorted(set(MARKET.symbols) - {spoilt})
        assert sorted(await vendor.bars(MARKET.symbols, HOUR, START, NOW)) == others
        assert sorted(await vendor.last_prices(MARKET.symbols)) == others
        told = vendor.rejections()
        assert [(each.vendor, each.symbol, each.kind, each.at) for each in told] == [
            (name, spoilt, "bad_bars", NOW),
            (name, spoilt, "bad_price", NOW),
        ]
        assert vendor.rejections() == ()


@pytest.mark.parametrize("name", VENDORS)
async def test_a_vendor_whose_every_symbol_is_nonsense_is_refused_itself(name: str) -> None:
    async with serving(replying(name, Spoilt(*MARKET.symbols))) as peer, vendor_at(name, peer.url) as vendor:
        for question in (vendor.bars(MARKET.symbols, HOUR, START, NOW), vendor.last_prices(MARKET.symbols)):
            with pytest.raises(SourceError) as caught:
                await question
            assert caught.value.reason == "REFUSED_ANSWER"
