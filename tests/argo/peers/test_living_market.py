"""The living market: the same whoever asks and however, and nothing in it is later than now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.argo.peers.distorted import Distorted
from tests.argo.peers.living_market import LivingMarket
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.plan_limit import PlanLimit

START = datetime(2026, 11, 20, 15, 7, 30, tzinfo=UTC)
NOW = START.timestamp()


def market(seed: int = 6) -> LivingMarket:
    return LivingMarket(["AAPL", "BTC-USD"], lambda: START, seed=seed, history_days=3)


def test_the_same_seed_gives_the_same_prices() -> None:
    assert market().last("AAPL") == market().last("AAPL")
    assert market().last("AAPL") != market(7).last("AAPL")
    assert market().last("AAPL") != market().last("BTC-USD")


def test_a_quarter_of_an_hour_is_its_minutes_together() -> None:
    first = NOW - 450 - 900
    quarter, minutes = (market().bars("BTC-USD", seconds, first, first + 840) for seconds in (900, 60))
    o, h, low, c, _ = minutes.values
    assert quarter.values[:4, 0].tolist() == [o[0], h.max(), low.min(), c[-1]]


def test_the_newest_bar_ends_with_the_price_of_the_moment() -> None:
    bars = market().bars("AAPL", 900, NOW - 3600, NOW + 3600)
    assert bars.start[-1] == NOW - 450
    assert bars.values[3, -1] == market().last("AAPL").price
    assert len(bars) == 4


def test_bars_follow_each_other_without_a_gap() -> None:
    bars = market().bars("AAPL", 60, NOW - 7200, NOW)
    assert (np.diff(bars.start) == 60).all()
    assert np.array_equal(bars.values[3, :-1], bars.values[0, 1:])


def test_a_rising_market_rises_at_every_hour() -> None:
    rising = LivingMarket(["BTC-USD"], lambda: START, history_days=20, volatility=0.0002, rise_per_day=0.03)
    hours = rising.bars("BTC-USD", 3600, NOW - 14 * 86_400, NOW).values[3]
    assert (np.log(hours[24:] / hours[:-24]) > 0).all()
    assert np.log(hours[-1] / hours[0]) == pytest.approx(14 * 0.03, abs=0.1)


def test_a_distorted_market_is_late_and_off() -> None:
    late = Distorted(market(), lag_seconds=600.0)
    assert late.last("AAPL").at == START - timedelta(minutes=10)
    assert late.bars("AAPL", 60, NOW - 3600, NOW).start[-1] <= NOW - 600
    assert Distorted(market(), factor=1.2).last("AAPL").price == pytest.approx(1.2 * market().last("AAPL").price)


def test_a_clock_runs_faster_and_jumps() -> None:
    clock = PeerClock(START, speed=1000.0)
    clock.ahead_seconds += 3600.0
    assert timedelta(hours=1) < clock.now() - START < timedelta(hours=2)
    first = clock.now()
    assert clock.now() > first


def test_a_plan_refuses_what_is_beyond_it_and_forgets_with_time() -> None:
    seconds = 0.0
    plan = PlanLimit(2, 1.0, lambda: seconds, daily=3)
    assert [plan.admits() for _ in range(3)] == [True, True, False]
    seconds = 1.5
    assert [plan.admits() for _ in range(2)] == [True, False]
    seconds = 86_500.0
    assert plan.admits()
