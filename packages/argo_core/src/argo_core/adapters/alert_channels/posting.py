"""One JSON request to a vendor, and what its answer means for an alert."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from argo_core.model.alert import Delivery

DEADLINE_SECONDS = 5.0
LONGEST_DETAIL = 200
MASK = "••••"
# The request itself is wrong, or the key: sending it again cannot help.
PERMANENT = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})


class Posting:
    """Posts to one address. Close the client that it was given. `explain` reads the vendor's own words out of an answer
    that is no success, and `secret` is taken out of them; `now` is only for a Retry-After that names a date."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        channel: str,
        url: str,
        explain: Callable[[httpx.Response], str],
        secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._client, self._channel, self._url = client, channel, url
        self._explain, self._now, self._deadline = explain, now, deadline_seconds
        self._secret = secret

    async def post(self, document: object, headers: Mapping[str, str] | None = None) -> Delivery:
        """Never raises for the vendor's sake. The address is not told: it may be a secret. A failed delivery without
        `permanent` may be tried again, after `retry_after` where the vendor names it (RFC 9110, 10.2.3)."""
        try:
            async with asyncio.timeout(self._deadline):
                answer = await self._client.post(self._url, json=document, headers=dict(headers or {}), timeout=None)
        except TimeoutError:
            return self._failed(f"no answer within {self._deadline:g} s")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return self._failed(f"not reached: {type(error).__name__}")
        if answer.is_success:
            return Delivery(channel=self._channel, delivered=True, detail=f"taken: {answer.status_code}")
        words = " ".join(self._explain(answer).split()).replace(self._secret, MASK)[:LONGEST_DETAIL]
        permanent = answer.status_code in PERMANENT
        asked = None if permanent else self._asked(answer.headers.get("retry-after"))
        detail = f"{answer.status_code}{f': {words}' if words else ''}"
        return Delivery(channel=self._channel, delivered=False, detail=detail, permanent=permanent, retry_after=asked)

    def _failed(self, detail: str) -> Delivery:
        return Delivery(channel=self._channel, delivered=False, detail=detail)

    def _asked(self, header: str | None) -> float | None:
        """Seconds, from a number of them or from a date."""
        if header is None:
            return None
        if header.isascii() and header.isdigit():
            return float(header)
        try:
            return max((parsedate_to_datetime(header) - self._now()).total_seconds(), 0.0)
        except (ValueError, TypeError):
            return None


def json_words(answer: httpx.Response, *fields: str) -> str:
    """The named fields of a JSON object, one after the other; "" for anything else."""
    try:
        document = answer.json()
    except ValueError:
        return ""
    if not isinstance(document, dict):
        return ""
    found = (document.get(field) for field in fields)
    each = (", ".join(map(str, one)) if isinstance(one, list) else str(one) for one in found if one)
    return ": ".join(each)
