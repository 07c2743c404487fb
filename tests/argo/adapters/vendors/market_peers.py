"""The sample market as each vendor serves it, seven rows a page."""

from __future__ import annotations

import numpy as np

from argo_core.testing.sample_market import HOUR, TRADED_AT, sample_market
from tests.argo.peers import alpaca as alpaca_peer
from tests.argo.peers import massive as massive_peer
from tests.argo.peers import yahoo as yahoo_peer
from tests.argo.peers.keys import ALPACA_SECRET
from tests.argo.peers.quotes import EMPTY, Rows, Trade

KEY, SECRET = "PKTESTKEY000000001", ALPACA_SECRET
PAGE = 7
MARKET = sample_market()


class SampleQuotes:
    """The sample market has hours, and stands still."""

    symbols = tuple(MARKET.symbols)

    def bars(self, symbol: str, seconds: int, first: float, last: float) -> Rows:
        bars = MARKET.bars[symbol]
        rows = Rows(bars.start.astype("datetime64[s]").astype(np.int64), bars.values)
        return rows.between(first, last) if seconds == HOUR.seconds else EMPTY

    def last(self, symbol: str) -> Trade:
        return Trade(MARKET.prices[symbol], TRADED_AT)


alpaca = alpaca_peer.alpaca(SampleQuotes(), KEY, SECRET, PAGE)
massive = massive_peer.massive(SampleQuotes(), KEY, PAGE)
yahoo = yahoo_peer.yahoo(SampleQuotes())
