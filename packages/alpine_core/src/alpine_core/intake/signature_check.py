"""Signed deliveries: the check of a request's signature, each accepted once."""

from __future__ import annotations

from collections.abc import Mapping

from alpine_core.errors import SenderError
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.ports import Clock, WebhookIds
from alpine_core.verify.webhook import WebhookVerifier, readable_secrets


class SignatureCheck:
    """Requires a signature by Standard Webhooks where a secret is set; without one it requires nothing.

    `secrets`: those that the process began with. While one is rotated in `kept`, where it is called `name`, a body may
    be signed with the one in force, the next or the last; a text there that is no secret changes nothing.
    """

    def __init__(
        self,
        secrets: tuple[str, ...],
        clock: Clock,
        ids: WebhookIds,
        kept: KeptSecrets | None = None,
        name: str = "",
    ) -> None:
        self._secrets, self._kept, self._name = secrets, kept, name
        self._verifier = WebhookVerifier(secrets) if secrets else None
        self._clock, self._ids = clock, ids

    async def require(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises SenderError `bad_signature`, `signature_expired`, `replayed`; StoreError."""
        verifier = self._of_now()
        if verifier is None:
            return
        now = self._clock.now()
        try:
            _hold(verifier, headers, body, now.timestamp())
        except SenderError as error:
            fresh = await self._looked_up() if error.code == "bad_signature" else verifier
            if fresh is None or fresh is verifier:
                raise
            _hold(fresh, headers, body, now.timestamp())
        # Claimed only once the signature holds: strangers must not use up ids, nor fill the store with them.
        if not await self._ids.claim(headers.get("webhook-id", ""), now):
            raise SenderError("replayed", "this webhook-id was accepted before: sign a repeated request anew")

    async def _looked_up(self) -> WebhookVerifier | None:
        if self._kept is not None:
            await self._kept.look_for(self._name)
        return self._of_now()

    def _of_now(self) -> WebhookVerifier | None:
        """The one at hand where the secrets are the same."""
        now = () if self._kept is None or not self._secrets else readable_secrets(self._kept.accepted(self._name))
        if now and now != self._secrets:
            self._secrets, self._verifier = now, WebhookVerifier(now)
        return self._verifier


def _hold(verifier: WebhookVerifier, headers: Mapping[str, str], body: bytes, now: float) -> None:
    verifier.require(
        webhook_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signature=headers.get("webhook-signature", ""),
        body=body,
        now=now,
        seen=lambda _: False,
    )
