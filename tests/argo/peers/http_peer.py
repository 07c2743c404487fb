"""A vendor's HTTP on loopback: requests are parsed, answers are whole, plans have limits, faults take their place."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.argo.adapters.vendor_path.raw_peer import Answering, answer, running_peer
from tests.argo.peers.plan_limit import PlanLimit

REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


@dataclass(frozen=True)
class Request:
    """`path` decoded, `query` with the last value of each name, `headers` by lower-case name."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """A whole answer; `body` is JSON unless it is bytes."""

    body: Any
    status: int = 200
    kind: str = "application/json"
    headers: tuple[str, ...] = ()

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    def answering(self) -> Answering:
        said = f"{self.status} {REASONS.get(self.status, 'Said')}"
        return answer(said, self.encoded(), *self.headers, kind=self.kind)


Replying = Callable[[Request], Reply]


@dataclass
class HttpPeer:
    """`fault`, while set, takes the place of the answers to what `faulty` names; `spoiling` changes good answers.

    `requests` are all that came. Beyond `limit` the plan's `refusal` is the answer; `limited` counts those. Every
    answer takes `delay_seconds`. `tells_left`: good answers say what is left of the limit. With `now` they say when
    they were given.
    """

    replying: Replying
    url: str = ""
    requests: list[Request] = field(default_factory=list)
    fault: Answering | None = None
    faulty: Callable[[Request], bool] = lambda _: True
    spoiling: Callable[[Reply], Reply] | None = None
    limit: PlanLimit | None = None
    refusal: Reply = Reply({}, 429)
    limited: int = 0
    tells_left: bool = False
    delay_seconds: float = 0.0
    now: Callable[[], datetime] | None = None

    def asked(self, part: str) -> list[Request]:
        """The requests whose path holds `part`."""
        return [each for each in self.requests if part in each.path]

    def admitted(self) -> bool:
        """Whether the plan allows one more call now."""
        admitted = self.limit is None or self.limit.admits()
        self.limited += not admitted
        return admitted

    def answering(self, request: Request) -> Answering:
        """What a request within the plan gets."""
        faulty = self.faulty(request)
        if self.fault is not None and faulty:
            return self.fault
        reply = self.replying(request)
        if self.tells_left and self.limit is not None:
            reply = replace(reply, headers=(*reply.headers, f"X-RateLimit-Remaining: {self.limit.left}"))
        if self.now is not None:
            reply = replace(reply, headers=(*reply.headers, f"Date: {format_datetime(self.now(), usegmt=True)}"))
        spoilt = self.spoiling(reply) if self.spoiling is not None and faulty else reply
        return spoilt.answering()


@asynccontextmanager
async def serving(replying: Replying, port: int = 0) -> AsyncIterator[HttpPeer]:
    """The peer behind a real listener, on a port of its own if none is named."""
    peer = HttpPeer(replying)

    async def answered(writer: asyncio.StreamWriter) -> None:
        request = parsed(raw.requests.pop())  # ours: nothing was awaited since it was noted
        peer.requests.append(request)
        admitted = peer.admitted()  # a plan counts what comes, not what has been answered
        await asyncio.sleep(peer.delay_seconds)
        await (peer.answering(request) if admitted else peer.refusal.answering())(writer)

    async with running_peer(answered, port) as raw:
        peer.url = raw.url
        yield peer


def parsed(request: bytes) -> Request:
    """A whole request."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    parts = urlsplit(first.split(" ")[1])
    headers = dict(line.split(": ", 1) for line in lines)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return Request(unquote(parts.path), query, {name.lower(): value for name, value in headers.items()}, body)
