"""How often a call is made, and when again."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from alpine_core.model.webhook import DeliveryEnd, DeliveryState, WebhookAnswer

GONE = 410
_SECONDS = re.compile(r"[0-9]{1,9}")


class WebhookPatience(msgspec.Struct, frozen=True, kw_only=True):
    """After the first failure `first_wait_seconds`, then twice as long each time, at most `longest_wait_seconds`, each
    between three quarters and five quarters of it by chance. `attempts` in all (with these defaults over eight hours),
    then the delivery is dead. A receiver that asks for more time gets it, at most `longest_asked_seconds`.

    `lease_seconds` is longer than any attempt lasts: then somebody else may try what nobody knows the end of.
    """

    attempts: int = 10
    first_wait_seconds: float = 30.0
    longest_wait_seconds: float = 3 * 3600.0
    longest_asked_seconds: float = 24 * 3600.0
    lease_seconds: float = 60.0

    def answered(self, answer: WebhookAnswer, attempts: int, now: datetime, chance: float) -> DeliveryEnd:
        """After an answer to the attempt of that number (from 1): 2xx is taken, 410 is never again, the rest later.

        `chance` is in [0, 1). A redirect is not followed and counts as a failure.
        """
        if 200 <= answer.status < 300:
            return DeliveryEnd(state=DeliveryState.DELIVERED, next_at=now, status=answer.status)
        asked = retry_after_seconds(answer.retry_after, now)
        wait = None if answer.status == GONE else self._wait(attempts, chance, asked)
        return _end(now, wait, f"it answered {answer.status}", answer.status)

    def failed(self, reason: str, attempts: int, now: datetime, chance: float, *, retry: bool) -> DeliveryEnd:
        """After an attempt without an answer."""
        return _end(now, self._wait(attempts, chance, 0.0) if retry else None, reason, None)

    def _wait(self, attempts: int, chance: float, asked: float) -> float | None:
        if attempts >= self.attempts:
            return None
        doubled = self.first_wait_seconds * 2.0 ** min(max(attempts - 1, 0), 30)
        spread = min(doubled, self.longest_wait_seconds) * (0.75 + 0.5 * chance)
        return max(spread, min(asked, self.longest_asked_seconds))


def retry_after_seconds(text: str | None, now: datetime) -> float:
    """RFC 9110 10.2.3: seconds or a date; 0 for none, for the past, and for what cannot be read."""
    if text is None:
        return 0.0
    if _SECONDS.fullmatch(text.strip()):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        seconds = (known - now).total_seconds()
    except (ValueError, OverflowError, IndexError):
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _end(now: datetime, wait: float | None, reason: str, status: int | None) -> DeliveryEnd:
    if wait is None:
        return DeliveryEnd(state=DeliveryState.DEAD, next_at=now, status=status, reason=reason)
    next_at = now + timedelta(seconds=wait)
    return DeliveryEnd(state=DeliveryState.WAITING, next_at=next_at, status=status, reason=reason)
