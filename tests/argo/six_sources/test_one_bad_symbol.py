"""A vendor that tells nonsense of one symbol: that one is refused and counted, the others are voted on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.argo.peers.http_peer import Reply
from tests.argo.six_sources.rig import six_sources, told

VOTES = {"LONG", "SHORT", "NEUTRAL"}


def without_a_price_for_coins(reply: Reply) -> Reply:
    answer: dict[str, Any] = json.loads(reply.encoded())
    for symbol, trade in answer.get("trades", {}).items():
        trade["p"] = 0.0 if "/" in symbol else trade["p"]
    return Reply(answer)


async def test_one_symbols_nonsense_costs_that_symbol_alone_and_is_counted(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(2)
        while not all(told(each)["yfinance"] in VOTES for each in await six.cycle_decisions(31.0)):
            pass  # what comes beside the cycles is late until then, where the machine is slow
        late = six.live.rejections.counts().keys() - {("alpaca", "bad_price")}
        six.vendors["alpaca"].http.spoiling = without_a_price_for_coins
        for _ in range(11):
            decisions = {each.symbol: each for each in await six.cycle_decisions(31.0)}
            assert told(decisions["AAPL"])["alpaca_pro"] in VOTES
        assert told(decisions["BTC-USD"])["alpaca_pro"] == "stale"
        assert told(decisions["BTC-USD"])["massive"] in VOTES, "the race goes on for that symbol"
        assert six.path("alpaca_pro").breaker == "closed"
        assert not six.path("alpaca_pro").errors
        refused = six.live.rejections.counts()
        assert refused["alpaca", "bad_price"] > 1
        assert refused.keys() - late == {("alpaca", "bad_price")}
        assert "a price that no market makes" in await six.page("/sources")
        assert 'argo_data_rejections_total{kind="bad_price",vendor="alpaca"}' in await six.page("/metrics")
