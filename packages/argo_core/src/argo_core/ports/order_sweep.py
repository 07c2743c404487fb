"""Taking every order off a venue at once."""

from __future__ import annotations

from typing import Protocol

import msgspec


class SweptOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a sweep; `detail` says why it is not cancelled, None where it is or will be."""

    client_order_id: str
    detail: str | None = None


class OrderSweep(Protocol):
    """Promise: asks the venue to cancel every open order of the account, ours and others', and answers for each. An
    order that fills meanwhile is no failure. Safe to repeat. Raises StoreError when the venue cannot be reached."""

    async def cancel_all(self) -> tuple[SweptOrder, ...]: ...
