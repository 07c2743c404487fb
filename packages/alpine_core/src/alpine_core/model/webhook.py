"""Where subscribers' programs are called, and what became of each call."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.record import RecordKind

TEST = "test"


class WebhookEndpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` signs; `former_secret` signs too until `former_until`, after a change."""

    endpoint_id: str
    account_id: str
    url: str
    secret: str
    created_at: datetime
    former_secret: str | None = None
    former_until: datetime | None = None

    def __repr__(self) -> str:
        """Without address and secrets."""
        return f"WebhookEndpoint({self.endpoint_id!r})"

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Those that sign at `now`, the present one first."""
        if self.former_secret is None or self.former_until is None or self.former_until <= now:
            return (self.secret,)
        return (self.secret, self.former_secret)


class DeliveryState(StrEnum):
    """The words are stored: none is ever renamed."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One call to one endpoint, about the record at `cursor`; of a test `kind` is None and `cursor` 0.

    `attempts` were begun, the next is due at `next_at`, which in the other states is when the last one ended.
    `last_status` is the HTTP status of the last answer, None without one.
    """

    delivery_id: str
    endpoint_id: str
    account_id: str
    cursor: int
    kind: RecordKind | None
    queued_at: datetime
    next_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    last_status: int | None = None
    last_error: str = ""

    @property
    def type(self) -> str:
        """`signal`, `outcome` or `test`."""
        return TEST if self.kind is None else self.kind.value


class DueDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed delivery and where it goes."""

    delivery: WebhookDelivery
    endpoint: WebhookEndpoint


class DeliveryEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an attempt; waiting again until `next_at`, or settled at that moment."""

    state: DeliveryState
    next_at: datetime
    status: int | None = None
    reason: str = ""


class WebhookAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint answered; `retry_after` is the header's text (RFC 9110 10.2.3)."""

    status: int
    retry_after: str | None = None
