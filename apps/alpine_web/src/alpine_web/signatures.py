"""Signed deliveries: the check of a request's signature, each accepted once."""

from __future__ import annotations

from collections.abc import Mapping

from alpine_core.errors import SenderError
from alpine_core.ports import Clock, WebhookIds
from alpine_core.verify.webhook import WebhookVerifier


class SignatureCheck:
    """Requires a signature by Standard Webhooks where a secret is set; without one it requires nothing."""

    def __init__(self, secrets: tuple[str, ...], clock: Clock, ids: WebhookIds) -> None:
        self._verifier = WebhookVerifier(secrets) if secrets else None
        self._clock, self._ids = clock, ids

    async def require(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises SenderError `bad_signature`, `signature_expired`, `replayed`; StoreError."""
        if self._verifier is None:
            return
        now = self._clock.now()
        webhook_id = headers.get("webhook-id", "")
        self._verifier.require(
            webhook_id=webhook_id,
            timestamp=headers.get("webhook-timestamp", ""),
            signature=headers.get("webhook-signature", ""),
            body=body,
            now=now.timestamp(),
            seen=lambda _: False,
        )
        # Claimed only once the signature holds: strangers must not use up ids, nor fill the store with them.
        if not await self._ids.claim(webhook_id, now):
            raise SenderError("replayed", "this webhook-id was accepted before: sign a repeated request anew")
