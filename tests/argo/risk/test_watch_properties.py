"""Whatever the market does: a stopped and restarted watch is the same watch, peaks and trailing floors never fall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from argo_core.adapters.rule_packs import load_pack, pack_names
from argo_core.model.position import Position
from argo_core.risk import (
    AccountReading,
    PropFirmRules,
    RegularLimits,
    Watched,
    WatchLevel,
    WatchRules,
    WatchState,
    advance,
    begin,
)
from tests.argo.risk.proposals import NOON

RULES: tuple[WatchRules, ...] = (
    RegularLimits().watch(),
    *(pack.watch(initial) for pack in map(load_pack, pack_names()) for initial in (None, 100_000.0)),
)
FOLLOWING: tuple[PropFirmRules, ...] = (
    load_pack("ftmo-1-step"),
    load_pack("example-trailing"),
    load_pack("seed-limits"),
)
STEPS = st.lists(
    st.tuples(st.integers(0, 40 * 3_600), st.floats(-0.08, 0.08), st.floats(-500.0, 500.0), st.floats(1.0, 900.0)),
    min_size=1, max_size=30,
)  # fmt: skip


def readings(steps: list[tuple[int, float, float, float]]) -> Iterator[AccountReading]:
    """Seconds further, equity changed by a ratio, units held of something, its price."""
    moment, equity = NOON, 100_000.0
    for seconds, change, units, price in steps:
        moment, equity = moment + timedelta(seconds=seconds), equity * (1.0 + change)
        held = Position(symbol="AAPL", quantity=units, average_price=100.0, market_price=price)
        yield AccountReading(market_time=moment, equity=equity, cash=equity, positions=(held,))


def walked(steps: list[tuple[int, float, float, float]], rules: WatchRules) -> list[Watched]:
    path = list(readings(steps))
    state, seen = begin(path[0], rules), list[Watched]()
    for each in path:
        seen.append(advance(state, each, rules))
        state = seen[-1].state
    return seen


@given(STEPS, st.sampled_from(RULES))
@settings(max_examples=150, deadline=None)
def test_a_watch_that_is_stored_and_read_again_at_every_step_is_one_that_never_stopped(
    steps: list[tuple[int, float, float, float]], rules: WatchRules
) -> None:
    path = list(readings(steps))
    state = begin(path[0], rules)
    for each, never_stopped in zip(path, walked(steps, rules), strict=True):
        restored = msgspec.json.decode(msgspec.json.encode(state), type=WatchState)
        assert restored == state
        watched = advance(restored, each, rules)
        assert watched == never_stopped
        state = watched.state


@given(STEPS, st.sampled_from(RULES))
@settings(max_examples=150, deadline=None)
def test_a_halt_never_lifts_by_itself(steps: list[tuple[int, float, float, float]], rules: WatchRules) -> None:
    path = walked(steps, rules)
    for before, now in pairwise(path):
        if before.state.breached is not None:
            assert now.state.breached == before.state.breached
            assert now.demand is not None
            assert now.demand.until is None
        elif before.state.stopped_until is not None and now.state.read_at < before.state.stopped_until:
            assert now.demand is not None


@given(STEPS, st.sampled_from(RULES))
@settings(max_examples=150, deadline=None)
def test_peaks_never_fall_and_no_account_below_its_floor_is_left_to_trade(
    steps: list[tuple[int, float, float, float]], rules: WatchRules
) -> None:
    path = walked(steps, rules)
    for before, now in pairwise(path):
        assert now.state.peak_equity >= before.state.peak_equity
        assert now.state.high_close >= before.state.high_close
    for now in path:
        crossed = any(now.state.equity <= floor.equity for floor in now.floors)
        assert (now.demand is not None) or not crossed
        assert now.equity_after_flatten <= now.state.equity
        if rules.flatten:
            assert (now.level is WatchLevel.BREACH) is (now.demand is not None)
            assert now.level is WatchLevel.BREACH or now.equity_after_flatten > now.nearest.equity


@given(STEPS, st.sampled_from(FOLLOWING))
@settings(max_examples=100, deadline=None)
def test_a_floor_that_follows_never_falls(steps: list[tuple[int, float, float, float]], pack: PropFirmRules) -> None:
    floors = [
        floor.equity for now in walked(steps, pack.watch(100_000.0)) for floor in now.floors if floor.name == "drawdown"
    ]
    assert floors == sorted(floors)
