"""Decided intents → orders: each as soon as it may be placed, none that has grown old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.execution.local_oco import as_placed
from argo_core.execution.noting import Books
from argo_core.model.direction import Direction
from argo_core.model.order import OrderIntent
from argo_core.pipeline.bookkeeping import Bookkeeping
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.tracer import Tracer

TOO_OLD = "too old when it could be placed"


async def place(
    venue: VenuePorts,
    keeping: Bookkeeping,
    rules: ExecutorRules,
    now: datetime,
    halted: Callable[[], bool],
    tracer: Tracer = SILENT,
) -> int:
    """Place what waits; how many orders were asked for. `now` is wall clock. Raises StoreError.

    `halted` is asked before each order: a halt does not wait for the others.

    One that the venue does not take now keeps no other waiting: the first failure is raised at the end.

    Placing again is one order: an intent whose answer was lost is simply asked for again. One that is older than the
    rules allow, and of which the venue knows nothing, is withdrawn: after an outage the market is another.
    """
    asked, failures, waiting = 0, list[StoreError](), keeping.waiting
    if not waiting:
        return 0
    for decided in waiting:
        intent = decided.intent
        if (now - decided.decided_at).total_seconds() > rules.max_intent_age_seconds:
            if await venue.broker.order(intent.client_order_id) is None:
                await keeping.withdrawn(intent.client_order_id, TOO_OLD)
            continue
        if halted():
            break
        if _waits_for_closing(intent, await keeping.follow()):
            continue
        try:
            # A crash after this leaves an order that is placed and not noted: it is noted from the venue's sequence.
            with tracer.span("order", symbol=intent.symbol, side=intent.action):
                await venue.broker.submit(as_placed(intent, rules.protection))
            asked += 1
        except StoreError as error:
            failures.append(error)
    await keeping.follow()
    for failure in failures:
        raise failure
    return asked


def _waits_for_closing(intent: OrderIntent, books: Books) -> bool:
    """The other side is opened when nothing of this one is left."""
    held = books.holdings.quantities().get(intent.symbol, 0.0)
    return not intent.reduce_only and held * int(Direction.of_action(intent.action)) < 0
