"""What somebody can do about the webhooks of an account of their own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import msgspec

from alpine_core.errors import NotEntitled, NotThere, OurError, ReaderError
from alpine_core.model.account import Account
from alpine_core.model.notice import NoticeChannel
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.model.tier import Tier, TierTerms
from alpine_core.model.webhook import DeliveryState, WebhookDelivery, WebhookEndpoint
from alpine_core.notices.matching import open_channels
from alpine_core.notices.target import check_target
from alpine_core.ports.clock import Clock
from alpine_core.ports.delivery_queue import DeliveryQueue, DeliveryShelf
from alpine_core.ports.security_log import SecurityLog
from alpine_core.ports.webhook_store import WebhookStore

MOST_ENDPOINTS = 5
FORMER_HOURS = 24
SECRET_PREFIX = "whsec_"
_SECRET_BYTES = 32


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, and from where: the client's address and its own name for itself."""

    account: Account
    address: str = ""
    agent: str = ""


class WebhookDesk:
    """`terms` gives the row of a tier that is in force, `new_secret` 32 random bytes and `new_id` a fresh text at each
    call; `allow_private` as `check_target` has it. Raises StoreError."""

    def __init__(
        self,
        webhooks: WebhookStore,
        queue: DeliveryQueue,
        shelf: DeliveryShelf,
        security_log: SecurityLog,
        clock: Clock,
        *,
        terms: Callable[[Tier], TierTerms],
        new_secret: Callable[[], bytes],
        new_id: Callable[[], str],
        allow_private: bool = False,
    ) -> None:
        self._webhooks, self._queue, self._shelf = webhooks, queue, shelf
        self._log, self._clock, self._terms = security_log, clock, terms
        self._new_secret, self._new_id, self._allow_private = new_secret, new_id, allow_private

    def allowed(self, account: Account) -> bool:
        """Whether the account's tier has webhooks now."""
        return NoticeChannel.WEBHOOK in open_channels(self._terms(account.tier))

    async def of(self, account: Account) -> tuple[WebhookEndpoint, ...]:
        """The account's webhooks, newest first, with their secrets: for showing them, leave those out."""
        return await self._webhooks.of_account(account.account_id)

    async def add(self, caller: Caller, url: str) -> WebhookEndpoint:
        """A new one with its secret, which is shown now and not again. Raises NotEntitled where the tier has none,
        ReaderError for an address that will not do and one more than an account may have."""
        self._require(caller.account)
        endpoint = WebhookEndpoint(
            endpoint_id=self._new_id(),
            account_id=caller.account.account_id,
            url=check_target(url.strip(), allow_private=self._allow_private),
            secret=self._secret(),
            created_at=self._clock.now(),
        )
        if not await self._webhooks.add(endpoint, MOST_ENDPOINTS):
            raise ReaderError(f"there are {MOST_ENDPOINTS} webhooks already: remove one first")
        await self._tell(caller, f"{endpoint.endpoint_id} added")
        return endpoint

    async def rotate(self, caller: Caller, endpoint_id: str) -> str:
        """A new secret, shown now and not again; the one before signs too for a day. Raises NotEntitled, NotThere."""
        self._require(caller.account)
        secret, until = self._secret(), self._clock.now() + timedelta(hours=FORMER_HOURS)
        if not await self._webhooks.rotate(caller.account.account_id, endpoint_id, secret, until):
            raise _no_such_webhook()
        await self._tell(caller, f"{endpoint_id} has a new secret")
        return secret

    async def remove(self, caller: Caller, endpoint_id: str) -> None:
        """With its deliveries, whatever the tier. Raises NotThere."""
        if not await self._webhooks.remove(caller.account.account_id, endpoint_id):
            raise _no_such_webhook()
        await self._tell(caller, f"{endpoint_id} removed")

    async def test(self, account: Account, endpoint_id: str) -> WebhookDelivery:
        """Queue a call that says nothing of any signal. Raises NotEntitled, NotThere."""
        self._require(account)
        now = self._clock.now()
        delivery = WebhookDelivery(
            delivery_id=self._new_id(),
            endpoint_id=endpoint_id,
            account_id=account.account_id,
            cursor=0,
            kind=None,
            queued_at=now,
            next_at=now,
        )
        if not await self._queue.queue(delivery):
            raise _no_such_webhook()
        return delivery

    async def deliveries(
        self, account: Account, state: DeliveryState | None, limit: int, offset: int = 0
    ) -> tuple[WebhookDelivery, ...]:
        """The account's, newest first."""
        return await self._shelf.deliveries(account.account_id, state, limit, offset)

    async def replay(self, account: Account, delivery_id: str) -> None:
        """Make a call again, with the id that it had. Raises NotEntitled, NotThere."""
        self._require(account)
        if not await self._shelf.replay(account.account_id, delivery_id, self._clock.now()):
            raise NotThere("there is no such delivery: look at the list")

    def _require(self, account: Account) -> None:
        if not self.allowed(account):
            raise NotEntitled(f"{account.tier.value} has no webhooks: a higher tier has")

    def _secret(self) -> str:
        secret = self._new_secret()
        if len(secret) != _SECRET_BYTES:
            raise OurError(f"a secret of {len(secret)} bytes: pass a source of {_SECRET_BYTES} random bytes")
        return SECRET_PREFIX + base64.urlsafe_b64encode(secret).rstrip(b"=").decode()

    async def _tell(self, caller: Caller, detail: str) -> None:
        whose = caller.account.account_id
        await self._log.append(
            SecurityEvent(
                account_id=whose,
                actor_id=whose,
                kind=SecurityKind.WEBHOOK_CHANGED,
                at=self._clock.now(),
                detail=detail,
                address=caller.address[:64],
                agent=caller.agent[:200],
            )
        )


def _no_such_webhook() -> NotThere:
    return NotThere("there is no such webhook: look at the list")
