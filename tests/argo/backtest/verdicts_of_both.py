"""Prints, as JSON, what every risk layer says to the same signals in a live executor and in a backtest.

A program, so that a test can run it over a copy of the source with something planted in it.
"""

from __future__ import annotations

import asyncio
import json
import sys

import numpy as np

from argo_core.backtest.account import Account
from argo_core.backtest.history import History
from argo_core.backtest.profit import Profit
from argo_core.model.execution import SignalVerdicts
from argo_core.model.verdict import Denied
from argo_core.risk import RegularLimits
from tests.argo.backtest.live_cycles import live_run
from tests.argo.backtest.live_executor import live_account
from tests.argo.backtest.markets import Market, every_day, walk
from tests.argo.backtest.strategies import strategy


def main() -> None:
    """One fixed market, both ways."""
    rng, days = np.random.default_rng(11), 130
    sessions = every_day(days + 30)
    bars = tuple(walk(symbol, days, rng) for symbol in ("AAPL", "AMD", "BA"))
    market = Market(bars, sessions.closes[60:days], sessions)
    tried, account = strategy(market, 50.0), Account.regular(limits=RegularLimits(min_confidence=60.0))
    history = History.of(market.bars, market.moments)
    backtest = Profit(account).run(history, tried.run(history)).verdicts
    live = asyncio.run(live_account(account, market, asyncio.run(live_run(tried, market)))).store.verdicts.values()
    sys.stdout.write(json.dumps({"live": [_said(one) for one in live], "backtest": [_said(one) for one in backtest]}))


def _said(told: SignalVerdicts) -> list[str]:
    return [each.code if isinstance(each, Denied) else each.layer for each in told.verdicts]


if __name__ == "__main__":
    main()
