"""Every configured vendor asked once, without a database and without a generator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial

import httpx

from argo_core.errors import SourceError
from argo_core.model.last_price import LastPrice
from argo_core.pipeline.check_sources import SourceCheck, check_sources
from argo_core.pipeline.opinion_budget import Unmetered
from argo_core.sources.opinion_facts import SymbolFacts
from argo_core.sources.opinion_prompt import question_of
from argo_server.settings import Settings
from argo_server.wiring.live_lines import LiveLines
from argo_server.wiring.live_market import open_vendors
from argo_server.wiring.process_time import ProcessTime

KEYLESS = frozenset({"yfinance"})
HORIZON_MINUTES = 60


async def check_vendors(settings: Settings, *, models: bool) -> tuple[SourceCheck, ...]:
    """One question each: prices of the first symbol, one indicator, and with `models` a vote, which costs about a cent.
    Raises ConfigError."""
    symbol, time = settings.file.signal_generation.symbols[0], ProcessTime()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient())
        lines, _ = await open_vendors(settings, client, time, stack)
        prices: dict[str, LastPrice] = {}
        first = {
            **{name: partial(_prices, line.vendor.last_prices, symbol, prices) for name, line in lines.markets.items()},
            **{name: partial(line.vendor.probe, symbol) for name, line in lines.indicators.items()},
        }
        found = {each.source: each for each in await check_sources(lines.standing, first, time.ticks, KEYLESS)}
        if models:
            second = {name: partial(_vote, lines, name, prices.get(symbol)) for name in lines.opinions}
            asked = await check_sources(lines.standing, second, time.ticks, KEYLESS)
            found |= {each.source: each for each in asked if each.source in second}
        return tuple(found.values())


async def _prices(ask: Callable[[list[str]], Awaitable[object]], symbol: str, prices: dict[str, LastPrice]) -> bool:
    answer = await ask([symbol])
    known = answer.get(symbol) if isinstance(answer, dict) else None
    if known is not None:
        prices.setdefault(symbol, known)
    return known is not None


async def _vote(lines: LiveLines, source: str, price: LastPrice | None) -> bool:
    if price is None:
        raise SourceError("NOT_ASKED", "not asked: no vendor told a price to ask about")
    facts = SymbolFacts(symbol=price.symbol, price=price.price, as_of=price.at)
    return bool(await lines.opinions[source].vendor.ask(question_of(source, facts, HORIZON_MINUTES), Unmetered()))
