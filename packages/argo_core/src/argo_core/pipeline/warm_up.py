"""The histories before the first cycle: what is decided on half of them would stand until a price moves, and a fallback
that is needed for the first time would take seconds for its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class WarmUpRules:
    """Nobody is held up longer than `longest_seconds`, nor for `idle_seconds` in which nothing more has come. Large
    histories come in parts: `pause_seconds` lie between two questions for the rest."""

    longest_seconds: float = 8.0
    idle_seconds: float = 2.0
    pause_seconds: float = 0.1


async def warm_up(
    markets: Sequence[VendorMarket],
    symbols: Sequence[str],
    clock: Clock,
    rules: WarmUpRules = WarmUpRules(),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Until each market knows bars of all symbols that it does not fail for, or has failed, or the rules end it."""
    rounds = [asyncio.create_task(_loaded(market, symbols, clock, rules, sleep)) for market in markets]
    _, slow = await asyncio.wait(rounds, timeout=rules.longest_seconds)
    for each in slow:
        each.cancel()
    await asyncio.gather(*rounds, return_exceptions=True)


async def _loaded(
    market: VendorMarket,
    symbols: Sequence[str],
    clock: Clock,
    rules: WarmUpRules,
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    loop = asyncio.get_running_loop()
    known, newest = 0, loop.time()
    while known < len(symbols) and loop.time() - newest < rules.idle_seconds:
        await asyncio.wait([market.begin(symbols)])
        found = sum(len(bars) > 0 for bars in market.view(symbols, clock.now()).bars)
        failing = sum(error.reason != "TIMEOUT" for error in market.failures.values())  # what is late may come yet
        if market.failure is not None or found + failing >= len(symbols):
            return
        if found > known:
            known, newest = found, loop.time()
        elif known:
            await sleep(rules.pause_seconds)
        else:
            return
