"""A whole generator on the six vendors in one event loop, its clock in the test's hand.

The generator and the vendors have one clock, which jumps between cycles and over every pause: an hour of market takes
seconds. What the generator asks beside its cycles is done between two of them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argo_core.model.decision import Decision
from argo_core.model.path_statistics import PathStatistics
from argo_core.pipeline import CycleReport
from argo_server.services import LiveServices, Services
from argo_server.settings import Settings, load_settings
from argo_server.wiring.generator import open_services
from argo_server.wiring.process_time import ProcessTime
from argo_server.wiring.records import upgrade_database
from tests.argo.peers.keys import (
    ALPACA_KEY,
    ALPACA_SECRET,
    ALPHA_VANTAGE_KEY,
    MASSIVE_KEY,
    PERPLEXITY_KEY,
    XAI_KEY,
)
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.vendors import Vendor, all_vendors
from tests.argo.server.web.parts import client_of

WEDNESDAY = datetime(2026, 11, 18, 15, 2, tzinfo=UTC)
"""New York's exchange is open."""
SYMBOLS = ("AAPL", "BTC-USD")
SOURCES = {
    "alpaca_pro": "alpaca",
    "massive": "massive",
    "yfinance": "yahoo",
    "alpha_vantage": "alpha_vantage",
    "x_sentiment": "xai",
    "sonar": "perplexity",
}
"""Each source's vendor."""
EVERYTHING_IS_A_SIGNAL: dict[str, dict[str, Any]] = {"signal_generation": {"min_confidence": 1.0}}
"""How sure the made-up market makes anybody is nobody's business."""
PATIENCE_SECONDS = 0.3
KEY_VARIABLES = {
    "ALPACA_DATA_API_KEY": ALPACA_KEY,
    "ALPACA_DATA_SECRET_KEY": ALPACA_SECRET,
    "MASSIVE_API_KEY": MASSIVE_KEY,
    "ALPHA_VANTAGE_API_KEY": ALPHA_VANTAGE_KEY,
    "XAI_API_KEY": XAI_KEY,
    "PERPLEXITY_API_KEY": PERPLEXITY_KEY,
}
URL_VARIABLES = {
    "alpaca": "ALPACA_DATA_URL",
    "massive": "MASSIVE_URL",
    "yahoo": "YAHOO_URL",
    "alpha_vantage": "ALPHA_VANTAGE_URL",
    "xai": "XAI_URL",
    "perplexity": "PERPLEXITY_URL",
}
STREAM_VARIABLES = {"alpaca": "ALPACA_DATA_STREAM_URL", "massive": "MASSIVE_STREAM_URL"}


@dataclass(frozen=True)
class Six:
    """The generator, its vendors by name, and the clock of both."""

    services: Services
    vendors: Mapping[str, Vendor]
    clock: PeerClock
    beside: dict[str, asyncio.Task[float]] = field(default_factory=dict)

    @property
    def live(self) -> LiveServices:
        assert self.services.live is not None
        return self.services.live

    async def cycle(self, after_seconds: float = 5.0) -> CycleReport:
        """One cycle so much later, and then a round of what is asked beside it; a question that hangs goes on."""
        self.clock.ahead_seconds += after_seconds
        report = await self.services.generator.run_once()
        for name, work in self.live.work.items():
            if name not in self.beside or self.beside[name].done():
                self.beside[name] = asyncio.ensure_future(work())
        done, _ = await asyncio.wait(self.beside.values(), timeout=PATIENCE_SECONDS)
        for task in done:
            task.result()
        return report

    async def cycle_decisions(self, after_seconds: float) -> tuple[Decision, ...]:
        """What the next cycle decides."""
        return (await self.cycle(after_seconds)).record.decisions

    async def end(self) -> None:
        """What is still asked is given up."""
        await self.live.hush()
        await asyncio.gather(*self.beside.values())

    async def warm(self, cycles: int = 4) -> CycleReport:
        """Until every source has been asked; the newest cycle."""
        for _ in range(cycles):
            report = await self.cycle(31.0)
        return report

    async def page(self, path: str) -> str:
        """What a person or a machine reads at this address."""
        async with client_of(self.services) as client:
            answer = await client.get(path)
            assert answer.status_code in (200, 503), answer.text  # health says by its status that all is not well
            return answer.text

    def path(self, source: str) -> PathStatistics:
        """How the way to the source's vendor is doing."""
        (path,) = [standing.path for standing in self.live.standing() if standing.source == source]
        assert path is not None
        return path


@asynccontextmanager
async def six_sources(
    folder: Path,
    *,
    symbols: Sequence[str] = SYMBOLS,
    urls: Mapping[str, str] = {},
    redis_url: str = "",
    start: datetime = WEDNESDAY,
    sections: Mapping[str, Mapping[str, Any]] = {},
    really_waiting: bool = False,
) -> AsyncIterator[Six]:
    """`urls` takes the place of a vendor's own; `sections` adds to the configuration. Every cycle evaluates all.
    `really_waiting`: pauses take their time instead of moving the clock."""
    clock = PeerClock(start)
    async with all_vendors(symbols, clock, history_days=120) as vendors:
        environment = {
            **KEY_VARIABLES,
            **{URL_VARIABLES[name]: urls.get(name, vendor.http.url) for name, vendor in vendors.items()},
            **{STREAM_VARIABLES[name]: vendor.stream.url for name, vendor in vendors.items() if vendor.stream},
            "ARGO_CACHE_DIR": str(folder / "cache"),
            **({"REDIS_URL": redis_url} if redis_url else {}),
        }
        settings = settings_of(folder, environment, symbols, sections)

        async def pause(seconds: float) -> None:
            clock.ahead_seconds += max(seconds, 0.0)
            await asyncio.sleep(0)

        async with opened(settings, clock, asyncio.sleep if really_waiting else pause) as services:
            six = Six(services, vendors, clock)
            try:
                yield six
            finally:
                await six.end()


def settings_of(
    folder: Path, environment: Mapping[str, str], symbols: Sequence[str], sections: Mapping[str, Mapping[str, Any]]
) -> Settings:
    """The settings of a generator in this folder."""
    config = folder / "config.json"
    config.write_text(json.dumps(configuration(symbols, sections)))
    return load_settings(environment, config)


@asynccontextmanager
async def opened(
    settings: Settings, clock: PeerClock, sleep: Callable[[float], Awaitable[None]]
) -> AsyncIterator[Services]:
    """The generator's services over a database that is upgraded."""
    await upgrade_database(settings)
    async with open_services(settings, ProcessTime(clock, clock.ticks, sleep)) as services:
        yield services


def configuration(symbols: Sequence[str], sections: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Every symbol is evaluated in every cycle, over two months of quarter hours."""
    own: dict[str, dict[str, Any]] = {
        "signal_generation": {"interval_seconds": 5.0, "symbols": list(symbols), "price_change_threshold": 0.0},
        "market": {"history_days": 60},
        "database": {"path": "six.db"},
    }
    return {name: {**own.get(name, {}), **sections.get(name, {})} for name in {**own, **sections}}


def told(decision: Decision) -> dict[str, str]:
    """What each source did in this decision: its direction, or the reason for its absence."""
    votes = {vote.source: vote.direction for vote in decision.votes}
    return {**votes, **{absence.source: absence.reason for absence in decision.absences}}
