"""Grok's adapter against a model server that is not ours, and that judges its clients."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest

from argo_core.adapters.vendor_path import HttpLimits, Redacted, VendorHttp
from argo_core.adapters.vendors.xai import XaiOpinions
from argo_core.adapters.vendors.xai_parse import refusing
from argo_core.errors import SourceError
from argo_core.model.opinion_answer import OpinionAnswer
from argo_core.pipeline.opinion_budget import Unmetered
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.vendors.opinion_peers import AT, KEY, question, vendor_path
from tests.argo.peers.llm_mock import LlmMock, NoLlmMock, llm_mock
from tests.argo.peers.opinion import vote_text

pytestmark = pytest.mark.timeout(120)
GOOD = {"type": "reply", "text": vote_text()}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlmMock]:
    """Where CI=true a missing one fails: nothing is skipped."""
    try:
        with llm_mock(tmp_path_factory.mktemp("llmock")) as server:
            yield server
    except NoLlmMock as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
def server(running: LlmMock) -> LlmMock:
    running.forget()
    return running


@asynccontextmanager
async def grok(server: LlmMock) -> AsyncIterator[XaiOpinions]:
    """The adapter over a real path, the clock of its waits the machine's own."""
    clock, secrets = FixedClock(AT), Redacted([KEY])
    async with httpx.AsyncClient() as client:
        limits = HttpLimits(connect_seconds=20.0, total_seconds=20.0)
        headers = {"Authorization": f"Bearer {KEY}"}
        http = VendorHttp(
            client, server.url, headers, secrets, clock=clock, name="xai", limits=limits, refusing=refusing
        )
        path = vendor_path("xai", clock, secrets, 20.0)
        try:
            yield XaiOpinions(http, path, secrets=secrets, ticks=time.monotonic)
        finally:
            await path.close()


async def answered(vendor: XaiOpinions, within: float = 20.0) -> OpinionAnswer:
    """Asks again and again, as the background job does, until there is an answer."""
    async with asyncio.timeout(within):
        while True:
            try:
                return await vendor.ask(question(), Unmetered())
            except SourceError as refusal:
                assert refusal.reason == "RATE_LIMITED", refusal
                await asyncio.sleep(0.02)


async def test_an_answer_that_keeps_to_our_schema_is_a_vote_without_sources(server: LlmMock) -> None:
    server.play(GOOD)
    async with grok(server) as vendor:
        answer = await vendor.ask(question(), Unmetered())
    assert (answer.direction, answer.confidence, answer.citations) == (1, 30.0, ())
    assert server.faults_found() == (0, [])


async def test_a_limited_client_waits_as_long_as_it_was_told_to(server: LlmMock) -> None:
    server.play({"type": "fail", "status": 429, "retry_after": 2}, GOOD)
    async with grok(server) as vendor:
        answer = await answered(vendor)
    assert answer.direction == 1
    assert len(server.asked()) == 2
    assert server.faults_found() == (1, [])


async def test_words_off_the_schema_are_asked_once_more_and_are_no_vote(server: LlmMock) -> None:
    server.play({"type": "reply", "text": "Surely up."}, {"type": "reply", "text": json.dumps({"direction": "up"})})
    async with grok(server) as vendor:
        with pytest.raises(SourceError) as refused:
            await vendor.ask(question(), Unmetered())
    assert refused.value.reason == "REFUSED_ANSWER"
    assert len(server.asked()) == 2


async def test_a_server_error_is_not_paid_for_twice(server: LlmMock) -> None:
    server.play({"type": "fail", "status": 500}, GOOD)
    async with grok(server) as vendor:
        with pytest.raises(SourceError) as refused:
            await vendor.ask(question(), Unmetered())
    assert refused.value.reason == "VENDOR_ERROR"
    assert len(server.asked()) == 1
