"""The chance of passing: from the account's own trades, again as they grow, refused where it cannot be said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.backtest.pass_chance import ChanceQuestion, PassChance, account_moves, pass_chance
from argo_core.backtest.pass_watch import PassWatch
from argo_core.backtest.prop_course import PropCourse, prop_course
from argo_core.backtest.prop_simulator import PropRun, simulate_challenge
from argo_core.backtest.prop_standing import PropStanding, standing_of
from argo_core.backtest.prop_trades import TradePlan, WinLoss
from argo_core.errors import DataError
from argo_core.model.trade import Trade
from argo_core.risk.watch_state import WatchState

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


def stands(equity: float = 100_000.0, initial: float = 100_000.0, **more: Any) -> WatchState:
    """What the watch last saw, the day begun as the account stands."""
    at = datetime(2026, 6, 1, 22, 0, tzinfo=UTC)
    told = {
        "peak_equity": max(equity, initial), "high_close": max(equity, initial), "anchor_at": at,
        "next_anchor_at": at + timedelta(days=1), "anchor_equity": equity, "anchor_balance": equity,
        "equity": equity, "balance": equity, "read_at": at + timedelta(hours=1),
    }  # fmt: skip
    return WatchState(initial=initial, **{**told, **more})


def asked(trades: list[Trade], initial: float = 100_000.0, pack: str = "ftmo-1-step") -> PassChance:
    state = stands(initial=initial, equity=initial)
    return pass_chance(ChanceQuestion(trades=tuple(trades), rules=load_pack(pack), state=state, run=RUN))


def from_there(state: WatchState, run: PropRun = RUN) -> PassChance:
    """A record of even luck: gains and losses of 0.2 % of the account, two trades a day."""
    trades = tuple(trade(number, 0.5 if number * 7 % 10 < 5 else -0.5) for number in range(40))
    return pass_chance(ChanceQuestion(trades=trades, rules=FIRM, state=state, run=run))


def passed(found: PassChance) -> float:
    assert found.result is not None, found.refused
    return found.result.passed.share


def test_just_under_its_target_an_account_passes_almost_surely_and_just_over_its_floor_hardly() -> None:
    # The firm asks for 10 % and forbids 10 % below the highest day's end, and 3 % of a day.
    assert passed(from_there(stands(109_900.0))) > 0.95
    assert passed(from_there(stands(90_050.0, high_close=100_000.0))) < 0.05
    day = stands(97_050.0, anchor_equity=100_000.0, anchor_balance=100_000.0)
    lost = from_there(day).result
    assert lost is not None and lost.daily_loss.share > 0.3


def test_who_stands_at_a_floor_has_lost_and_who_stands_at_the_target_has_won_without_a_trade() -> None:
    lost = from_there(stands(97_000.0, anchor_equity=100_000.0, anchor_balance=100_000.0))
    assert lost.result is not None
    assert (lost.result.passed.share, lost.result.daily_loss.share, lost.result.days_to_breach.mean) == (0.0, 1.0, 1.0)
    won = from_there(stands(110_000.0))
    assert won.result is not None
    assert (won.result.passed.share, won.result.days_to_pass.mean) == (1.0, 1.0)


def test_a_fresh_account_is_told_the_published_chance() -> None:
    plan, run = TradePlan(risk_pct=1.0, per_day=4, of_initial=True), PropRun(seed=42)
    course = prop_course(load_pack("ftmo-2-step"))
    fresh = standing_of(stands(), course.rules.watch(100_000.0), ())
    assert fresh == PropStanding()
    found = simulate_challenge(course, WinLoss(0.48, 1.6), plan, run, fresh)
    assert found == simulate_challenge(course, WinLoss(0.48, 1.6), plan, run)
    assert 0.927 <= found.passed.share <= 0.937


def test_days_with_a_trade_so_far_count_and_the_day_under_way_once() -> None:
    anchor = BEGAN + timedelta(days=3, hours=-3)
    state = stands(104_000.0, anchor_at=anchor, next_anchor_at=anchor + timedelta(days=1))
    told = standing_of(state, FIRM.watch(100_000.0), [trade(n) for n in range(7)])
    # Six trades of 2,000 on three days before, one since the day's beginning.
    assert (told.traded_days, told.today_traded) == (3, True)
    assert told.best_day == pytest.approx(0.04)
    assert (told.balance, told.anchor, told.peak) == (1.04, 1.04, 1.04)
    assert not standing_of(state, FIRM.watch(100_000.0), [trade(n) for n in range(6)]).today_traded


def test_the_days_that_a_firm_asks_for_are_those_that_are_missing() -> None:
    course = PropCourse(rules=FIRM, targets_pct=(1.0,), minimum_days=4)
    plan, run = TradePlan(risk_pct=1.0, per_day=1, of_initial=True), PropRun(paths=100, days=30)

    def days(**told: Any) -> float | None:
        at = PropStanding(balance=1.02, peak=1.02, **told)
        return simulate_challenge(course, WinLoss(0.5, 1.0), plan, run, at).days_to_pass.mean

    assert (days(), days(traded_days=3), days(traded_days=2, today_traded=True)) == (4.0, 1.0, 2.0)


def test_where_it_stands_is_said_and_a_stopped_account_is_told_no_chance() -> None:
    found = from_there(stands(104_000.0))
    assert found.result is not None and found.standing is not None
    assert "the account stands at 104.00 % of its initial capital" in " ".join(found.result.assumptions)
    assert found.standing.balance == 1.04
    stopped = from_there(stands(95_000.0, breached="drawdown"))
    assert (
        stopped.refused == "trading ended at the guard of the drawdown: no chance is told until an operator resumes it"
    )


async def test_an_account_that_moved_or_began_a_day_is_judged_anew() -> None:
    history, seen = Growing(), [stands(100_000.0)]
    history.trades = [trade(number) for number in range(40)]
    told = list[float]()

    async def answer(question: ChanceQuestion) -> PassChance:
        told.append(question.state.equity)
        return PassChance(stored=40, trades=40)

    async def state() -> WatchState:
        return seen[-1]

    watch = PassWatch(history, FIRM, state, answer, RUN)
    next_day = seen[0].next_anchor_at
    for now in (
        stands(100_000.0), stands(100_249.0), stands(100_250.0), stands(100_000.5),
        stands(100_000.5, anchor_at=next_day), stands(100_000.5, anchor_at=next_day, breached="drawdown"),
    ):  # fmt: skip
        seen.append(now)
        await watch.step()
    assert told == [100_000.0, 100_250.0, 100_000.5, 100_000.5]


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

    async def initial() -> WatchState:
        return stands()

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
