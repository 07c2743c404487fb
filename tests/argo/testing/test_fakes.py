"""The fakes keep the promises of the ports that they stand in for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.system_clock import SystemClock
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group, SourceSpec
from argo_core.testing.contracts.broker import BrokerContract
from argo_core.testing.contracts.calendar import CalendarContract
from argo_core.testing.contracts.clock import ClockContract
from argo_core.testing.contracts.market_feed import MarketFeedContract
from argo_core.testing.contracts.notifier import NotifierContract
from argo_core.testing.contracts.publisher import PublisherContract
from argo_core.testing.contracts.source import SourceContract
from argo_core.testing.fixed_calendar import FixedCalendar
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_broker import MemoryBroker
from argo_core.testing.memory_feed import MemoryFeed
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.memory_publisher import MemoryPublisher
from argo_core.testing.scripted_source import ScriptedSource

NOW = datetime(2026, 1, 2, 15, 30, tzinfo=UTC)


def minute_bars(symbol: str) -> Bars:
    start = np.datetime64("2026-01-02T15:20", "us") + np.arange(10) * np.timedelta64(1, "m")
    return Bars.of(symbol, "1Min", start, np.full((5, 10), 100.0))


class TestFixedClock(ClockContract):
    @pytest.fixture
    def clock(self) -> FixedClock:
        return FixedClock(NOW)


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()


@pytest.fixture(scope="module", name="exchange")
def new_york() -> ExchangeCalendar:
    return ExchangeCalendar("XNYS")


class TestExchangeCalendar(CalendarContract):
    @pytest.fixture
    def calendar(self, exchange: ExchangeCalendar) -> ExchangeCalendar:
        return exchange


class TestFixedCalendar(CalendarContract):
    @pytest.fixture
    def calendar(self, exchange: ExchangeCalendar) -> FixedCalendar:
        return FixedCalendar(exchange.sessions(date(2018, 10, 1), date(2018, 12, 31)))


class TestMemoryFeed(MarketFeedContract):
    @pytest.fixture
    def symbols(self) -> list[str]:
        return ["AAPL", "MSFT"]

    @pytest.fixture
    def feed(self) -> MemoryFeed:
        history = {symbol: minute_bars(symbol) for symbol in ("AAPL", "MSFT")}
        return MemoryFeed(history, [NOW - timedelta(minutes=minutes) for minutes in (4, 3, 2, 1)])


class TestScriptedSource(SourceContract):
    @pytest.fixture
    def view(self) -> MarketView:
        return MarketView.of([minute_bars("AAPL"), minute_bars("MSFT")], NOW)

    @pytest.fixture
    def source(self) -> ScriptedSource:
        return ScriptedSource(SourceSpec(name="scripted", group=Group.AI, weight=0.5), {"AAPL": (1, 80.0)})


class TestMemoryBroker(BrokerContract):
    @pytest.fixture
    def broker(self) -> MemoryBroker:
        return MemoryBroker(10_000.0, {"AAPL": 100.0}, FixedClock(NOW).now)


class TestMemoryPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self) -> MemoryPublisher:
        return MemoryPublisher()


class TestMemoryNotifier(NotifierContract):
    @pytest.fixture
    def notifier(self) -> MemoryNotifier:
        return MemoryNotifier()

    @pytest.fixture
    def broken_notifier(self) -> MemoryNotifier:
        broken = MemoryNotifier()
        broken.down = True
        return broken


def test_a_fixed_clock_refuses_to_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        FixedClock(NOW).advance(timedelta(seconds=-1))
