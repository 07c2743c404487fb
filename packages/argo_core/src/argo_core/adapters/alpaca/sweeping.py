"""Taking every order off: one request for all, then each that the venue could not cancel by itself."""

from __future__ import annotations

from argo_core.adapters.alpaca.calls import Calls, SweepItem
from argo_core.adapters.alpaca.naming import Naming
from argo_core.adapters.alpaca.observation import Rows, seen
from argo_core.adapters.alpaca.observed_book import ObservedBook
from argo_core.adapters.alpaca.placing import FINISHED_ALREADY
from argo_core.adapters.alpaca.refusal_parse import Refusal
from argo_core.errors import StoreError, Unavailable
from argo_core.ports.order_sweep import SweptOrder

_FINISHED_STATUS = frozenset({404, 422})


async def sweep(calls: Calls, book: ObservedBook, naming: Naming, attempts: int) -> tuple[SweptOrder, ...]:
    """Each open order's answer. Raises Unavailable when the venue does not take the request."""
    names = await _names(calls, book, naming)
    answer: tuple[SweepItem, ...] | Refusal = ()
    for _ in range(attempts):
        answer = await calls.cancel_all()  # asked again it cancels what is left: nothing is done twice
        if not isinstance(answer, Refusal):
            return tuple([await _swept(calls, item, names) for item in answer])
    raise Unavailable(f"the venue does not cancel the orders ({answer}): ask again at once")


async def _names(calls: Calls, book: ObservedBook, naming: Naming) -> dict[str, str]:
    """Our ids by the venue's. Where the list cannot be had, cancelling goes before naming."""
    try:
        rows = await calls.open_orders()
    except StoreError:
        return dict(book.names)
    named = seen(book, Rows({row.order_id: row for row in rows}), naming)
    return {**book.names, **{row.named.row.order_id: row.named.client_order_id for row in named}}


async def _swept(calls: Calls, item: SweepItem, names: dict[str, str]) -> SweptOrder:
    name = names.get(item.id, item.id)
    if 200 <= item.status < 300 or item.status in _FINISHED_STATUS:
        return SweptOrder(client_order_id=name)
    try:
        refusal = await calls.cancel(item.id)
    except StoreError as error:
        return SweptOrder(client_order_id=name, detail=str(error))
    if refusal is None or refusal.kind in FINISHED_ALREADY:
        return SweptOrder(client_order_id=name)
    return SweptOrder(client_order_id=name, detail=f"answered {item.status}, then {refusal}")
