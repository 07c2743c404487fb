"""The journal: what each trade brought, and what all of them come to, account by account."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, stdev

import msgspec
import pytest

from argo_core.model.trade import Trade
from argo_core.reports.journal import journals
from argo_core.testing.contracts.execution_reports import TRADE

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def trade(number: int, net_pct: float, day: int = 0, **changes: object) -> Trade:
    """1,000 in at 100 each, with fees of one."""
    told = {
        "trade_id": f"t{number}", "quantity": 10.0, "entry_price": 100.0, "exit_price": 100.0 + net_pct + 0.1,
        "fees": 1.0, "gross_pct": net_pct + 0.1, "net_pct": net_pct, "opened_at": NOON + timedelta(days=day, hours=-1),
        "closed_at": NOON + timedelta(days=day),
    }  # fmt: skip
    return msgspec.structs.replace(TRADE, **{**told, **changes})


def test_a_trade_brings_its_percentage_of_its_entry() -> None:
    (journal,) = journals([trade(0, 2.0)], 10_000.0, 0)
    entry = journal.trades[0]
    assert (entry.gross, entry.net, entry.trade.fees) == pytest.approx((21.0, 20.0, 1.0))


def test_accounts_and_kinds_of_money_are_kept_apart() -> None:
    found = journals(
        [trade(0, 1.0), trade(1, 1.0, executor_id="prop_firm", mode="prop"), trade(2, 1.0, mode="paper")], 10_000.0, 0
    )
    assert [journal.name for journal in found] == ["argo, paper", "argo, simulated", "prop_firm, prop"]


def test_days_without_a_close_stand_in_the_equity_too() -> None:
    (journal,) = journals([trade(0, 2.0), trade(1, -1.0, day=2)], 10_000.0, 0)
    assert journal.days == (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
    assert journal.equity == pytest.approx((10_020.0, 10_020.0, 10_010.0))


def test_the_figures_of_four_days() -> None:
    (journal,) = journals([trade(n, pct, day=n) for n, pct in enumerate((2.0, -1.0, 3.0, -1.0))], 10_000.0, 0)
    values = {each.key: each.value for each in journal.figures}
    returns = [20 / 10_000, -10 / 10_020, 30 / 10_010, -10 / 10_040]
    below = math.sqrt(fmean([min(each, 0.0) ** 2 for each in returns]))
    assert values == pytest.approx(
        {
            "win_rate_pct": 50.0,
            "profit_factor": 2.5,
            "expectancy": 7.5,
            "expectancy_pct": 0.75,
            "net_profit": 30.0,
            "total_return_pct": 0.3,
            "sharpe": fmean(returns) / stdev(returns) * math.sqrt(365),
            "sortino": fmean(returns) / below * math.sqrt(365),
            "max_drawdown_pct": 100 * 10 / 10_020,
        }
    )
    rate = journal.figures[0]
    assert (rate.low, rate.high) == pytest.approx((15.0036, 84.9964), abs=1e-3)
    assert all(each.low is None for each in journal.figures[1:]), "four cases are too few to resample"


def test_thirty_trades_have_intervals_around_their_figures() -> None:
    (journal,) = journals([trade(n, 2.0 if n % 3 else -1.5, day=n) for n in range(30)], 10_000.0, 7)
    for each in journal.figures:
        assert each.value is not None and each.low is not None, each.key
        assert each.low <= each.value, each.key
        assert each.high is None or each.value <= each.high, each.key
    again = journals([trade(n, 2.0 if n % 3 else -1.5, day=n) for n in range(30)], 10_000.0, 7)
    assert again == (journal,), "the same seed draws the same intervals"


def test_without_a_loss_there_is_no_profit_factor() -> None:
    (journal,) = journals([trade(0, 2.0), trade(1, 1.0, day=1)], 10_000.0, 0)
    values = {each.key: each.value for each in journal.figures}
    assert (values["profit_factor"], values["sortino"], values["max_drawdown_pct"]) == (None, None, 0.0)


def test_a_capital_that_is_gone_has_no_ratios_any_more() -> None:
    (journal,) = journals([trade(0, -60.0), trade(1, -50.0, day=1)], 1_000.0, 0)
    values = {each.key: each.value for each in journal.figures}
    assert (values["sharpe"], values["total_return_pct"], values["net_profit"]) == (None, None, -1_100.0)


def test_no_trade_is_no_journal() -> None:
    assert journals([], 10_000.0, 0) == ()
