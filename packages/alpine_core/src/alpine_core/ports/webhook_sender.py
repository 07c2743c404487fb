"""The way out to subscribers' programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from alpine_core.model.webhook import WebhookAnswer


class WebhookSender(Protocol):
    """Promise: nothing but the one request goes out: no redirect is followed, the answer's body is not read, and it
    ends within half a minute. No address within a network of its operator is reached unless that was allowed.

    Raises DeliveryError without an answer; then it was not taken, or it is not known whether it was.
    """

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer: ...
