"""Requests: patient where they only read, sent once where they change something, and silent about keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from argo_core.adapters.alpaca.refusal_parse import Refusal, RefusalKind
from argo_core.adapters.alpaca.token_bucket import Pace, TokenBucket
from argo_core.adapters.alpaca.transport import Answered, Deadlines, KeyRefused, Line, Transport
from argo_core.errors import Unavailable
from argo_core.model.backoff import Backoff
from argo_core.model.venue_account import Credential
from tests.argo.adapters.alpaca.conftest import CREDENTIAL, Waits
from tests.argo.adapters.alpaca.fake.faults import FaultKind
from tests.argo.adapters.alpaca.fake.server import KEY, SECRET, FakeAlpaca

PATIENT = Deadlines(connect=20.0, answer=20.0, longest_wait=20.0, attempts=4)
HASTY = Deadlines(connect=20.0, answer=1.0, longest_wait=20.0, attempts=4)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as one:
        yield one


def transport_of(
    client: httpx.AsyncClient,
    url: str,
    waits: Waits,
    credential: Credential = CREDENTIAL,
    deadlines: Deadlines = PATIENT,
) -> Transport:
    """With waits that take no time."""
    pace = waits.pace()
    return Transport(client, Line(url, credential, TokenBucket(pace), pace, deadlines, Backoff(longest_seconds=60.0)))


@pytest.mark.parametrize(
    ("retry_after", "reset_at", "waited"),
    [("7", None, 7.0), (None, "1000009", 9.0), ("500", None, 20.0), (None, None, 0.1875), ("soon", None, 0.1875)],
)
async def test_a_read_waits_as_long_as_it_is_asked_to(
    fake: FakeAlpaca,
    client: httpx.AsyncClient,
    waits: Waits,
    retry_after: str | None,
    reset_at: str | None,
    waited: float,
) -> None:
    fake.retry_after, fake.reset_at = retry_after, reset_at
    fake.faults.add("GET", "/v2/clock", FaultKind.RATE_LIMITED)
    answer = await transport_of(client, fake.url, waits).read("/v2/clock")
    assert isinstance(answer, Answered)
    assert waits.slept == [waited]


async def test_what_changes_something_is_sent_once(fake: FakeAlpaca, client: httpx.AsyncClient, waits: Waits) -> None:
    for kind in (FaultKind.SERVER_ERROR, FaultKind.TIMEOUT_AFTER, FaultKind.RATE_LIMITED, FaultKind.HTML_BODY):
        fake.faults.add("POST", "/v2/orders", kind)
    transport = transport_of(client, fake.url, waits, deadlines=HASTY)
    form = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    kinds = []
    for _ in range(4):
        answer = await transport.change("POST", "/v2/orders", form)
        assert isinstance(answer, Refusal)
        kinds.append(answer.kind)
    assert kinds == [RefusalKind.UNCLEAR, RefusalKind.UNCLEAR, RefusalKind.LIMITED, RefusalKind.UNCLEAR]
    assert len(fake.posted()) == 4


async def test_a_venue_that_cannot_be_reached_was_sent_nothing(client: httpx.AsyncClient, waits: Waits) -> None:
    transport = transport_of(client, "http://127.0.0.1:1", waits)
    with pytest.raises(Unavailable, match="cannot be reached"):
        await transport.change("POST", "/v2/orders", {})


async def test_a_key_that_the_venue_echoes_is_not_passed_on(
    fake: FakeAlpaca, client: httpx.AsyncClient, waits: Waits
) -> None:
    fake.exchange.asset_error = f"no access for {KEY} / {SECRET}\nnext line"
    answer = await transport_of(client, fake.url, waits).read("/v2/assets/AAPL")
    assert isinstance(answer, Refusal)
    assert answer.message == "no access for [redacted] / [redacted] next line"


async def test_a_refused_key_is_asked_once_and_not_shown(
    fake: FakeAlpaca, client: httpx.AsyncClient, waits: Waits
) -> None:
    wrong = Credential("PKWRONG0000000000001", "hidden-secret")
    with pytest.raises(KeyRefused) as refused:
        await transport_of(client, fake.url, waits, wrong).read("/v2/clock")
    assert len(fake.calls) == 1
    assert "hidden-secret" not in str(refused.value)
    assert "PKWRONG" not in str(refused.value)


async def test_the_bucket_keeps_a_part_for_orders() -> None:
    now, slept = [0.0], list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds
        await asyncio.sleep(0)

    bucket = TokenBucket(Pace(lambda: now[0], sleep, lambda: 0.5, lambda: 0.0), per_minute=60.0, kept=10.0)
    for _ in range(50):
        await bucket.take(order=False)
    assert slept == []
    await bucket.take(order=False)
    assert slept == [1.0]
    for _ in range(10):
        await bucket.take(order=True)
    assert slept == [1.0]
    await bucket.take(order=True)
    assert slept == [1.0, 1.0]
