"""What runs beside a live cycle, by source: each call does a little and answers the seconds until the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from argo_core.pipeline.market_watch import MarketWatch
from argo_core.pipeline.refresh_opinions import OpinionRefresher
from argo_core.pipeline.refresh_readings import ReadingsRefresher

Work = Callable[[], Awaitable[float]]

BUSY_SECONDS, IDLE_SECONDS = 1.0, 2.0


def live_work(
    watch: MarketWatch, opinions: Mapping[str, OpinionRefresher], readings: Mapping[str, ReadingsRefresher]
) -> dict[str, Work]:
    """Language models and indicator vendors, asked about the newest view that the cycle has seen."""
    return {
        **{source: partial(_opinions, watch, refresher) for source, refresher in opinions.items()},
        **{source: partial(_readings, watch, refresher) for source, refresher in readings.items()},
    }


async def _opinions(watch: MarketWatch, refresher: OpinionRefresher) -> float:
    facts = watch.facts(refresher.schedule.requested)
    report = None if facts is None else await refresher.step(facts)
    return BUSY_SECONDS if report is not None and report.asked else IDLE_SECONDS


async def _readings(watch: MarketWatch, refresher: ReadingsRefresher) -> float:
    return IDLE_SECONDS if await refresher.step(watch.by_volatility(), watch.latest) is None else BUSY_SECONDS
