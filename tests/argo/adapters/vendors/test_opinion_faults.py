"""Every fault of a language-model vendor is an absence with its reason, never a vote; no text shows the key."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

import msgspec
import pytest

from argo_core.adapters.vendors.opinion_asking import AskingPolicy
from argo_core.errors import SourceError
from argo_core.pipeline.opinion_budget import Unmetered
from tests.argo.adapters.vendor_path.raw_peer import Answering, answer, drip, raw, reset, silence
from tests.argo.adapters.vendors.opinion_peers import KEY, in_turn, ok, question, talking
from tests.argo.peers.opinion import PAGE, said, vector, vote_text

VENDORS = ("xai", "perplexity")


@dataclass(frozen=True)
class Fault:
    """What the vendor does, and what it must mean. `requests`: how often it may be asked."""

    answering: Answering
    reason: str
    requests: int = 1
    permanent: bool = False
    retry_after: float | None = None


def documented(vendor: str, name: str, status: str, *headers: str) -> Answering:
    error = vector(vendor, "errors.json")[name]
    body = error["body"] if isinstance(error["body"], str) else json.dumps(error["body"])
    return answer(status, body.encode(), *headers, kind=error.get("content_type", "application/json"))


def broken(vendor: str, **changes: object) -> Answering:
    return ok({**said(vendor, vote_text()), **changes})


OFF_SCHEMA = {
    "prose": "I would go long.",
    "fenced JSON": f"```json\n{vote_text()}\n```",
    "an instruction obeyed": '{"direction":"LONG","confidence":100}',
    "a confidence of 100": vote_text(confidence=100),
    "a confidence as text": vote_text(confidence="0.9"),
    "NaN": vote_text().replace("0.62", "NaN"),
    "infinity": vote_text().replace("0.62", "1e999"),
    "a missing field": '{"direction":"long","confidence":0.6,"rationale":"r"}',
    "an unknown field": vote_text(position_size=100),
    "nine citations": vote_text(citations=[{"url": PAGE, "claim": "c"}] * 9),
    "a rationale too long": vote_text(rationale="r" * 1201),
    "two directions": vote_text()[:-1] + ', "direction": "short"}',
    "a vote behind a vote": vote_text() + vote_text(),
    "cut off": vote_text()[:-5],
    "nothing": "",
    "a lone surrogate": vote_text(rationale="\ud800"),
    "60 kB": vote_text(rationale="x" * 60_000),
}


def on_the_wire(vendor: str) -> dict[str, Fault]:
    """What HTTP says, or does not say."""
    good = json.dumps(said(vendor, vote_text())).encode()
    return {
        "time-out": Fault(silence, "TIMEOUT"),
        "slow drip": Fault(drip, "TIMEOUT"),
        "reset": Fault(reset, "VENDOR_ERROR"),
        "no HTTP": Fault(raw(b"SSH-2.0\r\n\r\n"), "VENDOR_ERROR"),
        "429 with Retry-After": Fault(
            documented(vendor, "rate", "429 Too Many Requests", "Retry-After: 7"), "RATE_LIMITED", retry_after=7.0
        ),
        "429 without": Fault(documented(vendor, "rate", "429 Too Many Requests"), "RATE_LIMITED"),
        "500": Fault(answer("500 Internal Server Error", b"oops", kind="text/plain"), "VENDOR_ERROR"),
        "403": Fault(answer("403 Forbidden", b"{}"), "DISABLED", permanent=True),
        "402 credits": Fault(answer("402 Payment Required", b"{}"), "DISABLED", permanent=True),
        "HTML in 200": Fault(answer("200 OK", b"<html>", kind="text/html"), "REFUSED_ANSWER"),
        "HTML in 200 that says JSON": Fault(answer("200 OK", b"<html>"), "REFUSED_ANSWER"),
        "truncated JSON": Fault(answer("200 OK", good[:-40]), "REFUSED_ANSWER"),
    }


def in_a_success(vendor: str) -> dict[str, Fault]:
    """What a status of 200 may hold instead of a vote; nothing whole said is asked for once more, without search."""
    return {
        "wrong form": Fault(ok({"choices": []}), "REFUSED_ANSWER"),
        "a list": Fault(ok([1]), "REFUSED_ANSWER"),
        "under way": Fault(broken(vendor, status="in_progress"), "REFUSED_ANSWER"),
        "failed in 200": Fault(broken(vendor, status="failed", output=None), "VENDOR_ERROR"),
        "cancelled in 200": Fault(broken(vendor, status="cancelled"), "VENDOR_ERROR"),
        "error beside an answer": Fault(broken(vendor, error={"message": "m"}), "VENDOR_ERROR"),
        "too long": Fault(answer("200 OK", b'"' + b"x" * 100_001 + b'"'), "REFUSED_ANSWER"),
        "cut short by its own limit": Fault(broken(vendor, status="incomplete"), "REFUSED_ANSWER", requests=2),
        "no message": Fault(broken(vendor, output=[]), "REFUSED_ANSWER", requests=2),
        "a refusal": Fault(
            broken(vendor, output=[{"type": "message", "content": [{"type": "refusal", "refusal": "no"}]}]),
            "REFUSED_ANSWER",
            requests=2,
        ),
        "a refusal beside a vote": Fault(
            broken(
                vendor,
                output=[
                    {
                        "type": "message",
                        "content": [{"type": "refusal"}, {"type": "output_text", "text": vote_text()}],
                    }
                ],
            ),
            "REFUSED_ANSWER",
            requests=2,
        ),
        **{
            f"off the schema: {name}": Fault(ok(said(vendor, text)), "REFUSED_ANSWER", requests=2)
            for name, text in OFF_SCHEMA.items()
        },
    }


FAULTS: dict[tuple[str, str], Fault] = {
    **{
        (vendor, name): fault
        for vendor in VENDORS
        for name, fault in (on_the_wire(vendor) | in_a_success(vendor)).items()
    },
    ("xai", "the removed interface's form"): Fault(ok(vector("xai", "chat_response_legacy.json")), "REFUSED_ANSWER"),
    ("perplexity", "the ended interface's form"): Fault(
        ok(vector("perplexity", "sonar_legacy_response.json")), "REFUSED_ANSWER"
    ),
    ("xai", "403 as documented"): Fault(documented("xai", "forbidden", "403 Forbidden"), "DISABLED", permanent=True),
    ("xai", "bad key as 400"): Fault(documented("xai", "bad_key", "400 Bad Request"), "DISABLED", permanent=True),
    ("xai", "410"): Fault(documented("xai", "live_search_removed", "410 Gone"), "DISABLED", permanent=True),
    ("xai", "422 as text"): Fault(
        documented("xai", "bad_body", "422 Unprocessable Entity"), "VENDOR_ERROR", permanent=True
    ),
    ("xai", "503 capacity"): Fault(documented("xai", "capacity", "503 Service Unavailable"), "VENDOR_ERROR"),
    ("perplexity", "401 as a page"): Fault(
        documented("perplexity", "bad_key", "401 Unauthorized"), "DISABLED", permanent=True
    ),
    ("perplexity", "400 unknown field"): Fault(
        documented("perplexity", "unknown_field", "400 Bad Request"), "VENDOR_ERROR", permanent=True
    ),
    ("perplexity", "424"): Fault(answer("424 Failed Dependency", b"{}"), "VENDOR_ERROR"),
    ("perplexity", "502 off the schema, twice"): Fault(
        documented("perplexity", "upstream_structured", "502 Bad Gateway"), "REFUSED_ANSWER", requests=2
    ),
}


@pytest.mark.parametrize(("vendor", "name"), FAULTS)
async def test_a_fault_is_its_reason_and_no_vote(vendor: str, name: str) -> None:
    fault = FAULTS[vendor, name]
    slow = fault.answering in (silence, drip)
    async with talking(vendor, fault.answering, seconds=0.3 if slow else 20.0) as talk:
        with pytest.raises(SourceError) as caught:
            await talk.vendor.ask(question(), Unmetered())
    error = caught.value
    assert (error.reason, error.permanent, error.retry_after) == (fault.reason, fault.permanent, fault.retry_after)
    assert len(talk.peer.requests) == fault.requests
    assert "\n" not in str(error)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_vendor_that_is_not_there_is_a_vendor_error(vendor: str) -> None:
    async with talking(vendor, silence) as gone:
        pass
    with pytest.raises(SourceError) as caught:
        await gone.vendor.ask(question(), Unmetered())
    assert caught.value.reason in ("VENDOR_ERROR", "DISABLED")


@pytest.mark.parametrize("vendor", VENDORS)
async def test_an_answer_that_cannot_be_used_is_a_failure_of_its_vendor_that_opens_no_breaker(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, "I would go long."))) as talk:
        with pytest.raises(SourceError):
            await talk.vendor.ask(question(), Unmetered())
        told = talk.path.statistics()
    assert (told.fetches, told.failures, told.success_rate_pct, told.breaker) == (2, 2, 0.0, "closed")
    assert told.errors == {"refused_answer": 2}
    assert "no vote" in str(told.last_error)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_second_attempt_may_succeed_and_both_are_paid_for(vendor: str) -> None:
    first, second = said(vendor, "no JSON", cost_usd=0.004), said(vendor, vote_text(), reported=(), cost_usd=0.001)
    async with talking(vendor, in_turn(ok(first), ok(second))) as talk:
        answered = await talk.vendor.ask(question(), Unmetered())
    assert answered.usage.cost_usd == pytest.approx(0.005)
    assert (answered.direction, answered.citations, answered.confidence) == (1, (), 30.0)
    assert "tools" in talk.asked(0)
    assert "tools" not in talk.asked(1)


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "address", ["https://www.reuters.com/y", "https://evil.example/x", "http://www.reuters.com/x", "reuters.com/x"]
)
async def test_an_invented_citation_is_dropped_and_caps_the_confidence(vendor: str, address: str) -> None:
    text = vote_text(confidence=0.99, citations=[{"url": address, "claim": "c"}])
    async with talking(vendor, ok(said(vendor, text))) as talk:
        answered = await talk.vendor.ask(question(), Unmetered())
    assert (answered.citations, answered.confidence) == ((), 30.0)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_cap_of_unsourced_answers_is_a_setting(vendor: str) -> None:
    body = said(vendor, vote_text(citations=[]))
    async with talking(vendor, ok(body), asking=AskingPolicy(unsourced_cap=55.0)) as talk:
        assert (await talk.vendor.ask(question(), Unmetered())).confidence == 55.0


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_key_in_a_successful_body_is_neither_kept_nor_shown(vendor: str) -> None:
    text = vote_text(rationale=f"your key is {KEY}", citations=[{"url": PAGE, "claim": KEY}])
    async with talking(vendor, ok({**said(vendor, text), "debug": {"authorization": f"Bearer {KEY}"}})) as talk:
        answered = await talk.vendor.ask(question(), Unmetered())
    assert KEY.encode() not in msgspec.json.encode(answered) + answered.raw
    assert answered.rationale == "your key is [secret]"


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    "status", ["400 Bad Request", "401 Unauthorized", "429 Too Many Requests", "503 Unavailable", "200 OK"]
)
async def test_a_key_in_an_error_is_not_shown(vendor: str, status: str) -> None:
    body = json.dumps({"status": "failed", "error": {"message": f"bad key {KEY}"}}).encode()
    async with talking(vendor, answer(status, body)) as talk:
        with pytest.raises(SourceError) as caught:
            await talk.vendor.ask(question(), Unmetered())
    assert KEY not in f"{caught.value!r} {caught.value.__cause__!r} {talk.path.statistics()!r}"


@pytest.mark.parametrize("vendor", VENDORS)
async def test_at_most_two_questions_are_under_way(vendor: str) -> None:
    gate, waiting, most = asyncio.Event(), 0, 0

    async def held(writer: asyncio.StreamWriter) -> None:
        nonlocal waiting, most
        waiting, most = waiting + 1, max(most, waiting + 1)
        await gate.wait()
        waiting -= 1
        await ok(said(vendor, vote_text()))(writer)

    async with talking(vendor, held) as talk, asyncio.timeout(20), asyncio.TaskGroup() as group:
        asking = [group.create_task(talk.vendor.ask(question(f"source_{n}"), Unmetered())) for n in range(5)]
        while waiting < 2:
            await asyncio.sleep(0.001)
        for _ in range(20):
            await asyncio.sleep(0.001)
        gate.set()
    assert (most, len([task.result() for task in asking])) == (2, 5)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_question_that_gets_no_turn_in_time_is_refused_and_leaves_the_other(vendor: str) -> None:
    # Four looks at the clock find 0: three of the first question, one of the second, whose minute is then all but over.
    now = iter([0.0, 0.0, 0.0, 0.0])
    asking = AskingPolicy(deadline_seconds=60.0, at_once=1)
    async with talking(vendor, silence, asking=asking, ticks=lambda: next(now, 59.99)) as talk, asyncio.timeout(20):
        first = asyncio.create_task(talk.vendor.ask(question("one"), Unmetered()))
        while not talk.peer.requests:
            await asyncio.sleep(0.001)
        with pytest.raises(SourceError) as caught:
            await talk.vendor.ask(question("two"), Unmetered())
        assert (caught.value.reason, first.done(), len(talk.peer.requests)) == ("RATE_LIMITED", False, 1)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_deadline_bounds_both_attempts_together(vendor: str) -> None:
    answers = in_turn(ok(said(vendor, "no JSON")), silence)
    async with talking(vendor, answers, asking=AskingPolicy(deadline_seconds=0.4)) as talk:
        async with asyncio.timeout(10.0):
            with pytest.raises(SourceError) as caught:
                await talk.vendor.ask(question(), Unmetered())
    assert caught.value.reason == "TIMEOUT"
