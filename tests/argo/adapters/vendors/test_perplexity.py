"""Asking Sonar: the request, the answer, and the failures that come as successes."""

from __future__ import annotations

import json

import pytest

from argo_core.adapters.vendors.perplexity_parse import PerplexityPolicy, reply_of
from argo_core.errors import ConfigError, SourceError
from argo_core.model.opinion_answer import Citation, Usage
from argo_core.pipeline.opinion_budget import Unmetered
from argo_core.sources.opinion_prompt import INSTRUCTIONS
from tests.argo.adapters.vendor_path.raw_peer import answer as wire
from tests.argo.adapters.vendors.opinion_peers import in_turn, ok, question, talking
from tests.argo.peers.opinion import PAGE, said, vector, vote_text

DOMAINS = ("reuters.com", "sec.gov")
UNSTRUCTURED = wire(
    "502 Bad Gateway", json.dumps(vector("perplexity", "errors.json")["upstream_structured"]["body"]).encode()
)


async def test_the_documented_answer_becomes_a_vote() -> None:
    async with talking("perplexity", ok(vector("perplexity", "agent_response.json"))) as talk:
        answer = await talk.vendor.ask(question("sonar"), Unmetered())
    assert (answer.source, answer.direction, answer.confidence) == ("sonar", 1, 62.0)
    assert answer.citations == (Citation(url=PAGE, claim="raised FY guidance"),)
    assert answer.usage == Usage(input_tokens=1890, output_tokens=164, searches=1, cost_usd=0.0034)
    assert answer.model == "perplexity/sonar"


async def test_the_request_has_exactly_the_documented_fields() -> None:
    async with talking(
        "perplexity", ok(said("perplexity", vote_text())), perplexity=PerplexityPolicy(domains=DOMAINS)
    ) as talk:
        await talk.vendor.ask(question("sonar"), Unmetered())
    documented, asked = vector("perplexity", "agent_request.json"), talk.asked()
    assert asked.keys() == documented.keys()
    own = {"instructions", "input"}
    assert {name: value for name, value in asked.items() if name not in own} == {
        name: value for name, value in documented.items() if name not in own
    }
    assert asked["instructions"] == INSTRUCTIONS
    assert talk.peer.requests[0].startswith(b"POST /v1/agent HTTP/1.1\r\n")


async def test_the_second_attempt_neither_searches_nor_forces_a_search() -> None:
    answers = in_turn(ok(said("perplexity", "no JSON")), ok(said("perplexity", vote_text(), reported=())))
    async with talking("perplexity", answers) as talk:
        await talk.vendor.ask(question("sonar"), Unmetered())
    assert talk.asked(1).keys() == talk.asked(0).keys() - {"tools", "tool_choice", "max_steps"}


async def test_a_502_that_says_off_the_schema_is_asked_again_without_search() -> None:
    async with talking("perplexity", in_turn(UNSTRUCTURED, ok(said("perplexity", vote_text())))) as talk:
        answer = await talk.vendor.ask(question("sonar"), Unmetered())
    assert (answer.direction, len(talk.peer.requests)) == (1, 2)


async def test_another_502_is_not_asked_again() -> None:
    async with talking("perplexity", wire("502 Bad Gateway", b'{"error":{"message":"down"}}')) as talk:
        with pytest.raises(SourceError, match=r"answered 502 \(down\)") as caught:
            await talk.vendor.ask(question("sonar"), Unmetered())
    assert (caught.value.reason, caught.value.permanent, len(talk.peer.requests)) == ("VENDOR_ERROR", False, 1)


async def test_a_failed_answer_with_status_200_is_a_failure() -> None:
    async with talking("perplexity", ok(vector("perplexity", "agent_failed_200.json"))) as talk:
        with pytest.raises(SourceError, match=r"says that it failed \(model error\)") as caught:
            await talk.vendor.ask(question("sonar"), Unmetered())
    assert (caught.value.reason, len(talk.peer.requests)) == ("VENDOR_ERROR", 1)


def test_a_search_that_found_nothing_reports_nothing() -> None:
    body = said("perplexity", "t", reported=())
    assert reply_of(json.dumps(body).encode(), PerplexityPolicy()).reported == ()


def test_another_currency_is_no_cost_in_dollars() -> None:
    body = said("perplexity", "t")
    body["usage"]["cost"]["currency"] = "EUR"
    assert reply_of(json.dumps(body).encode(), PerplexityPolicy()).usage.cost_usd is None


@pytest.mark.parametrize("domains", [("https://reuters.com",), tuple(f"d{n}.com" for n in range(21))])
def test_domains_that_the_vendor_would_refuse_are_refused_at_the_start(domains: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="domains"):
        PerplexityPolicy(domains=domains)
