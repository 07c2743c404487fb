"""The market of now: everything between the cycle and the vendors."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import httpx
import msgspec
import structlog

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.freed_memory import giving_back
from argo_core.adapters.live.market_streams import (
    FollowedStreams,
    OpenStream,
    alpaca_streams,
    massive_streams,
    with_streams,
)
from argo_core.adapters.live.shared_state import open_shared_state
from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.ready_types import ready_types
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database
from argo_core.adapters.sql.opinion_bill import SqlOpinionBill
from argo_core.adapters.sql.opinion_log import SqlOpinionLog
from argo_core.adapters.vendor_path import Redacted
from argo_core.adapters.vendor_path.call_file import CallFile
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.model.source_standing import SourceStanding
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.live_feed import LiveFeed, RaceRules
from argo_core.pipeline.live_work import live_work
from argo_core.pipeline.market_watch import MarketWatch
from argo_core.pipeline.opinion_wishes import OpinionWishes
from argo_core.pipeline.rejection_log import Refusing, RejectionLog
from argo_core.pipeline.remembered_opinions import RememberedOpinions
from argo_core.pipeline.standing_watch import StandingChange, StandingWatch
from argo_core.pipeline.warm_up import warm_up
from argo_core.ports import Clock, Source, Tracer
from argo_core.ports.silent_tracer import SILENT
from argo_core.sources.adaptive_ttl import AdaptiveTtl
from argo_core.sources.price_moves import PriceMoves
from argo_server.services import LiveServices
from argo_server.settings import Settings
from argo_server.settings.redis_address import redis_url
from argo_server.settings.vendor_keys import data_key, massive_key, unspeakable
from argo_server.wiring.live_lines import LiveLines, open_lines
from argo_server.wiring.live_sources import (
    OTHERS,
    RACERS,
    Asked,
    adopt_limits,
    asked_vendors,
    live_sources,
    read_histories,
)
from argo_server.wiring.market_parts import MarketParts
from argo_server.wiring.process_time import ProcessTime
from argo_server.wiring.secrets import kept
from argo_server.wiring.sources import extra_sources

CALENDAR_BACK, CALENDAR_AHEAD = timedelta(days=30), timedelta(days=300)
ORIGIN, CALLS_FILE = "live", "calls.db"

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_live_market(
    settings: Settings,
    database: Database,
    client: httpx.AsyncClient,
    time: ProcessTime,
    secrets: SecretKeeper | None = None,
    tracer: Tracer = SILENT,
) -> AsyncIterator[MarketParts]:
    """The market and its sources, closed at the end. Raises ConfigError."""
    async with AsyncExitStack() as stack:
        lines, tools = await open_vendors(settings, client, time, stack, secrets, tracer)
        opinions = RememberedOpinions(SqlOpinionLog(database))
        asked = asked_vendors(settings, lines, opinions, SqlOpinionBill(database), tools)
        sources = live_sources(settings, lines, asked, opinions)
        symbols = settings.file.signal_generation.own_symbols
        await warm_up(asked.of((*RACERS, *OTHERS)), symbols, time.clock)
        await asyncio.to_thread(read_histories, sources, asked, symbols, time.clock.now())
        await stack.enter_async_context(giving_back())
        yield _parts(settings, lines, tools, asked, sources)


async def open_vendors(
    settings: Settings,
    client: httpx.AsyncClient,
    time: ProcessTime,
    stack: AsyncExitStack,
    keeper: SecretKeeper | None = None,
    tracer: Tracer = SILENT,
) -> tuple[LiveLines, VendorTools]:
    """The way to every configured vendor, closed with the stack. Raises ConfigError."""
    ready_types()  # what vendors answer is read in threads
    sessions = await asyncio.to_thread(_sessions, settings, time.clock)
    shared = await stack.enter_async_context(
        open_shared_state(
            redis_url(settings.file),
            clock=time.clock,
            ticks=time.ticks,
            sleep=time.sleep,
            new_id=sortable_ids(time.clock),
            say=lambda sentence: log.warning("redis", said=sentence),
            calls=CallFile(settings.cache_folder / CALLS_FILE),
            generators=settings.file.market.generators,
            whose=settings.database_url,
            password=kept(settings.file, "REDIS_PASSWORD", keeper).now,
        )
    )
    secrets = Redacted(unspeakable(settings))
    moves = PriceMoves(AdaptiveTtl(move_pct=settings.file.market.early_refresh_pct))
    tools = VendorTools(client, shared, secrets, sessions, time.clock, random.random, moves, tracer)
    return await open_lines(settings, tools, stack), tools


def _parts(
    settings: Settings, lines: LiveLines, tools: VendorTools, asked: Asked, sources: Sequence[Source]
) -> MarketParts:
    file, sessions = settings.file, tools.sessions
    feed = LiveFeed(asked.of(RACERS), asked.of(OTHERS), tools.clock, _race(settings), ORIGIN)
    streams = _streams(settings, tools, lines, asked) if file.market.streams else {}
    refusing: list[Refusing] = [
        feed, *asked.markets.values(), *asked.readings.values(),
        *(line.refusing for line in lines.markets.values()), *streams.values(),
    ]  # fmt: skip
    watch, rejections = MarketWatch(feed, sessions), RejectionLog(refusing, _say)

    def standing() -> tuple[SourceStanding, ...]:
        return with_streams(lines.standing(), streams)

    return MarketParts(
        feed=watch,
        sessions=sessions,
        sources=(*sources, *extra_sources(file.data_sources.extra)),
        tracker=FeatureTracker(),
        before=asked.of(RACERS)[0].view(file.signal_generation.own_symbols, tools.clock.now()),
        live=LiveServices(
            standing=standing,
            rejections=rejections,
            redis=tools.shared.redis_standing,
            work=live_work(watch, asked.opinions, asked.readings),
            hush=lines.hush,
            streams={name: followed.run for name, followed in streams.items()},
            adopt=lambda changed: adopt_limits(changed, lines, asked),
            listeners=(
                rejections.observe,
                OpinionWishes(asked.opinions).observe,
                StandingWatch(standing, _say_change).observe,
            ),
        ),
        learn=tools.secrets.learn,
    )


def _streams(settings: Settings, tools: VendorTools, lines: LiveLines, asked: Asked) -> dict[str, FollowedStreams]:
    """A stream for each vendor that has one and is used."""
    file, alpaca, key = settings.file, data_key(settings), massive_key(settings.file)
    opened: dict[str, OpenStream] = {}
    if alpaca is not None:
        data = file.alpaca_data
        opened["alpaca_pro"] = alpaca_streams(tools, alpaca.api_key, alpaca.secret_key, data.stream_url, data.feed)
    if key is not None:
        opened["massive"] = massive_streams(tools, key, file.massive.stream_url, file.massive.feed)
    symbols, watched = file.signal_generation.own_symbols, partial(tools.moves.watching, tools.clock.now)
    vendors = {name: lines.markets[name].vendor for name in opened}
    return {
        name: FollowedStreams(
            tools,
            stream,
            vendors[name],
            symbols,
            watched(vendors[name].name, asked.markets[name].take),
            lambda fault: log.error("stream_failed", exc_info=fault),
        )
        for name, stream in opened.items()
    }


def _race(settings: Settings) -> RaceRules:
    rules = settings.file.market
    return RaceRules(
        head_start_seconds=rules.head_start_ms / 1000.0,
        deadline_seconds=rules.deadline_ms / 1000.0,
        stale_seconds=settings.file.consensus.max_staleness_seconds,
    )


def _sessions(settings: Settings, clock: Clock) -> Sessions:
    today = clock.now().date()
    calendar = ExchangeCalendar("XNYS", settings.cache_folder)
    back = CALENDAR_BACK + timedelta(days=settings.file.market.history_days)
    return calendar.sessions(today - back, today + CALENDAR_AHEAD)


def _say_change(change: StandingChange) -> None:
    tell = log.warning if change.is_worse else log.info
    told = {name: value for name, value in msgspec.structs.asdict(change).items() if value and name != "what"}
    tell(change.what, **told)


def _say(rejection: Rejection) -> None:
    log.warning("datum_rejected", **msgspec.to_builtins(rejection))
