"""HTTP with Alpaca: explicit deadlines, one attempt for what changes something, patience for what only reads.

An answer counts only with its status and a JSON body; whatever else comes is UNCLEAR. No key is ever in an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from argo_core.adapters.alpaca.refusal_parse import Refusal, RefusalKind, one_line, parse_refusal
from argo_core.adapters.alpaca.token_bucket import Pace, TokenBucket
from argo_core.errors import Unavailable
from argo_core.model.backoff import Backoff
from argo_core.model.venue_account import Credential

SUCCESS = frozenset({200, 204, 207})
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """In seconds. `longest_wait` bounds what a server may ask us to wait; `attempts` of one read."""

    connect: float = 3.0
    answer: float = 10.0
    longest_wait: float = 20.0
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class Line:
    """Where one account's requests go, with which key, how fast and how patiently."""

    host: str
    credential: Credential
    bucket: TokenBucket
    pace: Pace
    deadlines: Deadlines = Deadlines()
    backoff: Backoff = Backoff()


class KeyRefused(Unavailable):
    """The venue does not take our key. No request will pass until an operator has looked."""


def key_refused(host: str, status: int | None) -> KeyRefused:
    """The error for a 401, or a 403 that names no rule of trading."""
    return KeyRefused(
        f"{host} refuses the key ({status}): a key works only on the host of its own account; check that it is not a "
        "live key on the paper host or a paper key on the live host, nor revoked"
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """A success: `body` is JSON, empty for 204."""

    status: int
    body: bytes


class Transport:
    """One account's requests. Close the client that it was given."""

    def __init__(self, client: httpx.AsyncClient, line: Line) -> None:
        self._client, self._host, self._credential = client, line.host, line.credential
        bucket, pace, deadlines, backoff = line.bucket, line.pace, line.deadlines, line.backoff
        self._bucket, self._pace, self._deadlines, self._backoff = bucket, pace, deadlines, backoff
        self._timeout = httpx.Timeout(deadlines.answer, connect=deadlines.connect)

    @property
    def secrets(self) -> tuple[str, str]:
        """What no text may show."""
        return self._credential.secret, self._credential.key_id

    async def read(self, path: str, query: dict[str, str] | None = None) -> Answered | Refusal:
        """The answer to a GET, asked again while it is unclear or we are told to wait.

        Raises KeyRefused; Unavailable when the venue does not answer in the end.
        """
        asked: float | None = None
        for attempt in range(1, self._deadlines.attempts + 1):
            try:
                answer, asked = await self._once("GET", path, query, None, order=False)
            except KeyRefused:
                raise
            except Unavailable:
                answer, asked = None, None
            if answer is not None and not _again(answer):
                return answer
            if attempt < self._deadlines.attempts:
                wait = self._backoff.wait_seconds(attempt, self._pace.chance(), asked)
                await self._pace.sleep(min(wait, self._deadlines.longest_wait))
        raise Unavailable(f"the venue does not answer GET {path}: try again later", retry_after=asked)

    async def change(self, method: str, path: str, form: dict[str, Any] | None = None) -> Answered | Refusal:
        """The answer to a POST or DELETE, sent once. UNCLEAR: look whether it happened. A 429 has been waited out.

        Raises Unavailable when nothing was sent, KeyRefused.
        """
        answer, asked = await self._once(method, path, None, form, order=True)
        if isinstance(answer, Refusal) and answer.kind is RefusalKind.LIMITED:
            wait = self._backoff.wait_seconds(1, self._pace.chance(), asked)
            await self._pace.sleep(min(wait, self._deadlines.longest_wait))
        return answer

    async def _once(
        self, method: str, path: str, query: dict[str, str] | None, form: dict[str, Any] | None, *, order: bool
    ) -> tuple[Answered | Refusal, float | None]:
        await self._bucket.take(order=order)
        headers = {"APCA-API-KEY-ID": self._credential.key_id, "APCA-API-SECRET-KEY": self._credential.secret}
        content = None if form is None else msgspec.json.encode(form)
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = await self._client.request(
                method, f"{self._host}{path}", params=query, content=content, headers=headers, timeout=self._timeout
            )
        except NOTHING_SENT as error:
            raise Unavailable(f"{self._host} cannot be reached ({type(error).__name__}): is the network up?") from error
        except httpx.HTTPError as error:
            why = one_line(f"no answer to {method} {path} ({type(error).__name__})", self.secrets)
            return Refusal(kind=RefusalKind.UNCLEAR, status=0, message=why), None
        return self._meant(response), self._asked_wait(response.headers)

    def _meant(self, response: httpx.Response) -> Answered | Refusal:
        body = response.content
        if response.status_code in SUCCESS and (_is_json(response) or response.status_code == 204):
            return Answered(response.status_code, body)
        refusal = parse_refusal(response.status_code, body, self.secrets)
        if refusal.kind is RefusalKind.KEYS:
            raise key_refused(self._host, response.status_code)
        return refusal

    def _asked_wait(self, headers: httpx.Headers) -> float | None:
        """Seconds that the venue wants us to wait: Retry-After, else until X-RateLimit-Reset where nothing is left."""
        after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
        if after.isascii() and after.isdigit():
            return float(after)
        if headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdigit():
            return max(float(reset) - self._pace.wall(), 0.0)
        return None


def _again(answer: Answered | Refusal) -> bool:
    return isinstance(answer, Refusal) and answer.kind in (RefusalKind.UNCLEAR, RefusalKind.LIMITED)


def _is_json(response: httpx.Response) -> bool:
    kind: str = response.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower() == "application/json"
