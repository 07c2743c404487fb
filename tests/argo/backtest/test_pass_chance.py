"""The chance of passing: from the account's own trades, again as they grow, refused where it cannot be said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.backtest.pass_chance import ChanceQuestion, PassChance, account_moves, pass_chance
from argo_core.backtest.pass_watch import PassWatch
from argo_core.backtest.prop_simulator import PropRun
from argo_core.errors import DataError
from argo_core.model.trade import Trade

RUN = PropRun(paths=200, records=20, record_paths=100, seed=9)
FIRM = load_pack("ftmo-1-step")
BEGAN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def trade(number: int, net_pct: float = 5.0, signal_id: str = "SIG-1") -> Trade:
    """A thousand shares at 40: five percent of them are 2,000."""
    closed = BEGAN + timedelta(days=number // 2)
    return Trade(
        trade_id=f"T-{number}",
        signal_id=signal_id,
        executor_id="prop_firm",
        mode="prop",
        symbol="AAPL",
        action="BUY",
        quantity=1000.0,
        entry_price=40.0,
        exit_price=42.0,
        fees=0.0,
        gross_pct=net_pct,
        net_pct=net_pct,
        exit="target",
        opened_at=closed - timedelta(hours=1),
        closed_at=closed,
    )


def asked(trades: list[Trade], initial: float = 100_000.0, pack: str = "ftmo-1-step") -> PassChance:
    return pass_chance(ChanceQuestion(trades=tuple(trades), rules=load_pack(pack), initial=initial, run=RUN))


def test_a_trade_moves_the_account_by_its_money_in_percent_of_the_initial_capital() -> None:
    assert account_moves([trade(0), trade(1, -2.5)], 100_000.0) == (2.0, -1.0)


@pytest.mark.parametrize("initial", [0.0, -1.0, float("nan"), float("inf")])
def test_an_account_that_began_with_no_money_is_refused(initial: float) -> None:
    with pytest.raises(DataError) as refused:
        account_moves([trade(0)], initial)
    assert refused.value.code == "bad_capital"
    assert "must have begun with money" in str(asked([trade(n) for n in range(20)], initial).refused)


def test_who_only_gains_passes_and_who_only_loses_fails() -> None:
    always = asked([trade(n) for n in range(20)])
    assert always.result is not None
    assert (always.trades, always.per_day, always.result.passed.share, always.result.record) == (20, 2.0, 1.0, (1, 1))
    never = asked([trade(n, -5.0) for n in range(20)])
    assert never.result is not None
    assert (never.result.passed.share, never.result.daily_loss.share + never.result.drawdown.share) == (0.0, 1.0)


def test_below_twenty_trades_of_signals_nothing_is_said() -> None:
    few = asked([*(trade(n) for n in range(19)), *(trade(n, signal_id="external") for n in range(9))])
    assert (few.result, few.stored, few.trades) == (None, 28, 19)
    assert few.refused == "19 finished trades are too few for a chance of passing: it is told from 20 on"


def test_a_pack_without_a_target_is_told_in_its_own_words() -> None:
    told = asked([trade(n) for n in range(20)], pack="seed-limits")
    assert told.refused == "rule pack seed-limits names no profit target: say what to reach, for instance 10 percent"


def test_the_same_record_and_seed_give_the_same_answer_and_the_assumptions_name_the_measure() -> None:
    record = [trade(n, 1.0 + (-1) ** n * 4.0) for n in range(40)]
    first, second = asked(record), asked(record)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
    assert first.result is not None
    assert (
        "each moves the account as one of its own trades did, in percent of the initial capital"
        in (first.result.assumptions[1])
    )


class Growing:
    """`ports.TradeHistory` of a list that a test lengthens."""

    def __init__(self) -> None:
        self.trades: list[Trade] = []

    async def count(self) -> int:
        return len(self.trades)

    async def every_trade(self) -> tuple[Trade, ...]:
        return tuple(self.trades)


async def test_it_is_worked_out_once_for_a_record_and_again_when_that_is_a_twentieth_longer() -> None:
    history, asked_of = Growing(), list[int]()

    async def answer(question: ChanceQuestion) -> PassChance:
        asked_of.append(len(question.trades))
        return PassChance(stored=len(question.trades), trades=len(question.trades))

    async def initial() -> float:
        return 100_000.0

    watch = PassWatch(history, FIRM, initial, answer, RUN)
    for number in range(130):
        history.trades.append(trade(number))
        for _ in range(3):
            await watch.step()
    assert asked_of[:4] == [20, 21, 22, 23]
    assert asked_of[-4:] == [111, 116, 121, 127]


async def test_before_the_account_was_looked_at_nothing_is_asked() -> None:
    async def nothing() -> None:
        return None

    async def answer(_: ChanceQuestion) -> PassChance:
        raise AssertionError

    watch = PassWatch(Growing(), FIRM, nothing, answer, RUN)
    assert (await watch.step(), watch.found) == (False, None)
