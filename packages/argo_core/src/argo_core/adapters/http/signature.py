"""Signed bodies: Standard Webhooks, HMAC-SHA256 over id, time and body (standardwebhooks.com, specification 1.0.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from argo_core.errors import ConfigError
from argo_core.ports.clock import Clock

PREFIX = "whsec_"
LEAST_BYTES = 24


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs each attempt anew: a receiver refuses an id that it has seen, so a repeated body needs a fresh one.

    `secrets`: one at least, as they stand now. While one is rotated a body bears a signature by each, as the
    specification has it, and holds for a receiver that knows any of them.
    """

    secrets: Callable[[], Sequence[bytes]] = field(repr=False)
    clock: Clock
    new_id: Callable[[], str]

    def headers(self, body: bytes) -> dict[str, str]:
        """`webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature` for this body, sent now."""
        identity, stamp = f"msg_{self.new_id()}", str(int(self.clock.now().timestamp()))
        return {
            "webhook-id": identity,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(signature(each, identity, stamp, body) for each in self.secrets()),
        }


def signature(secret: bytes, identity: str, timestamp: str, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC."""
    mac = hmac.digest(secret, b".".join((identity.encode(), timestamp.encode(), body)), hashlib.sha256)
    return f"v1,{base64.b64encode(mac).decode()}"


def readable_secrets(texts: Iterable[str]) -> tuple[bytes, ...]:
    """Those that have the form of a secret: one that was rotated to something else leaves the others. Raises
    ConfigError if none has it."""
    found: list[bytes] = []
    fault: ConfigError | None = None
    for text in texts:
        try:
            found.append(secret_bytes(text))
        except ConfigError as error:
            fault = error
    if not found:
        raise fault or ConfigError("there is no signing secret: copy it from the receiver")
    return tuple(found)


def secret_bytes(text: str) -> bytes:
    """The secret behind `whsec_BASE64`. Raises ConfigError for another form or fewer than 24 bytes."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ConfigError("the signing secret must be whsec_ and base64: copy it from the receiver") from error
    if len(secret) < LEAST_BYTES:
        raise ConfigError(f"the signing secret has {len(secret)} bytes: use at least {LEAST_BYTES}")
    return secret
