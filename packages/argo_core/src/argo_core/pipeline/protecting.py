"""Every position under live stops: what the pure decision finds missing is done, noted, and judged again."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.execution.noting import Books
from argo_core.execution.protection import Scene, parts, protective_steps, scene
from argo_core.execution.protective_steps import Place, ProtectionRules, ProtectiveStep
from argo_core.model.order import Quote
from argo_core.pipeline.bookkeeping import Bookkeeping
from argo_core.pipeline.execution_ports import VenuePorts

ROUNDS = 3
"""A cancellation, the order that needed it done, and one more for what that brought to light."""


async def protect(
    executor_id: str,
    venue: VenuePorts,
    keeping: Bookkeeping,
    rules: ProtectionRules,
    now: datetime,
    unclear: Set[str] = frozenset(),
) -> tuple[str, ...]:
    """The symbols of which a part is still not covered afterwards. `now` is wall clock; nothing is asked for in symbols
    that are `unclear`. Raises StoreError, once every step has been tried: one that fails keeps no other position bare.

    A crash between two steps leaves what is noted by then: the next check asks for what is missing, under the same ids.
    """
    failures: dict[str, StoreError] = {}
    seen = await _scene(venue, keeping, rules, now)
    for _ in range(ROUNDS):
        steps = [
            step
            for step in protective_steps(executor_id, seen, keeping.entries)
            if _symbol_of(step, seen.books) not in unclear | failures.keys()
        ]
        if not steps:
            break
        for step in steps:
            if (failure := await _failure(step, venue)) is not None:
                failures[_symbol_of(step, seen.books)] = failure
        seen = await _scene(venue, keeping, rules, now)
    for failure in failures.values():
        raise failure
    every = parts(executor_id, seen.books, keeping.entries)
    return tuple(sorted({part.symbol for part in every if seen.uncovered(part.symbol, part.signal_id) > 0}))


async def _scene(venue: VenuePorts, keeping: Bookkeeping, rules: ProtectionRules, now: datetime) -> Scene:
    books = await keeping.follow()
    return scene(books, await _marks(venue, books.holdings.lots), rules, now)


def _symbol_of(step: ProtectiveStep, books: Books) -> str:
    if isinstance(step, Place):
        return step.intent.symbol
    return books.orders.orders[step.client_order_id].intent.symbol


async def _failure(step: ProtectiveStep, venue: VenuePorts) -> StoreError | None:
    try:
        if isinstance(step, Place):
            await venue.broker.submit(step.intent)
        else:
            await venue.broker.cancel(step.client_order_id)
    except StoreError as error:
        return error
    return None


async def _marks(venue: VenuePorts, symbols: Iterable[str]) -> dict[str, Quote]:
    found = {symbol: await venue.marks.last(symbol) for symbol in symbols}
    return {symbol: quote for symbol, quote in found.items() if quote is not None}
