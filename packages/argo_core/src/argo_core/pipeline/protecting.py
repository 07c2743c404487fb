"""Every position under live stops: what the pure decision finds missing is done, noted, and judged again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from argo_core.execution.protection import parts, protective_steps, scene
from argo_core.execution.protective_steps import Place, ProtectionRules
from argo_core.model.order import Quote
from argo_core.pipeline.bookkeeping import Bookkeeping
from argo_core.pipeline.execution_ports import VenuePorts

ROUNDS = 3
"""A cancellation, the order that needed it done, and one more for what that brought to light."""


async def protect(
    executor_id: str, venue: VenuePorts, keeping: Bookkeeping, rules: ProtectionRules, now: datetime
) -> tuple[str, ...]:
    """The symbols of which a part is still not covered afterwards. `now` is wall clock. Raises StoreError.

    A crash between two steps leaves what is noted by then: the next check asks for what is missing, under the same ids.
    """
    for _ in range(ROUNDS):
        books = await keeping.follow()
        marks = await _marks(venue, books.holdings.lots)
        seen = scene(books, marks, rules, now)
        steps = protective_steps(executor_id, seen, keeping.entries)
        if not steps:
            break
        for step in steps:
            if isinstance(step, Place):
                await venue.broker.submit(step.intent)
            else:
                await venue.broker.cancel(step.client_order_id)
        await keeping.follow()
    books = await keeping.follow()
    seen = scene(books, {}, rules, now)
    every = parts(executor_id, books, keeping.entries)
    return tuple(sorted({part.symbol for part in every if seen.uncovered(part.symbol, part.signal_id) > 0}))


async def _marks(venue: VenuePorts, symbols: Iterable[str]) -> dict[str, Quote]:
    found = {symbol: await venue.marks.last(symbol) for symbol in symbols}
    return {symbol: quote for symbol, quote in found.items() if quote is not None}
