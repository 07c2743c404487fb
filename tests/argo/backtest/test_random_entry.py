"""The same trades at other times keep their length, counted in bars, however the venue dates their ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.backtest.comparisons.random_entry import random_entry
from argo_core.backtest.history import History
from argo_core.backtest.profit_result import ProfitResult
from argo_core.execution.costs import CostPolicy
from argo_core.model.bars import Bars
from argo_core.model.trade import Trade

FREE = CostPolicy(slippage_pct=0.0, fee_pct=0.0)
FIRST, DAY = datetime(2024, 1, 1, tzinfo=UTC), timedelta(days=1)
DAYS = 50
GROWTH = 1.01 ** np.arange(DAYS)
"""One percent a bar: a trade's result tells how many bars it lasted, whenever it began."""


def one_trade(ended_by: str, closed_at: datetime, hours: int) -> float:
    """What the drawn trades bring, in percent: bought with all the money at the close of the tenth bar."""
    start = np.datetime64(FIRST.replace(tzinfo=None), "us") + np.arange(DAYS) * np.timedelta64(1, "D")
    bars = Bars.of("BTC-USD", "1Day", start, np.array([GROWTH] * 5), start + np.timedelta64(hours, "h"))
    trade = Trade(
        trade_id="t", signal_id="s", executor_id="e", mode="simulated", symbol="BTC-USD", action="BUY", quantity=100.0,
        entry_price=1.0, exit_price=1.0, fees=0.0, gross_pct=0.0, net_pct=0.0, exit=ended_by,
        opened_at=FIRST + 9 * DAY + timedelta(hours=hours), closed_at=closed_at,
    )  # fmt: skip
    flat = np.full(DAYS, 100.0)
    profit = ProfitResult(
        label="own", start_cash=100.0, instants=bars.end, equity=flat, cash=flat, exposure=flat, trades=(trade,),
        fills=(), verdicts=(), halts=(), positions=(), unplaced={},
    )  # fmt: skip
    found = random_entry(History.of([bars], bars.end), profit, FREE, np.random.default_rng(1), 100)
    assert found.low_pct == pytest.approx(found.high_pct)
    return found.median_pct


@pytest.mark.parametrize("hours", [24, 21], ids=["bars without a pause", "bars of sessions"])
@pytest.mark.parametrize("ended_by", ["stop", "target"])
def test_what_the_third_bar_after_its_entry_ends_lasts_three_bars(ended_by: str, hours: int) -> None:
    touched = FIRST + 12 * DAY  # the start of the third bar after the tenth
    assert one_trade(ended_by, touched, hours) == pytest.approx(100 * (1.01**3 - 1))


@pytest.mark.parametrize("hours", [24, 21], ids=["bars without a pause", "bars of sessions"])
def test_what_a_decision_three_bars_later_ends_lasts_three_bars(hours: int) -> None:
    decided = FIRST + 12 * DAY + timedelta(hours=hours)
    assert one_trade("signal", decided, hours) == pytest.approx(100 * (1.01**3 - 1))
