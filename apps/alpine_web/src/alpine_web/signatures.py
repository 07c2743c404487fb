"""Signed deliveries: the check of a request's signature, with the ids that were seen in the last minutes."""

from __future__ import annotations

from collections.abc import Mapping

from alpine_core.ports import Clock
from alpine_core.verify.webhook import WebhookVerifier

KEPT_SECONDS = 600.0


class SignatureCheck:
    """Requires a signature by Standard Webhooks where a secret is set; without one it requires nothing.

    Ids are remembered by this process for ten minutes, ten times as long as a signature holds. A repetition that
    another process lets through is harmless: what is stored already is answered as a duplicate.
    """

    def __init__(self, secrets: tuple[str, ...], clock: Clock) -> None:
        self._verifier = WebhookVerifier(secrets) if secrets else None
        self._clock = clock
        self._seen: dict[str, float] = {}

    def require(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises SenderError `bad_signature`, `signature_expired`, `replayed`."""
        if self._verifier is None:
            return
        now = self._clock.now().timestamp()
        self._forget_before(now - KEPT_SECONDS)
        webhook_id = headers.get("webhook-id", "")
        self._verifier.require(
            webhook_id=webhook_id,
            timestamp=headers.get("webhook-timestamp", ""),
            signature=headers.get("webhook-signature", ""),
            body=body,
            now=now,
            seen=self._seen.__contains__,
        )
        self._seen[webhook_id] = now

    def _forget_before(self, moment: float) -> None:
        while self._seen and next(iter(self._seen.values())) < moment:
            del self._seen[next(iter(self._seen))]
