"""Makes the calls that wait, one at a time for each endpoint."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from alpine_core.errors import DeliveryError
from alpine_core.model.account import Account
from alpine_core.model.notice import NoticeChannel
from alpine_core.model.tier import Tier, TierTerms
from alpine_core.model.webhook import DeliveryEnd, DeliveryState, DueDelivery, WebhookDelivery
from alpine_core.notices.matching import open_channels
from alpine_core.notices.seen_records import SeenRecords
from alpine_core.notices.signature import signed_headers
from alpine_core.notices.webhook_patience import WebhookPatience
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.delivery_queue import DeliveryQueue
from alpine_core.ports.webhook_sender import WebhookSender
from alpine_core.tiers import SignalView


class WebhookBody(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent. `id` is the delivery's, the same in every attempt; `type` is signal, outcome or test, and `signal`
    what the tier sees, as the API shows it, None in a test."""

    id: str
    type: str
    created_at: datetime
    signal: SignalView | None


class WebhookCourier:
    """Each attempt is noted before it is made and its end after: a crash in between makes at most this one call again,
    with the same id. `terms` gives the row of a tier that is in force, `chance` a number in [0, 1). Raises StoreError.
    """

    def __init__(
        self,
        queue: DeliveryQueue,
        sender: WebhookSender,
        records: SeenRecords,
        accounts: AccountStore,
        clock: Clock,
        *,
        terms: Callable[[Tier], TierTerms],
        chance: Callable[[], float],
        patience: WebhookPatience | None = None,
    ) -> None:
        self._queue, self._sender, self._records, self._accounts = queue, sender, records, accounts
        self._clock, self._terms, self._chance = clock, terms, chance
        self._patience = patience or WebhookPatience()

    async def claim(self) -> DueDelivery | None:
        """The call that has been due longest, for one attempt by `make`; None if nothing is due."""
        now = self._clock.now()
        return await self._queue.claim(now, now + timedelta(seconds=self._patience.lease_seconds))

    async def make(self, due: DueDelivery) -> DeliveryState:
        """Make a claimed call; what became of it."""
        end = await self._attempt(due, self._clock.now())
        # A crash before this line makes the call again when its claim has run out.
        await self._queue.end(due.delivery.delivery_id, end)
        return end.state

    async def _attempt(self, due: DueDelivery, now: datetime) -> DeliveryEnd:
        account = await self._accounts.by_account_id(due.delivery.account_id)
        if account is None or NoticeChannel.WEBHOOK not in open_channels(self._terms(account.tier)):
            return DeliveryEnd(state=DeliveryState.DEAD, next_at=now, reason="the tier has no webhooks")
        body = await self._body(due.delivery, account, now)
        if body is None:
            return DeliveryEnd(state=DeliveryState.DEAD, next_at=now, reason="the tier does not see the signal")
        return await self._post(due, body, now)

    async def _body(self, delivery: WebhookDelivery, account: Account, now: datetime) -> bytes | None:
        view = None if delivery.kind is None else await self._records.one(delivery.cursor, account.tier, now)
        if view is None and delivery.kind is not None:
            return None
        told = WebhookBody(id=delivery.delivery_id, type=delivery.type, created_at=delivery.queued_at, signal=view)
        return msgspec.json.encode(told)

    async def _post(self, due: DueDelivery, body: bytes, now: datetime) -> DeliveryEnd:
        signed = signed_headers(due.endpoint.secrets(now), due.delivery.delivery_id, body, now)
        attempts = due.delivery.attempts
        try:
            answer = await self._sender.post(due.endpoint.url, {"Content-Type": "application/json", **signed}, body)
        except DeliveryError as error:
            at = self._clock.now()
            return self._patience.failed(str(error), attempts, at, self._chance(), retry=error.retry)
        return self._patience.answered(answer, attempts, self._clock.now(), self._chance())
