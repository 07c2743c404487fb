"""Within 25 calls a day: the most wanted symbols first, each once a day, and a vendor that refuses is left alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.errors import ConfigError, SourceError
from argo_core.model.bars import Bars
from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.pipeline.refresh_readings import ReadingsPolicy, ReadingsRefresher
from argo_core.testing.fixed_clock import FixedClock

NOW = datetime(2026, 3, 3, 15, tzinfo=UTC)


class ScriptedReadings:
    """`ports.IndicatorVendor`: knows every symbol but `unknown`; fails with `failure` while it is set."""

    name, calls_per_symbol = "alpha_vantage", 3

    def __init__(self, quota: int | None = 25) -> None:
        self.daily_quota = quota
        self.asked: list[str] = []
        self.failure: SourceError | None = None

    async def readings(self, symbol: str) -> IndicatorReadings | None:
        self.asked.append(symbol)
        if self.failure is not None:
            raise self.failure
        if symbol == "unknown":
            return None
        return IndicatorReadings(
            symbol=symbol, rsi=60.0, macd=1.0, macd_signal=0.5, sma=99.0, at=NOW, received_at=NOW, feed="test"
        )


def rig(quota: int | None = 25) -> tuple[ReadingsRefresher, ScriptedReadings, FixedClock]:
    vendor, clock = ScriptedReadings(quota), FixedClock(NOW)
    return ReadingsRefresher(vendor, ReadingsPolicy(), clock), vendor, clock


async def run(refresher: ReadingsRefresher, symbols: list[str]) -> list[str]:
    """The symbols of all steps until nothing is due."""
    asked = []
    while (symbol := await refresher.step(symbols)) is not None:
        asked.append(symbol)
    return asked


async def test_each_symbol_is_asked_about_once_in_the_order_given() -> None:
    refresher, _, _ = rig()
    assert await run(refresher, ["NVDA", "AAPL"]) == ["NVDA", "AAPL"]
    assert set(refresher.state.readings) == {"NVDA", "AAPL"}


async def test_no_more_symbols_than_the_days_calls_allow() -> None:
    refresher, vendor, clock = rig(quota=25)
    assert len(await run(refresher, [f"S{n}" for n in range(20)])) == 8
    clock.advance(timedelta(hours=25))
    await run(refresher, [f"S{n}" for n in range(20)])
    assert vendor.asked[8:] == vendor.asked[:8], "who votes keeps voting"


async def test_without_a_quota_everybody_is_asked_about() -> None:
    refresher, _, _ = rig(quota=None)
    assert len(await run(refresher, [f"S{n}" for n in range(20)])) == 20


async def test_a_symbol_without_readings_is_told_and_asked_about_again_an_hour_later() -> None:
    refresher, _, clock = rig()
    await run(refresher, ["unknown"])
    assert refresher.state.failures == {"unknown": "NO_DATA"}
    clock.advance(timedelta(minutes=59))
    assert await run(refresher, ["unknown"]) == []
    clock.advance(timedelta(minutes=1))
    assert await run(refresher, ["unknown"]) == ["unknown"]


@pytest.mark.parametrize(
    ("failure", "minutes"),
    [
        (SourceError("RATE_LIMITED", "enough", retry_after=1200.0), 20),
        (SourceError("RATE_LIMITED", "enough"), 10),
        (SourceError("DISABLED", "bad key", permanent=True), 10),
    ],
)
async def test_a_vendor_that_refuses_us_is_left_alone(failure: SourceError, minutes: int) -> None:
    refresher, vendor, clock = rig()
    vendor.failure = failure
    assert await run(refresher, ["AAPL", "TSLA"]) == ["AAPL"]
    vendor.failure = None
    clock.advance(timedelta(minutes=minutes, seconds=-1))
    assert await run(refresher, ["AAPL", "TSLA"]) == []
    clock.advance(timedelta(seconds=1))
    assert await run(refresher, ["AAPL", "TSLA"]) == ["TSLA"]


async def test_old_readings_stay_while_newer_ones_fail() -> None:
    refresher, vendor, clock = rig()
    await run(refresher, ["AAPL"])
    clock.advance(timedelta(hours=21))
    vendor.failure = SourceError("TIMEOUT", "too slow")
    await run(refresher, ["AAPL"])
    known: Mapping[str, IndicatorReadings] = refresher.state.readings
    assert (known["AAPL"].rsi, refresher.state.failures) == (60.0, {"AAPL": "TIMEOUT"})


def test_a_policy_that_never_waits_is_refused() -> None:
    with pytest.raises(ConfigError, match="positive"):
        ReadingsPolicy(retry_seconds=0.0)


def days_at(close: float, days: int = 30) -> MarketView:
    """AAPL in quarter hours at one price, the days complete before `NOW`."""
    midnight = to_instant64(NOW.replace(hour=0))
    starts = [
        midnight - np.timedelta64(day, "D") + np.timedelta64(15 * quarter, "m")
        for day in range(days, 0, -1)
        for quarter in range(8)
    ]
    values = np.full((5, len(starts)), close)
    return MarketView.of([Bars.of("AAPL", "15Min", starts, values)], NOW)


async def refused_at(close: float, days: int = 30) -> tuple[ReadingsRefresher, list[tuple[str, str, float]]]:
    refresher, _, _ = rig()
    await refresher.step(["AAPL"], days_at(close, days))
    return refresher, [(each.symbol, each.kind, round(each.measured, 6)) for each in refresher.rejections()]


@pytest.mark.parametrize(("close", "deviation"), [(99.0 / 1.2, 20.0), (99.0 / 0.8, 20.0), (99.0 / 4.0, 300.0)])
async def test_a_mean_that_is_not_of_this_market_is_refused_recorded_and_no_vote(
    close: float, deviation: float
) -> None:
    refresher, refused = await refused_at(close)
    assert refused == [("AAPL", "deviation", deviation)]
    assert (refresher.state.readings, refresher.state.failures) == ({}, {"AAPL": "REFUSED_ANSWER"})
    assert refresher.rejections() == ()


@pytest.mark.parametrize("close", [99.0, 99.0 / 1.09, 99.0 / 0.91])
async def test_a_mean_near_the_markets_own_is_taken(close: float) -> None:
    refresher, refused = await refused_at(close)
    assert (refused, list(refresher.state.readings)) == ([], ["AAPL"])


async def test_a_short_history_is_waited_for_and_then_its_newest_price_stands_in() -> None:
    refresher, vendor, clock = rig()
    for _ in range(2):
        assert await refresher.step(["AAPL"], days_at(10.0, days=19)) is None
        clock.advance(timedelta(seconds=299))
    assert vendor.asked == []
    clock.advance(timedelta(seconds=2))
    assert await refresher.step(["AAPL"], days_at(10.0, days=19)) == "AAPL"
    assert [(each.kind, round(each.measured)) for each in refresher.rejections()] == [("deviation", 890)]
    assert refresher.state.readings == {}


async def test_a_market_that_shows_enough_days_is_not_waited_for() -> None:
    refresher, vendor, _ = rig()
    assert await refresher.step(["AAPL"], days_at(99.0, days=19)) is None
    assert await refresher.step(["AAPL"], days_at(99.0, days=20)) == "AAPL"
    assert (vendor.asked, list(refresher.state.readings)) == (["AAPL"], ["AAPL"])


async def test_a_refused_mean_is_asked_for_again_and_the_last_good_one_stays() -> None:
    refresher, vendor, clock = rig()
    await refresher.step(["AAPL"], days_at(99.0))
    clock.advance(timedelta(hours=20))
    await refresher.step(["AAPL"], days_at(50.0))
    assert (list(refresher.state.readings), refresher.state.failures) == (["AAPL"], {"AAPL": "REFUSED_ANSWER"})
    clock.advance(timedelta(hours=12))
    assert await refresher.step(["AAPL"], days_at(99.0)) is None
    clock.advance(timedelta(hours=1))
    await refresher.step(["AAPL"], days_at(99.0))
    assert (refresher.state.failures, vendor.asked) == ({}, ["AAPL"] * 3)
