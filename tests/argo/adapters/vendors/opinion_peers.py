"""xAI and Perplexity on loopback, each with the adapter that talks to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from argo_core.adapters.vendor_path import HttpLimits, MemoryBudget, MemoryCache, Redacted, VendorHttp, VendorPath
from argo_core.adapters.vendors import perplexity_parse, xai_parse
from argo_core.adapters.vendors.opinion_asking import AskingPolicy
from argo_core.adapters.vendors.perplexity import PerplexityOpinions
from argo_core.adapters.vendors.perplexity_parse import PerplexityPolicy
from argo_core.adapters.vendors.xai import XaiOpinions
from argo_core.adapters.vendors.xai_parse import XaiPolicy
from argo_core.model.opinion_answer import Question
from argo_core.ports.opinion_vendor import OpinionVendor
from argo_core.sources.opinion_facts import SymbolFacts
from argo_core.sources.opinion_prompt import question_of
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.vendor_path.raw_peer import Answering, RawPeer, answer, running_peer

KEY = "llm-7f3c9Q+/a1==Zq"
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FACTS = SymbolFacts(symbol="AAPL", price=271.3, as_of=AT)


def question(source: str = "x_sentiment", facts: SymbolFacts = FACTS) -> Question:
    return question_of(source, facts, 60)


def ok(body: object) -> Answering:
    return answer("200 OK", json.dumps(body).encode())


def in_turn(*answers: Answering) -> Answering:
    """One answer after the other, the last for ever."""
    turns = iter(range(1_000_000))

    async def write(writer: asyncio.StreamWriter) -> None:
        await answers[min(next(turns), len(answers) - 1)](writer)

    return write


@dataclass
class Talk:
    """A vendor under test, its peer, and the path between them."""

    vendor: OpinionVendor
    peer: RawPeer
    path: VendorPath

    def asked(self, number: int = 0) -> dict[str, Any]:
        """The JSON of one request."""
        decoded: dict[str, Any] = json.loads(self.peer.requests[number].partition(b"\r\n\r\n")[2])
        return decoded


@asynccontextmanager
async def talking(
    vendor: str,
    answering: Answering,
    *,
    seconds: float = 20.0,
    asking: AskingPolicy = AskingPolicy(),
    xai: XaiPolicy = XaiPolicy(),
    perplexity: PerplexityPolicy = PerplexityPolicy(),
    key: str = KEY,
    ticks: Callable[[], float] = time.monotonic,
    url: str = "",
) -> AsyncIterator[Talk]:
    """The adapter of `xai` or `perplexity` against a peer that answers so, or against whoever is at `url`."""
    clock, secrets = FixedClock(AT), Redacted([key])
    refusing = {"xai": xai_parse.refusing, "perplexity": perplexity_parse.refusing}[vendor]
    async with running_peer(answering) as peer, httpx.AsyncClient() as client:
        headers: Mapping[str, str] = {"Authorization": f"Bearer {key}"}
        limits = HttpLimits(connect_seconds=seconds, total_seconds=seconds, body_bytes=100_000)
        http = VendorHttp(
            client, url or peer.url, headers, secrets, clock=clock, name=vendor, limits=limits, refusing=refusing
        )
        path = vendor_path(vendor, clock, secrets, seconds)
        made: OpinionVendor = (
            XaiOpinions(http, path, secrets=secrets, ticks=ticks, policy=xai, asking=asking)
            if vendor == "xai"
            else PerplexityOpinions(
                http, path, secrets=secrets, clock=clock, ticks=ticks, policy=perplexity, asking=asking
            )
        )
        try:
            yield Talk(made, peer, path)
        finally:
            await path.close()


def vendor_path(vendor: str, clock: FixedClock, secrets: Redacted, seconds: float) -> VendorPath:
    return VendorPath(
        vendor,
        cache=MemoryCache(clock, time.monotonic),
        budget=MemoryBudget(vendor, rate_per_second=1000.0, burst=1000, ticks=time.monotonic),
        clock=clock,
        ticks=time.monotonic,
        jitter=lambda: 0.0,
        secrets=secrets,
        timeout_seconds=seconds,
    )
