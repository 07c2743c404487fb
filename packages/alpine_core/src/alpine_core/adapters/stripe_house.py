"""Stripe over HTTP: form-encoded requests to its API, pinned to one version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

import httpx
import msgspec

from alpine_core.adapters.stripe_objects import EXPANDED, read_subscription
from alpine_core.errors import AccountRefused, PaymentAway
from alpine_core.model.billing import CheckoutOrder, SeenSubscription
from alpine_core.model.tier import Tier
from alpine_core.ports.clock import Clock

STRIPE_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = 10.0
TRIES = 3
AGAIN = (409, 429, 500, 502, 503, 504)
DIFFERS = "the price on these pages and that of the payment house differ: ask us, nothing was charged"

Form = Mapping[str, str]
T = TypeVar("T", bound=msgspec.Struct)


class _Address(msgspec.Struct):
    url: str


class _Price(msgspec.Struct):
    unit_amount: int | None
    currency: str
    active: bool = True
    recurring: dict[str, object] | None = None


class _Said(msgspec.Struct):
    type: str = ""
    code: str = ""


class _Error(msgspec.Struct):
    error: _Said


class StripeHouse:
    """`ports.PaymentHouse`. `prices`: of each tier the ids of its prices, of which the first is sold and all are
    known. `new_key` gives a fresh text at each call: a POST that is tried again has the key of its first try.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        secret_key: str,
        prices: Mapping[Tier, Sequence[str]],
        clock: Clock,
        new_key: Callable[[], str],
        pause_seconds: float = 0.5,
    ) -> None:
        self._client, self._clock, self._new_key, self._pause = client, clock, new_key, pause_seconds
        self._headers = {"Authorization": f"Bearer {secret_key}", "Stripe-Version": STRIPE_VERSION}
        self._sold = {tier: ids[0] for tier, ids in prices.items() if ids}
        self._tiers = {price: tier for tier, ids in prices.items() for price in ids}

    @property
    def sold(self) -> frozenset[Tier]:
        return frozenset(self._sold)

    async def checkout(self, order: CheckoutOrder) -> str:
        price_id = self._sold[order.tier]
        await self._require_price(price_id, order)
        known = {"customer": order.customer_id} if order.customer_id else {"customer_email": order.email}
        form = {
            "mode": "subscription",
            "line_items[0][price]": price_id,
            "line_items[0][quantity]": "1",
            "success_url": order.paid_url,
            "cancel_url": order.left_url,
            "client_reference_id": order.account_id,
            "metadata[account_id]": order.account_id,
            # Only this goes with the subscription for as long as it runs.
            "subscription_data[metadata][account_id]": order.account_id,
            "subscription_data[metadata][install]": order.install,
            **known,
        }
        return await self._address("/v1/checkout/sessions", form, f"checkout-{order.order_id}")

    async def portal(self, customer_id: str, return_url: str) -> str:
        form = {"customer": customer_id, "return_url": return_url}
        return await self._address("/v1/billing_portal/sessions", form, f"portal-{self._new_key()}")

    async def subscription(self, subscription_id: str) -> SeenSubscription | None:
        query = [("expand[]", name) for name in EXPANDED]
        answer = await self._ask("GET", f"/v1/subscriptions/{quote(subscription_id, safe='')}", query=query)
        return None if answer is None else read_subscription(answer, self._tiers, self._clock.now())

    async def cancel(self, subscription_id: str) -> None:
        try:
            await self._ask("DELETE", f"/v1/subscriptions/{quote(subscription_id, safe='')}")
        except PaymentAway:
            # Cancelling what has ended is refused: ask whether it has.
            seen = await self.subscription(subscription_id)
            if seen is not None and seen.state.value != "canceled":
                raise

    async def _require_price(self, price_id: str, order: CheckoutOrder) -> None:
        price = _read(await self._ask("GET", f"/v1/prices/{quote(price_id, safe='')}"), _Price)
        every = price.recurring or {}
        monthly = (every.get("interval"), every.get("interval_count", 1)) == ("month", 1)
        charged = (price.unit_amount, price.currency.upper())
        if not price.active or not monthly or charged != (order.price_cents, order.currency):
            raise AccountRefused("price_differs", DIFFERS)

    async def _address(self, path: str, form: Form, key: str) -> str:
        return _read(await self._ask("POST", path, form=form, key=key), _Address).url

    async def _ask(
        self, method: str, path: str, *, form: Form | None = None, key: str = "", query: Sequence[tuple[str, str]] = ()
    ) -> bytes | None:
        """The body of a success, None for 404. Raises PaymentAway."""
        headers = {**self._headers, "Idempotency-Key": key} if key else self._headers
        told = ""
        for turn in range(TRIES):
            if turn:
                await asyncio.sleep(self._pause * turn)
            try:
                answer = await self._client.request(
                    method, path, data=form, params=list(query), headers=headers, timeout=TIMEOUT_SECONDS
                )
            except httpx.HTTPError as error:
                told = type(error).__name__
                continue
            if answer.is_success:
                return answer.content
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            told = f"{answer.status_code} {_why(answer.content)}".strip()
            if answer.status_code not in AGAIN:
                break
        raise PaymentAway(f"the payment house did not do it ({told}): nothing was charged or changed, try again later")


def _read(raw: bytes | None, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(raw or b"", type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PaymentAway("the payment house answered with what cannot be read: try again later") from error


def _why(raw: bytes) -> str:
    """Stripe's own word for it; its message is for its customer, who is the operator, and may quote the key."""
    try:
        said = msgspec.json.decode(raw, type=_Error).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return said.code or said.type
