"""Every position under live stops: what the pure decision finds missing is done, noted, and judged again."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.execution.noting import Books
from argo_core.execution.protection import Scene, protective_steps, scene
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
    books = await keeping.follow()
    if not (books.holdings.lots or books.orders.working):
        return ()
    failures: dict[str, StoreError] = {}
    seen = await _scene(executor_id, venue, books, keeping, rules, now)
    for _ in range(ROUNDS):
        steps = [
            step for step in protective_steps(seen) if _symbol_of(step, seen.books) not in unclear | failures.keys()
        ]
        if not steps:
            break
        for step in steps:
            if (failure := await _failure(step, venue)) is not None:
                failures[_symbol_of(step, seen.books)] = failure
        seen = await _scene(executor_id, venue, await keeping.follow(), keeping, rules, now)
    for failure in failures.values():
        raise failure
    return tuple(sorted({part.symbol for part in seen.parts if seen.uncovered(part) > 0}))


async def _scene(
    executor_id: str, venue: VenuePorts, books: Books, keeping: Bookkeeping, rules: ProtectionRules, now: datetime
) -> Scene:
    marks = await _marks(venue, books.holdings.lots)
    return scene(executor_id, books, keeping.entries, marks, rules, now)


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
