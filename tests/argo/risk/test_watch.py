"""The watch: levels, breaches before the floor, days, halts that last, and what an operator's resume changes."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import msgspec
import pytest

from argo_core.adapters.rule_packs import load_pack
from argo_core.errors import ConfigError, DataError
from argo_core.model.halt import HaltCode
from argo_core.model.position import Position
from argo_core.risk import (
    AccountReading,
    DailyLoss,
    Demand,
    FlattenCost,
    MaxLoss,
    PropFirmMonitor,
    RegularLimits,
    Watched,
    WatchEvent,
    WatchLevel,
    WatchRules,
    advance,
    begin,
    resumed,
)
from tests.argo.risk.proposals import NOON, context, holding, reading, walk

TOMORROW = NOON + timedelta(days=1)
MIDNIGHT = datetime.fromisoformat("2026-03-05T05:00:00+00:00")  # in New York
REGULAR = RegularLimits().watch()
FIRM = WatchRules(daily_loss=None, max_loss=MaxLoss(pct=10.0), flatten=True, initial=100_000.0)


def after(rules: WatchRules, *equities: float) -> Watched:
    """What the watch says after these equities of one day, the first 100,000."""
    watched = advance(begin(reading(), rules), reading(), rules)
    for equity in equities:
        watched = advance(watched.state, reading(equity), rules)
    return watched


@pytest.mark.parametrize(
    ("equity", "level", "factor"),
    [
        (100_000.0, WatchLevel.NORMAL, 1.0),
        (93_010.0, WatchLevel.NORMAL, 1.0),
        (93_000.0, WatchLevel.WARNING, 1.0),
        (91_010.0, WatchLevel.WARNING, 1.0),
        (91_000.0, WatchLevel.CRITICAL, 0.5),
        (90_010.0, WatchLevel.CRITICAL, 0.5),
        (90_000.0, WatchLevel.BREACH, 0.0),
        (80_000.0, WatchLevel.BREACH, 0.0),
    ],
)
def test_levels_begin_at_seventy_ninety_and_all_of_a_limit(equity: float, level: WatchLevel, factor: float) -> None:
    watched = after(FIRM, equity)
    assert (watched.level, watched.size_factor) == (level, factor)


def test_a_breach_comes_before_the_floor_by_what_getting_out_costs() -> None:
    """90,150 stands 150 above the floor; half of it is held, and getting out of that costs 0.35 percent."""
    held = holding("AAPL", 450.0, 100.0)
    cost = FlattenCost(spread_pct=0.1, slippage_pct=0.1, fee_pct=0.1, adverse_pct=0.1)
    rules = msgspec.structs.replace(FIRM, cost=cost)
    watched = advance(begin(reading(), rules), reading(90_150.0, NOON, held), rules)
    assert watched.flatten_cost == pytest.approx(157.5)
    assert watched.equity_after_flatten == pytest.approx(89_992.5)
    assert watched.level is WatchLevel.BREACH
    calm = advance(begin(reading(), rules), reading(90_158.0, NOON, held), rules)
    assert calm.level is WatchLevel.CRITICAL


def test_the_move_until_the_next_check_is_that_of_the_market() -> None:
    wild = context({"AAPL": walk(1, noise=4.0)})
    rules = msgspec.structs.replace(FIRM, cost=FlattenCost(check_seconds=23_400.0))
    held = reading(99_000.0, NOON, holding("AAPL", 100.0), context=wild)
    watched = advance(begin(reading(), rules), held, rules)
    deviation = wild.move_pct("AAPL", 23_400.0)
    assert deviation is not None
    assert deviation == pytest.approx(3.8, abs=0.8)
    assert watched.flatten_cost == pytest.approx(10_000.0 * (0.175 + 3.0 * deviation) / 100.0)


def test_a_short_costs_as_much_to_get_out_of_as_a_long() -> None:
    def cost(units: float) -> float:
        return advance(begin(reading(), FIRM), reading(99_000.0, NOON, holding("A", units)), FIRM).flatten_cost

    assert cost(50.0) == cost(-50.0) > 0


def test_a_breach_lasts_though_the_market_comes_back() -> None:
    watched = after(FIRM, 89_000.0, 101_000.0)
    assert (watched.level, watched.size_factor) == (WatchLevel.BREACH, 0.0)
    assert watched.demand == Demand(
        code=HaltCode.BREACH, until=None, flatten=True,
        reason="the floor of drawdown is reached: an operator must look and resume",
    )  # fmt: skip


def test_a_breach_outlives_a_restart_and_a_new_day() -> None:
    stored = msgspec.json.encode(after(FIRM, 89_000.0).state)
    again = advance(msgspec.json.decode(stored, type=type(after(FIRM).state)), reading(101_000.0, TOMORROW), FIRM)
    assert again.level is WatchLevel.BREACH
    assert again.demand is not None


def test_a_resume_below_a_firm_s_floor_is_stopped_by_the_next_check() -> None:
    lifted = resumed(after(FIRM, 89_000.0).state, FIRM)
    assert lifted.breached is None
    assert advance(lifted, reading(89_000.0), FIRM).level is WatchLevel.BREACH
    assert advance(lifted, reading(95_000.0), FIRM).level is WatchLevel.NORMAL


def test_a_regular_account_stops_for_the_day_and_is_not_flattened() -> None:
    watched = after(REGULAR, 95_000.0, 99_000.0)
    assert watched.demand == Demand(
        code=HaltCode.DAILY_LOSS, until=MIDNIGHT, flatten=False,
        reason="the day's loss limit is reached: trading goes on at the next anchor",
    )  # fmt: skip
    assert watched.level is WatchLevel.NORMAL
    assert advance(watched.state, reading(99_000.0, MIDNIGHT - timedelta(seconds=1)), REGULAR).demand is not None
    assert advance(watched.state, reading(99_000.0, MIDNIGHT), REGULAR).demand is None


def test_a_regular_account_beyond_its_drawdown_waits_for_an_operator() -> None:
    watched = after(REGULAR, 80_000.0)
    assert watched.demand is not None
    assert (watched.demand.code, watched.demand.until, watched.demand.flatten) == (HaltCode.BREACH, None, False)
    assert watched.level is WatchLevel.CRITICAL
    later = advance(watched.state, reading(80_000.0, TOMORROW), REGULAR)
    assert later.demand is not None


def test_an_operator_s_resume_measures_a_regular_account_anew() -> None:
    lifted = resumed(after(REGULAR, 80_000.0).state, REGULAR)
    watched = advance(lifted, reading(80_000.0), REGULAR)
    assert watched.demand is None
    assert [meter.used for meter in watched.meters[:2]] == [0.0, 0.0]
    assert advance(lifted, reading(75_900.0), REGULAR).demand is not None


def test_a_resume_after_another_halt_forgets_neither_the_day_s_loss_nor_the_drawdown() -> None:
    lifted = resumed(after(REGULAR, 96_000.0).state, REGULAR)
    watched = advance(lifted, reading(96_000.0), REGULAR)
    assert [meter.used for meter in watched.meters[:2]] == pytest.approx([4.0, 4.0])


def test_a_resume_within_a_day_that_was_stopped_begins_that_day_anew_and_keeps_the_drawdown() -> None:
    lifted = resumed(after(REGULAR, 94_000.0).state, REGULAR)
    watched = advance(lifted, reading(94_000.0), REGULAR)
    assert watched.demand is None
    assert [meter.used for meter in watched.meters[:2]] == pytest.approx([0.0, 6.0])


def test_each_change_of_level_is_told_once() -> None:
    warned = after(REGULAR, 96_500.0)
    (event,) = warned.events
    assert (event.kind, event.code, event.level, event.limit) == ("level", "daily_loss", WatchLevel.WARNING, 5.0)
    assert event.measured == pytest.approx(3.5)
    assert advance(warned.state, reading(96_500.0), REGULAR).events == ()


def test_an_account_at_the_edge_of_a_level_does_not_alert_at_every_check() -> None:
    edge = after(REGULAR, 96_500.0, 96_510.0, 96_500.0)
    assert (edge.level, edge.events) == (WatchLevel.WARNING, ())
    assert after(REGULAR, 96_500.0, 96_800.0).level is WatchLevel.NORMAL


def test_a_breach_is_told_with_the_floor_and_the_equity_that_would_be_left() -> None:
    breach = after(FIRM, 89_000.0).events[-1]
    assert breach == WatchEvent(
        kind="breach", code="drawdown", level=WatchLevel.BREACH, measured=89_000.0, limit=90_000.0
    )
    assert after(FIRM, 89_000.0, 88_000.0).events == ()


def test_a_new_day_is_told_and_measures_from_the_anchor() -> None:
    day = advance(after(REGULAR, 97_000.0).state, reading(97_000.0, TOMORROW), REGULAR)
    assert day.events == (WatchEvent(kind="day", code="anchor", level=WatchLevel.NORMAL, measured=97_000.0),)
    assert (day.state.anchor_at, day.state.anchor_equity, day.meters[0].used) == (MIDNIGHT, 97_000.0, 0.0)


def test_a_gap_over_an_outage_belongs_to_the_day_that_has_begun() -> None:
    """The watch slept from before the anchor until after the fall: the day began above it, not below."""
    woken = advance(after(REGULAR, 100_000.0).state, reading(96_000.0, TOMORROW), REGULAR)
    assert woken.state.anchor_equity == 100_000.0
    assert woken.meters[0].used == pytest.approx(4.0)


def test_a_reading_of_an_earlier_time_begins_no_day() -> None:
    day = advance(after(REGULAR).state, reading(99_000.0, TOMORROW), REGULAR)
    back = advance(day.state, reading(98_000.0, NOON), REGULAR)
    assert (back.state.anchor_at, back.state.read_at) == (day.state.anchor_at, TOMORROW)


def test_shortly_before_the_anchor_its_floors_count_already() -> None:
    """8,000 under water on a balance of 105,000: allowed until midnight, a breach from it on. Out before it comes."""
    rules = load_pack("ftmo-2-step").watch(100_000.0)
    under = Position(symbol="AAPL", quantity=100.0, average_price=100.0, market_price=20.0)
    midnight = datetime.fromisoformat("2026-03-04T23:00:00+00:00")  # in Prague

    def at(moment: datetime) -> WatchLevel:
        return advance(begin(reading(), rules), reading(97_000.0, moment, under), rules).level

    assert at(midnight - timedelta(seconds=601)) is WatchLevel.NORMAL
    assert at(midnight - timedelta(seconds=600)) is WatchLevel.BREACH


def test_the_correlation_of_the_portfolio_is_shown_and_moves_no_level() -> None:
    a = walk(1)
    together = context({"A": a, "B": walk(2, like=a, noise=0.2)})

    def shown(one: float, two: float) -> float:
        seen = reading(100_000.0, NOON, holding("A", one), holding("B", two), context=together)
        watched = advance(begin(reading(), REGULAR), seen, REGULAR)
        meter = watched.meter("correlation")
        assert meter is not None
        assert watched.level is WatchLevel.NORMAL
        return meter.used

    assert shown(10.0, 5.0) == pytest.approx(0.98, abs=0.01)
    assert shown(10.0, -5.0) == 0.0  # a hedge
    unknown = reading(100_000.0, NOON, holding("X", 1.0), holding("Y", 1.0))
    meter = advance(begin(reading(), REGULAR), unknown, REGULAR).meter("correlation")
    assert meter is not None
    assert meter.used == 1.0


def test_a_monitor_is_the_watch_with_a_pack() -> None:
    monitor = PropFirmMonitor(load_pack("seed-limits"))
    watched = monitor.advance(monitor.begin(reading()), reading(97_900.0))
    assert watched.level is WatchLevel.BREACH
    assert monitor.resumed(watched.state).breached is None


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("place", ["equity", "cash", "position"])
def test_an_account_that_is_no_number_is_not_read(place: str, value: float) -> None:
    amounts = {"equity": 1.0, "cash": 1.0, "position": 1.0, place: value}
    with pytest.raises(DataError) as refused:
        AccountReading(
            market_time=NOON, equity=amounts["equity"], cash=amounts["cash"],
            positions=(holding("A", amounts["position"]),),
        )  # fmt: skip
    assert refused.value.code == "not_finite"


@pytest.mark.parametrize("equity", [0.0, -5_000.0])
@pytest.mark.parametrize("rules", [REGULAR, FIRM])
def test_an_account_without_equity_is_stopped(equity: float, rules: WatchRules) -> None:
    assert advance(begin(reading(), rules), reading(equity), rules).demand is not None
    assert advance(begin(reading(equity), rules), reading(equity), rules).demand is not None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: WatchRules(daily_loss=None, max_loss=None),
        lambda: WatchRules(daily_loss=DailyLoss(pct=5.0), max_loss=None, warning_pct=95.0),
        lambda: WatchRules(daily_loss=DailyLoss(pct=5.0), max_loss=None, initial=0.0),
        lambda: WatchRules(daily_loss=DailyLoss(pct=5.0), max_loss=None, reset_lead_seconds=-1.0),
        lambda: DailyLoss(pct=0.0),
        lambda: DailyLoss(pct=math.nan),
        lambda: MaxLoss(pct=100.0),
        lambda: MaxLoss(pct=5.0, lock_level_pct=0.0),
        lambda: FlattenCost(fee_pct=-0.1),
        lambda: FlattenCost(check_seconds=0.0),
    ],
)
def test_rules_that_watch_nothing_or_cannot_be_are_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ConfigError):
        wrong()
