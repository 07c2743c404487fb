"""Where floors lie: static, trailing and locked, of the day and of all days, by the packs' own rules."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.errors import ConfigError
from argo_core.model.position import Position
from argo_core.risk import (
    AccountReading,
    DailyLoss,
    MaxLoss,
    Measure,
    PctOf,
    PropFirmLimits,
    Trailing,
    Watched,
    WatchRules,
    advance,
    begin,
)
from tests.argo.risk.proposals import NOON, reading

TOMORROW, THIRD_DAY = NOON + timedelta(days=1), NOON + timedelta(days=2)


def floating(balance: float, loss: float, at: datetime = NOON) -> AccountReading:
    """An account with this balance and an open position that is so much under water."""
    position = Position(symbol="AAPL", quantity=100.0, average_price=100.0, market_price=100.0 - loss / 100.0)
    return reading(balance - loss, at, position)


def days(rules: WatchRules, *readings: AccountReading) -> Watched:
    """What the watch says after these readings."""
    state = begin(readings[0], rules)
    watched = advance(state, readings[0], rules)
    for each in readings[1:]:
        watched = advance(watched.state, each, rules)
    return watched


def floors(watched: Watched) -> dict[str, float]:
    return {floor.name: floor.equity for floor in watched.floors}


def test_ftmo_2_step_takes_five_percent_of_the_initial_capital_off_the_balance_at_midnight() -> None:
    rules = load_pack("ftmo-2-step").watch(100_000.0)
    assert floors(days(rules, reading())) == {"daily_loss": 95_000.0, "drawdown": 90_000.0}
    grown = days(rules, reading(), reading(104_000.0), reading(104_000.0, TOMORROW))
    assert floors(grown) == {"daily_loss": 99_000.0, "drawdown": 90_000.0}
    fallen = days(rules, reading(), reading(97_000.0), reading(97_000.0, TOMORROW))
    assert floors(fallen) == {"daily_loss": 92_000.0, "drawdown": 90_000.0}


def test_ftmo_2_step_counts_a_floating_loss_against_the_balance_of_before() -> None:
    rules = load_pack("ftmo-2-step").watch(100_000.0)
    watched = days(rules, reading(), floating(104_000.0, 4_800.0), floating(104_000.0, 4_800.0, TOMORROW))
    assert watched.floors[0].equity == 99_000.0
    assert watched.state.equity == 99_200.0
    assert watched.meters[0].pct == pytest.approx(96.0)


def test_ftmo_1_step_follows_the_highest_balance_of_a_day_s_end_and_never_falls() -> None:
    rules = load_pack("ftmo-1-step").watch(100_000.0)
    first, second, third = reading(), reading(104_000.0, TOMORROW), reading(103_000.0, THIRD_DAY)
    assert floors(days(rules, first))["drawdown"] == 90_000.0
    assert floors(days(rules, first, reading(104_000.0)))["drawdown"] == 90_000.0  # not within the day
    assert floors(days(rules, first, reading(104_000.0), second))["drawdown"] == 94_000.0
    assert floors(days(rules, first, reading(104_000.0), second, reading(103_000.0, TOMORROW), third)) == {
        "daily_loss": 100_000.0, "drawdown": 94_000.0,
    }  # fmt: skip


def test_ftmo_1_step_does_not_count_floating_profit() -> None:
    rules = load_pack("ftmo-1-step").watch(100_000.0)
    watched = days(rules, reading(), floating(100_000.0, -6_000.0), floating(100_000.0, -6_000.0, TOMORROW))
    assert floors(watched)["drawdown"] == 90_000.0


def test_a_trailing_floor_rises_with_the_highest_equity_and_locks() -> None:
    rules = load_pack("example-trailing").watch(100_000.0)
    assert floors(days(rules, reading()))["drawdown"] == 94_000.0
    assert floors(days(rules, reading(), reading(103_000.0), reading(101_000.0)))["drawdown"] == 97_000.0
    assert floors(days(rules, reading(), reading(150_000.0), reading(149_000.0)))["drawdown"] == 100_000.0


def test_our_own_limits_are_two_percent_off_the_highest_equity_and_four_and_a_half_off_the_day_s() -> None:
    watched = days(load_pack("seed-limits").watch(), reading(), reading(110_000.0))
    assert floors(watched) == pytest.approx({"daily_loss": 95_500.0, "drawdown": 107_800.0})


@pytest.mark.parametrize(
    ("of", "below", "floor"),
    [
        (PctOf.INITIAL, Measure.BALANCE, 106_000.0),
        (PctOf.INITIAL, Measure.EQUITY, 103_000.0),
        (PctOf.INITIAL, Measure.HIGHER, 106_000.0),
        (PctOf.LEVEL, Measure.BALANCE, 106_700.0),
        (PctOf.LEVEL, Measure.EQUITY, 103_790.0),
    ],
)
def test_a_day_s_floor_is_so_much_of_so_much_below(of: PctOf, below: Measure, floor: float) -> None:
    """The day begins with a balance of 110,000, and 3,000 of it floating away; the capital was 133,333 at first."""
    initial = 400_000.0 / 3.0 if of is PctOf.INITIAL else 100_000.0
    rules = WatchRules(daily_loss=DailyLoss(pct=3.0, of=of, below=below), max_loss=None, initial=initial)
    assert days(rules, floating(110_000.0, 3_000.0)).nearest.equity == pytest.approx(floor)


def test_the_floor_after_the_coming_anchor_is_known_before_it_comes() -> None:
    """A floating loss that today allows breaks tomorrow's floor at its first moment."""
    rules = load_pack("ftmo-2-step").watch(100_000.0)
    watched = days(rules, reading(), floating(105_000.0, 8_000.0))
    assert (watched.nearest.equity, watched.nearest_after_reset.equity) == (95_000.0, 100_000.0)
    assert watched.headroom == -3_000.0


def test_of_an_end_of_day_by_equity_the_open_profit_counts() -> None:
    loss = MaxLoss(pct=10.0, trailing=Trailing.END_OF_DAY, measure=Measure.EQUITY)
    rules = WatchRules(daily_loss=None, max_loss=loss, initial=100_000.0)
    open_profit = floating(100_000.0, -6_000.0)
    assert days(rules, reading(), open_profit, floating(100_000.0, -6_000.0, TOMORROW)).nearest.equity == 96_000.0


@pytest.mark.parametrize(
    ("own", "daily", "drawdown"),
    [
        (PropFirmLimits(), 95_000.0, 90_000.0),
        (PropFirmLimits(daily_loss_pct=4.5, max_drawdown_pct=2.0), 95_500.0, 98_000.0),
        (PropFirmLimits(daily_loss_pct=6.0, max_drawdown_pct=15.0), 95_000.0, 90_000.0),
    ],
)
def test_an_operator_s_own_limits_tighten_a_firm_s_and_never_loosen_them(
    own: PropFirmLimits, daily: float, drawdown: float
) -> None:
    watched = days(own.watch(load_pack("ftmo-2-step"), 100_000.0), reading())
    assert floors(watched) == pytest.approx({"daily_loss": daily, "drawdown": drawdown})


def test_an_own_limit_that_follows_the_day_s_end_is_refused() -> None:
    with pytest.raises(ConfigError, match="day's end"):
        WatchRules(
            daily_loss=None, max_loss=MaxLoss(pct=10.0), own_max_loss=MaxLoss(pct=5.0, trailing=Trailing.END_OF_DAY)
        )
