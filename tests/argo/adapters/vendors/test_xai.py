"""Asking Grok: the request, the answer, and what is not believed."""

from __future__ import annotations

import json

import pytest

from argo_core.adapters.vendors.xai_parse import XaiPolicy, reply_of
from argo_core.errors import ConfigError
from argo_core.model.opinion_answer import Citation, Usage
from argo_core.pipeline.opinion_budget import Unmetered
from argo_core.sources.opinion_prompt import INSTRUCTIONS
from tests.argo.adapters.vendors.opinion_peers import AT, in_turn, ok, question, talking
from tests.argo.peers.opinion import PAGE, said, vector, vote_text

DOMAINS = ("reuters.com", "sec.gov", "bloomberg.com")


async def test_the_documented_answer_becomes_a_vote() -> None:
    async with talking("xai", ok(vector("xai", "responses_response.json"))) as talk:
        answer = await talk.vendor.ask(question(), Unmetered())
    assert (answer.source, answer.symbol, answer.direction, answer.confidence) == ("x_sentiment", "AAPL", 1, 62.0)
    assert answer.rationale == "Earnings beat and raised guidance; no adverse filings in the last 24 h."
    assert answer.citations == (Citation(url=PAGE, claim="raised FY guidance"),)
    assert (answer.price, answer.market_as_of, answer.model) == (271.3, AT, "grok-4.7")
    assert answer.usage == Usage(input_tokens=2310, output_tokens=402, searches=2, cost_usd=0.007032)
    assert answer.prompt_hash == question().prompt_hash
    assert b'"ad5663da-63e6-86c6-e0be-ff15effa8357"' in answer.raw


async def test_the_request_has_the_documented_form_and_its_key_in_the_header_alone() -> None:
    async with talking("xai", ok(said("xai", vote_text())), xai=XaiPolicy(domains=DOMAINS)) as talk:
        await talk.vendor.ask(question(), Unmetered())
        asked, head = talk.asked(), talk.peer.requests[0].partition(b"\r\n\r\n")[0]
    documented = vector("xai", "responses_request.json")
    assert asked.keys() == documented.keys()
    assert asked["tools"] == documented["tools"]
    assert asked["text"] == documented["text"]
    assert asked["store"] is False
    assert [part["role"] for part in asked["input"]] == ["system", "user"]
    assert asked["input"][0]["content"] == INSTRUCTIONS
    assert head.startswith(b"POST /v1/responses HTTP/1.1\r\n")
    assert b"Bearer llm-7f3c9Q+/a1==Zq" in head
    assert b"llm-7f3c9Q" not in talk.peer.requests[0].partition(b"\r\n\r\n")[2]


async def test_x_is_searched_only_about_the_symbols_that_the_policy_names() -> None:
    async with talking("xai", ok(said("xai", vote_text())), xai=XaiPolicy(x_symbols=("NVDA",))) as talk:
        await talk.vendor.ask(question(), Unmetered())
    assert talk.asked()["tools"] == [{"type": "web_search"}]


async def test_handles_and_the_age_of_posts_are_the_policys() -> None:
    policy = XaiPolicy(web_search=False, x_handles=("SECGov",), x_days=3)
    async with talking("xai", ok(said("xai", vote_text())), xai=policy) as talk:
        await talk.vendor.ask(question(), Unmetered())
    assert talk.asked()["tools"] == [
        {"type": "x_search", "from_date": "2026-11-17", "to_date": "2026-11-20", "allowed_x_handles": ["SECGov"]}
    ]


async def test_a_page_on_x_counts_beside_the_allowed_domains() -> None:
    post = "https://x.com/SECGov/status/1"
    body = said("xai", vote_text(citations=[{"url": post, "claim": "c"}]), reported=(post,))
    async with talking("xai", ok(body), xai=XaiPolicy(domains=DOMAINS)) as talk:
        answer = await talk.vendor.ask(question(), Unmetered())
    assert [page.url for page in answer.citations] == [post]


async def test_without_the_top_level_list_the_annotations_tell_what_was_read() -> None:
    body = vector("xai", "responses_response.json")
    del body["citations"]
    async with talking("xai", ok(body)) as talk:
        answer = await talk.vendor.ask(question(), Unmetered())
    assert [page.url for page in answer.citations] == [PAGE]


async def test_inline_citations_inside_the_json_do_not_break_it() -> None:
    text = vote_text(rationale=f"Guidance was raised.[[1]]({PAGE})") + f"[[2]]({PAGE})"
    async with talking("xai", ok(said("xai", text))) as talk:
        answer = await talk.vendor.ask(question(), Unmetered())
    assert answer.rationale == "Guidance was raised."
    assert len(talk.peer.requests) == 1


def test_more_search_domains_than_the_vendor_takes_are_refused() -> None:
    with pytest.raises(ConfigError, match="at most 5"):
        XaiPolicy(domains=("a.com", "b.com", "c.com", "d.com", "e.com", "f.com"))


def test_the_last_message_is_the_answer() -> None:
    body = said("xai", "the vote")
    body["output"].insert(0, {"type": "message", "content": [{"type": "output_text", "text": "let me look"}]})
    assert reply_of(_encoded(body), XaiPolicy()).text == "the vote"


@pytest.mark.parametrize(
    "usage",
    [None, [], {"input_tokens": True, "output_tokens": -1, "cost_in_usd_ticks": "7"}, {"cost_in_usd_ticks": -1}],
)
def test_figures_that_are_none_are_unknown(usage: object) -> None:
    assert reply_of(_encoded({**said("xai", "t"), "usage": usage}), XaiPolicy()).usage == Usage()


@pytest.mark.parametrize("listed", [None, "https://a.com", [1, None, {"url": 2}], {"url": PAGE}])
def test_a_list_of_sources_of_another_form_names_none(listed: object) -> None:
    assert reply_of(_encoded({**said("xai", "t"), "citations": listed}), XaiPolicy()).reported == ()


async def test_a_second_question_within_the_time_to_live_is_the_same_answer() -> None:
    async with talking(
        "xai", in_turn(ok(said("xai", vote_text())), ok(said("xai", vote_text(confidence=0.1))))
    ) as talk:
        first, second = await talk.vendor.ask(question(), Unmetered()), await talk.vendor.ask(question(), Unmetered())
    assert (first, len(talk.peer.requests)) == (second, 1)


def _encoded(body: object) -> bytes:
    return json.dumps(body).encode()
