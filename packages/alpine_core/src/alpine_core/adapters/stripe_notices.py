"""What Stripe signs: its webhooks, by https://docs.stripe.com/webhooks#verify-manually."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

import msgspec

from alpine_core.adapters.stripe_objects import read_notice
from alpine_core.errors import OperatorError, SenderError
from alpine_core.model.billing import PaymentNotice

TOLERANCE_SECONDS = 300
LONGEST_HEADER = 4096
MOST_SECRETS = 2
BAD = "the signature is none of ours: send the body as it was signed"
STALE = f"the signature's time is more than {TOLERANCE_SECONDS} s away: send it with a fresh one"


class StripeNotices:
    """`ports.PaymentNotices`. One or two secrets: while the old one is rolled, Stripe signs with both."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not 0 < len(secrets) <= MOST_SECRETS or not all(secrets):
            raise OperatorError("STRIPE_WEBHOOK_SECRET: set one secret, or the new and the old one with a comma")
        self._secrets = [secret.encode() for secret in secrets]

    def read(self, body: bytes, signature: str, now: datetime) -> PaymentNotice:
        time, marks = _parts(signature)
        # Over the bytes as they came: parsed and written again they would be others.
        signed = b"%s.%s" % (time.encode(), body)
        expected = [hmac.new(secret, signed, hashlib.sha256).hexdigest().encode() for secret in self._secrets]
        held = [hmac.compare_digest(mark, each) for mark in marks for each in expected]
        if not any(held):
            raise SenderError("bad_signature", BAD)
        if abs(now.timestamp() - int(time)) > TOLERANCE_SECONDS:
            raise SenderError("stale_signature", STALE)
        try:
            notice = read_notice(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SenderError("bad_notice", "the body is no event: send one with id, type and data.object") from error
        if not 0 < len(notice.notice_id) <= 255 or "\0" in body.decode("utf-8", "replace"):
            raise SenderError("bad_notice", "the event's id is empty or too long: send the event as it is")
        return notice


def _parts(signature: str) -> tuple[str, list[bytes]]:
    """`t=…,v1=…,v1=…`: the time and each signature of scheme v1. Other schemes are not looked at."""
    pairs = [part.partition("=")[::2] for part in signature[:LONGEST_HEADER].split(",")]
    times = [value for name, value in pairs if name.strip() == "t"]
    marks = [value.encode("utf-8", "replace") for name, value in pairs if name.strip() == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal() and len(times[0]) < 12) or not marks:
        raise SenderError("bad_signature", BAD)
    return times[0], marks
