"""Time-based one-time codes (RFC 6238) by pyotp: extra `accounts`."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

from pyotp import TOTP

_PERIOD_SECONDS = 30
_DIGITS = 6
_NEIGHBOURS = (0, -1, 1)


class PyotpCodes:
    """`ports.OneTimeCodes`. `issuer` is what apps show beside the account's name."""

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer

    def secret(self, entropy: bytes) -> str:
        return base64.b32encode(entropy).decode().rstrip("=")

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        if len(code) != _DIGITS or not code.isascii():
            return None
        current = int(now.timestamp()) // _PERIOD_SECONDS
        found = None
        for step in (current + away for away in _NEIGHBOURS):
            # Every one is compared: the time must not tell how near a guess was.
            fits = hmac.compare_digest(TOTP(secret).generate_otp(step), code)
            found = step if fits and found is None else found
        return found

    def uri(self, secret: str, name: str) -> str:
        return TOTP(secret).provisioning_uri(name=name, issuer_name=self._issuer)
