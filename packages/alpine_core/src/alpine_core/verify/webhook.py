"""Signed requests by the Standard Webhooks specification: HMAC-SHA256 over id, timestamp and raw body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence

from alpine_core.errors import OperatorError, SenderError

TOLERANCE_SECONDS = 60
LEAST_BYTES = 24
_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class WebhookVerifier:
    """Checks one request. `secrets`: `whsec_` and base64 of at least 24 bytes each; several while one is rotated out.

    Raises OperatorError for an empty list and for a secret that cannot be read: nothing checked means refused.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise OperatorError("no webhook secret is set: set one, or do not ask for signed requests")
        self._secrets = tuple(_secret(text) for text in secrets)

    def require(
        self,
        *,
        webhook_id: str,
        timestamp: str,
        signature: str,
        body: bytes,
        now: float,
        seen: Callable[[str], bool],
    ) -> None:
        """The three headers `webhook-id`, `webhook-timestamp`, `webhook-signature`; `body` as received, unparsed.

        `now` is seconds since 1970; `seen` tells whether an id was accepted before (keep ids for ten minutes). Raises
        SenderError `bad_signature`, `signature_expired`, `replayed`.
        """
        if _ID.fullmatch(webhook_id) is None or _SECONDS.fullmatch(timestamp) is None:
            raise SenderError("bad_signature", "webhook-id or webhook-timestamp cannot be read: sign the request anew")
        if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
            raise SenderError("signature_expired", f"signed more than {TOLERANCE_SECONDS} s from now: sign it anew")
        if not self._signed(webhook_id, timestamp, signature, body):
            raise SenderError("bad_signature", "no signature of this request holds: sign the raw body")
        if seen(webhook_id):
            raise SenderError("replayed", "this webhook-id was accepted before: sign a repeated request anew")

    def _signed(self, webhook_id: str, timestamp: str, signature: str, body: bytes) -> bool:
        expected = [_signature(secret, webhook_id, timestamp, body) for secret in self._secrets]
        # Every pair is compared, so that the time tells nothing about which one held.
        held = [
            hmac.compare_digest(one, claimed.removeprefix("v1,").encode("utf-8", "replace"))
            for claimed in signature.split(" ")
            if claimed.startswith("v1,")
            for one in expected
        ]
        return any(held)


def readable_secrets(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that have the form of a secret."""
    return tuple(text for text in texts if _readable(text))


def _readable(text: str) -> bool:
    try:
        _secret(text)
    except OperatorError:
        return False
    return True


def signed_headers(secret: str, webhook_id: str, now: float, body: bytes) -> dict[str, str]:
    """The three headers that sign `body`; `now` is seconds since 1970. Raises OperatorError for what is no secret."""
    timestamp = str(int(now))
    signature = _signature(_secret(secret), webhook_id, timestamp, body).decode()
    return {"webhook-id": webhook_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def _signature(secret: bytes, webhook_id: str, timestamp: str, body: bytes) -> bytes:
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest())


def _secret(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < LEAST_BYTES:
        raise OperatorError(f"a webhook secret is no base64 of at least {LEAST_BYTES} bytes: write it as whsec_...")
    return secret
