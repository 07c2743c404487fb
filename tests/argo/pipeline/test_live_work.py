"""Beside the cycle: what is asked about comes from the newest view, and what the early exit spared is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from argo_core.model.market_view import MarketView
from argo_core.model.origin import Origin
from argo_core.model.sessions import Sessions
from argo_core.pipeline.live_work import BUSY_SECONDS, IDLE_SECONDS, live_work
from argo_core.pipeline.market_watch import MarketWatch
from argo_core.pipeline.opinion_wishes import OpinionWishes
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_opinions import MemoryOpinions, ScriptedOpinions
from argo_core.testing.sample_cycles import sample_decision
from tests.argo.pipeline.market_parts import rising
from tests.argo.pipeline.opinion_market import answered, refresher_of

NOW = datetime(2026, 3, 3, 15, tzinfo=UTC)
OPEN = Sessions(
    "XNYS",
    np.array([np.datetime64("2026-03-03T14:30", "us")]),
    np.array([np.datetime64("2026-03-03T21:00", "us")]),
)


class StillFeed:
    """`ports.MarketFeed`: the same two rising symbols at `at`."""

    origin = Origin(name="live", description="a test", replayed=False)

    def __init__(self, at: datetime) -> None:
        self.at = at

    async def view(self, symbols: Sequence[str]) -> MarketView:
        start = self.at - timedelta(days=2)
        return MarketView.of([rising(symbol, start, self.at) for symbol in symbols], self.at)


async def watch_at(at: datetime = NOW, symbols: Sequence[str] = ("AAPL", "BTC-USD")) -> MarketWatch:
    watch = MarketWatch(StillFeed(at), OPEN)
    await watch.view(symbols)
    return watch


@pytest.mark.parametrize(("at", "asked"), [(NOW, {"AAPL", "BTC-USD"}), (NOW + timedelta(hours=8), {"BTC-USD"})])
async def test_equities_are_asked_about_in_market_hours_only(at: datetime, asked: set[str]) -> None:
    facts = (await watch_at(at)).facts()
    assert facts is not None
    assert {each.symbol for each in facts.symbols} == asked


async def test_before_the_first_view_and_outside_the_calendar_nothing_is_asked() -> None:
    assert MarketWatch(StillFeed(NOW), OPEN).facts() is None
    assert MarketWatch(StillFeed(NOW), OPEN).by_volatility() == ()
    assert (await watch_at(NOW + timedelta(days=400))).facts() is None


async def test_a_piece_of_work_asks_what_is_due_and_says_how_soon_to_come_again() -> None:
    vendor = ScriptedOpinions(answered)
    refresher = refresher_of(vendor, MemoryOpinions(), FixedClock(NOW))
    work = live_work(await watch_at(), {"sonar": refresher}, {})
    assert await work["sonar"]() == BUSY_SECONDS
    assert await work["sonar"]() == IDLE_SECONDS
    assert set(refresher.schedule.asked_at) == {"AAPL", "BTC-USD"}


def test_what_the_early_exit_spared_is_dropped_and_a_skipped_symbol_keeps_its_last_word() -> None:
    refresher = refresher_of(ScriptedOpinions(answered), MemoryOpinions(), FixedClock(NOW))
    wishes = OpinionWishes({"sonar": refresher})
    spared = msgspec.structs.replace(sample_decision("1", symbol="AAPL"), saved_calls=("sonar",))
    wishes.note((spared, sample_decision("2", symbol="TSLA")))
    wishes.note((sample_decision("3", symbol="NVDA"),))
    assert refresher.schedule.dropped == {"AAPL"}
    assert refresher.schedule.requested == {"TSLA", "NVDA"}
    wishes.note((sample_decision("4", symbol="AAPL"),))
    assert refresher.schedule.dropped == frozenset()
