"""The calls of Alpaca's Trading API that a venue needs, each with what its answers mean."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from argo_core.adapters.alpaca.holding_parse import (
    Execution,
    VenuePosition,
    parse_asset,
    parse_executions,
    parse_position,
    parse_positions,
)
from argo_core.adapters.alpaca.increments import Tradable
from argo_core.adapters.alpaca.order_parse import VenueOrder, parse_order, parse_orders
from argo_core.adapters.alpaca.refusal_parse import Refusal, RefusalKind
from argo_core.adapters.alpaca.symbol_forms import position_path, to_alpaca
from argo_core.adapters.alpaca.transport import Answered, Transport
from argo_core.errors import DataError, Unavailable
from argo_core.ports.clock import Clock

_T = TypeVar("_T")
ORDERS_PER_PAGE, EXECUTIONS_PER_PAGE = 500, 100


class SweepItem(msgspec.Struct, frozen=True):
    """One order of a mass cancellation and its own status."""

    id: str
    status: int


class Calls:
    """Every read raises Unavailable: KeyRefused where that is why, and also for an answer that is not understood."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport, self._clock = transport, clock
        self._assets: dict[str, Tradable] = {}

    async def place(self, form: dict[str, Any]) -> VenueOrder | Refusal:
        """POST once. An answer that is no order is UNCLEAR."""
        answer = await self._transport.change("POST", "/v2/orders", form)
        if isinstance(answer, Refusal):
            return answer
        try:
            return parse_order(answer.body, self._clock.now())
        except DataError:
            return Refusal(kind=RefusalKind.UNCLEAR, status=answer.status, message="the answer is no order")

    async def by_client_id(self, client_order_id: str) -> VenueOrder | None:
        """The order with its legs, None if the venue has none of this id."""
        found = await self._order("/v2/orders:by_client_order_id", {"client_order_id": client_order_id})
        return found if found is None or found.order_class == "simple" else await self.by_id(found.order_id)

    async def by_id(self, order_id: str) -> VenueOrder | None:
        """The order with its legs."""
        return await self._order(f"/v2/orders/{quote(order_id, safe='')}", {"nested": "true"})

    async def open_orders(self) -> tuple[VenueOrder, ...]:
        """All that is not finished, oldest first, legs as orders of their own."""
        query = {"status": "open", "limit": str(ORDERS_PER_PAGE), "direction": "asc", "nested": "false"}
        found: list[VenueOrder] = []
        while True:
            answer = _success(await self._transport.read("/v2/orders", query), "open orders")
            page = _understood(partial(parse_orders, answer.body, self._clock.now()))
            found += page
            if len(page) < ORDERS_PER_PAGE:
                return tuple(found)
            query["after_order_id"] = page[-1].order_id

    async def cancel(self, order_id: str) -> Refusal | None:
        """None where the venue will cancel."""
        answer = await self._transport.change("DELETE", f"/v2/orders/{quote(order_id, safe='')}")
        return answer if isinstance(answer, Refusal) else None

    async def cancel_all(self) -> tuple[SweepItem, ...] | Refusal:
        """Each order's own status: the answer as a whole says nothing."""
        answer = await self._transport.change("DELETE", "/v2/orders")
        if isinstance(answer, Refusal):
            return answer
        try:
            return msgspec.json.decode(answer.body, type=tuple[SweepItem, ...]) if answer.body else ()
        except msgspec.DecodeError:
            return Refusal(kind=RefusalKind.UNCLEAR, status=answer.status, message="the answer is no list of orders")

    async def positions(self) -> tuple[VenuePosition, ...]:
        """All that is held."""
        answer = _success(await self._transport.read("/v2/positions"), "positions")
        return _understood(partial(parse_positions, answer.body))

    async def position(self, symbol: str) -> VenuePosition | None:
        """What is held of one symbol, None for nothing."""
        answer = await self._transport.read(f"/v2/positions/{quote(position_path(symbol), safe='')}")
        return None if _absent(answer) else _understood(partial(parse_position, _success(answer, symbol).body))

    async def executions(self, after: datetime) -> AsyncIterator[Execution]:
        """Executions later than a moment, oldest first."""
        query = {
            "after": after.isoformat().replace("+00:00", "Z"),
            "direction": "asc",
            "page_size": str(EXECUTIONS_PER_PAGE),
        }
        while True:
            answer = _success(await self._transport.read("/v2/account/activities/FILL", query), "executions")
            page = _understood(partial(parse_executions, answer.body))
            for execution in page:
                yield execution
            if len(page) < EXECUTIONS_PER_PAGE:
                return
            query["page_token"] = page[-1].execution_id

    async def asset(self, symbol: str) -> Tradable:
        """What an asset allows; asked once. Raises DataError `not_tradable` where the venue does not know it."""
        if symbol not in self._assets:
            answer = await self._transport.read(f"/v2/assets/{quote(to_alpaca(symbol), safe='')}")
            if _absent(answer):
                raise DataError("not_tradable", f"the venue knows no {symbol}: take it from the universe")
            self._assets[symbol] = _understood(partial(parse_asset, _success(answer, symbol).body))
        return self._assets[symbol]

    async def _order(self, path: str, query: dict[str, str]) -> VenueOrder | None:
        answer = await self._transport.read(path, query)
        if _absent(answer):
            return None
        return _understood(partial(parse_order, _success(answer, "an order").body, self._clock.now()))


def _absent(answer: Answered | Refusal) -> bool:
    return isinstance(answer, Refusal) and answer.kind is RefusalKind.NOT_FOUND


def _success(answer: Answered | Refusal, what: str) -> Answered:
    if isinstance(answer, Refusal):
        raise Unavailable(f"the venue refuses to show {what} ({answer}): check the account's permissions")
    return answer


def _understood(parse: Callable[[], _T]) -> _T:
    try:
        return parse()
    except DataError as error:
        raise Unavailable(str(error)) from error
