"""How a call is signed, so that its receiver can tell whose it is, and an old one from a new one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

SIGNATURE = "X-Alpine-Signature"
DELIVERY = "X-Alpine-Delivery"


def signed_headers(secrets: Sequence[str], delivery_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """`X-Alpine-Signature: t=SECONDS,v1=HEX` with one `v1` for each secret, and the id, which is signed with the rest.

    HMAC-SHA-256 (RFC 2104) with the secret's text over `SECONDS.ID.BODY`; seconds since 1970.
    """
    seconds = int(now.timestamp())
    signed = f"{seconds}.{delivery_id}.".encode() + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    told = ",".join([f"t={seconds}", *(f"v1={mark}" for mark in marks)])
    return {SIGNATURE: told, DELIVERY: delivery_id}
