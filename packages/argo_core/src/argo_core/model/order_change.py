"""What happened to an order, as the venue tells it: the order as it is now, and the fill that made it so."""

from __future__ import annotations

import msgspec

from argo_core.model.order import Fill, Order


class OrderChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`order` after the change; `fill` is what is new in it. `parent` is the client order id of the entry that a stop
    or target protects."""

    order: Order
    fill: Fill | None = None
    parent: str | None = None


class NumberedChange(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A change and its place in the venue's sequence, from 1, dense."""

    position: int
    change: OrderChange
