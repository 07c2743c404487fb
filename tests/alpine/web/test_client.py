"""The client against the real server: it gets everything once, comes back by itself, and believes nothing."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from alpine_core import client
from alpine_core.client.checking import checked
from alpine_core.client.event_stream import EventLines, SentEvent
from alpine_core.errors import NotProven, OperatorError
from alpine_core.model import Tier
from alpine_core.testing.sample_log import SAMPLE_KEY, SAMPLE_VKEY
from alpine_core.testing.samples import sample_outcome
from alpine_core.verify.note_key import COSIGNER_KEY, SigningKey
from alpine_core.verify.pinned_policy import pinned_policy
from alpine_core.verify.trust_policy import TrustPolicy
from examples import follow_signals
from tests.alpine.web.parts import (
    EMAIL,
    PASSWORD,
    Rig,
    add_account,
    asked,
    deliver,
    recent,
    resolve,
    rig_of,
    served,
)

SOON = client.Backoff(first=0.05, most=0.1, chance=lambda: 1.0)
WITHOUT_WITNESSES = TrustPolicy(logs=[SAMPLE_KEY.key], witnesses={})
Change = Callable[[dict[str, Any]], None]


@asynccontextmanager
async def client_of(rig: Rig, url: str, **changed: Any) -> AsyncIterator[client.AsyncClient]:
    """Signed in as the premium subscriber, believing the rig's log if the rig's witness cosigned."""
    async with client.AsyncClient(url, rig.services.policy, **{"backoff": SOON, **changed}) as made:
        await made.sign_in(EMAIL, PASSWORD)
        yield made


@asynccontextmanager
async def opened(**changed: Any) -> AsyncIterator[tuple[Rig, client.AsyncClient, httpx.AsyncClient]]:
    """A rig on a server, the client, and the provider's side."""
    rig = rig_of()
    await add_account(rig)
    async with asyncio.timeout(30), served(rig) as url, client_of(rig, url, **changed) as made, asked(rig) as provider:
        yield rig, made, provider


async def end(rig: Rig, provider: httpx.AsyncClient, signal_id: str) -> None:
    at = "2026-03-02T15:00:00Z"
    await resolve(rig, provider, sample_outcome(signal_id, exit_at=at, exit_price=184.0125, profit_loss_pct=5.0))


async def take(found: AsyncIterator[client.Event], count: int) -> list[client.Event]:
    return [await anext(found) for _ in range(count)]


def ids(events: list[client.Event]) -> list[str]:
    return [each.signal.signal_id for each in events if each.signal is not None]


async def test_signals_come_proven_with_their_place_witness_and_outcome() -> None:
    async with opened() as (rig, made, provider):
        await deliver(rig, provider, recent(rig, "SIG-1", reasoning="because"), recent(rig, "SIG-2"))
        await end(rig, provider, "SIG-1")
        newest, first = [each async for each in made.signals(limit=1)]
        one = await made.signal("SIG-1")
    assert (newest.signal_id, first.signal_id, first.outcome) == ("SIG-2", "SIG-1", one.outcome)
    assert (one.symbol, one.entry_price, one.stream, one.seq, one.leaf_index) == ("AAPL", 175.25, "main", 0, 1)
    assert one.witnessed_at == int(rig.clock.now().timestamp())
    assert one.unverified["details"]["reasoning"] == "because"
    assert one.outcome is not None
    assert (one.outcome.result, one.outcome.exit_price, one.outcome.leaf_index) == ("target", 184.0125, 3)
    assert one.outcome.profit_loss_pct == pytest.approx(5.0)


async def test_the_feed_is_followed_from_the_position_that_was_kept(tmp_path: Path) -> None:
    kept = client.FilePosition(tmp_path / "position", start="0")
    async with opened() as (rig, made, provider):
        await deliver(rig, provider, *(recent(rig, f"SIG-{number}") for number in range(1, 4)))
        async with aclosing(made.follow(kept)) as events:
            assert ids(await take(events, 2)) == ["SIG-1", "SIG-2"]
        # SIG-2 was handed out and nothing asked for after it: whoever stops in the middle gets it again.
        async with aclosing(made.follow(kept)) as events:
            await end(rig, provider, "SIG-1")
            found = await take(events, 3)
    assert [(each.kind, *ids([each])) for each in found] == [
        ("signal", "SIG-2"),
        ("signal", "SIG-3"),
        ("outcome", "SIG-1"),
    ]
    assert (tmp_path / "position").read_text() == "3\n"


def other_key(claimed: dict[str, Any]) -> None:
    claimed["proof"]["tlog_proof"] = claimed["proof"]["tlog_proof"].replace("— provider", "— provader")


TAMPERED: dict[str, tuple[Change, str]] = {
    "a price": (lambda claimed: claimed.update(entry_price=175.26), "hash_mismatch"),
    "price and hash": (
        lambda claimed: claimed.update(verification_hash="0" * 64),
        "hash_mismatch",
    ),
    "the salt": (lambda claimed: claimed["proof"].update(salt="0" * 64), "commitment_mismatch"),
    "the place": (lambda claimed: claimed["proof"].update(leaf_index=2), "bad_proof"),
    "no proof": (lambda claimed: claimed.update(proof=None), "no_proof"),
    "the signature's name": (other_key, "bad_log_signature"),
    "a better outcome": (lambda claimed: claimed["outcome"].update(exit_price=199.0), "outcome_mismatch"),
    "a better percentage": (lambda claimed: claimed["outcome"].update(profit_loss_pct=9.0), "outcome_mismatch"),
    "an outcome without proof": (lambda claimed: claimed.update(outcome_proof=None), "no_proof"),
    "an older scheme": (lambda claimed: claimed.update(scheme="legacy-json-0"), "bad_bundle"),
    "a missing field": (lambda claimed: claimed.pop("stop_price"), "bad_bundle"),
}


class Tampering(httpx.AsyncBaseTransport):
    """The real application, whose lists and streams somebody changes on the way."""

    def __init__(self, inner: httpx.AsyncBaseTransport, change: Change) -> None:
        self._inner, self._change = inner, change

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        if request.url.path != "/api/v1/signals/subscribed":
            return answer
        told = json.loads(await answer.aread())
        for claimed in told["items"]:
            self._change(claimed)
        return httpx.Response(200, json=told)

    async def aclose(self) -> None:
        await self._inner.aclose()


@pytest.mark.parametrize("case", TAMPERED)
async def test_a_tampered_answer_is_refused_by_the_name_of_the_check(case: str) -> None:
    change, code = TAMPERED[case]
    rig = rig_of()
    await add_account(rig)
    transport = Tampering(httpx.AsyncHTTPTransport(), change)
    async with asyncio.timeout(30), served(rig) as url, asked(rig) as provider:
        await deliver(rig, provider, recent(rig, "SIG-1"))
        await end(rig, provider, "SIG-1")
        async with client.AsyncClient(url, WITHOUT_WITNESSES, transport=transport) as made:
            await made.sign_in(EMAIL, PASSWORD)
            assert (await made.signal("SIG-1")).signal_id == "SIG-1"
            with pytest.raises(NotProven) as refusal:
                [each async for each in made.signals()]
    assert refusal.value.code == code


async def test_another_signal_s_evidence_proves_nothing() -> None:
    async with opened() as (rig, made, provider):
        await deliver(rig, provider, recent(rig, "SIG-1"), recent(rig, "SIG-2"))
        other = json.loads(await made._asked("GET", "/api/v1/signals/SIG-2/evidence"))
        claimed = json.loads(await made._asked("GET", "/api/v1/signals/SIG-1"))
        with pytest.raises(NotProven, match="another content"):
            checked(claimed, other, rig.services.policy)


async def test_in_the_feed_what_does_not_verify_is_raised_or_given_as_refused() -> None:
    rig = rig_of()
    await add_account(rig)
    stranger = SigningKey("other.localhost/witness", COSIGNER_KEY, b"o" * 32).key
    policy = pinned_policy([SAMPLE_VKEY], stranger)
    position = client.MemoryPosition("0")
    async with asyncio.timeout(30), served(rig) as url, asked(rig) as provider:
        await deliver(rig, provider, recent(rig, "SIG-1"))
        async with client.AsyncClient(url, policy) as made:
            await made.sign_in(EMAIL, PASSWORD)
            with pytest.raises(NotProven) as refusal:
                async with aclosing(made.follow(position)) as events:
                    await anext(events)
            assert (refusal.value.code, position.position) == ("quorum_not_met", "0")
            async with aclosing(made.follow(position, on_refused="yield")) as events:
                event = await anext(events)
    assert event.signal is None
    assert event.refused is not None
    assert (event.refused.signal_id, event.refused.code, event.event_id) == ("SIG-1", "quorum_not_met", "1")


async def test_who_is_not_signed_in_is_told_and_does_not_come_again() -> None:
    rig = rig_of()
    await add_account(rig, "free@example.com", Tier.FREE)
    async with asyncio.timeout(30), served(rig) as url, client.AsyncClient(url, rig.services.policy) as made:
        with pytest.raises(client.NotAllowed, match="sign in first") as stranger:
            await made.signal("SIG-1")
        with pytest.raises(client.NotAllowed, match="sign in first"):
            await anext(made.follow())
        with pytest.raises(client.NotAllowed):
            await made.sign_in("free@example.com", "wrong")
        await made.sign_in("free@example.com", PASSWORD)
        with pytest.raises(client.NotAllowed) as nothing:
            await made.signal("SIG-1")
    assert (stranger.value.status, nothing.value.status) == (401, 404)


async def test_a_server_that_is_not_there_is_unreachable_and_followed_with_growing_waits() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 5:
            raise KeyError("enough")

    policy = rig_of().services.policy
    backoff = client.Backoff(first=1.0, most=6.0, chance=lambda: 1.0)
    async with client.AsyncClient("http://127.0.0.1:9", policy, backoff=backoff, sleep=sleep) as made:
        with pytest.raises(client.Unreachable, match="did not answer"):
            await made.signal("SIG-1")
        with pytest.raises(KeyError):
            await anext(made.follow())
    assert waits == [1.0, 2.0, 4.0, 6.0, 6.0]


async def test_the_blocking_client_does_the_same() -> None:
    found: list[client.Event] = []
    listed: list[str] = []
    rig = rig_of()
    await add_account(rig)

    def follow(url: str) -> None:
        with client.Client(url, rig.services.policy, backoff=SOON) as made:
            made.sign_in(EMAIL, PASSWORD)
            listed.extend(each.signal_id for each in made.signals())
            for event in made.follow(client.MemoryPosition("0")):
                found.append(event)
                if len(found) == 3:
                    return

    async with asyncio.timeout(30), served(rig) as url, asked(rig) as provider:
        await deliver(rig, provider, recent(rig, "SIG-1"), recent(rig, "SIG-2"))
        thread = threading.Thread(target=follow, args=(url,))
        thread.start()
        while len(found) < 2:
            await asyncio.sleep(0.01)
        await end(rig, provider, "SIG-1")
        await asyncio.to_thread(thread.join)
    assert (listed, ids(found)) == (["SIG-2", "SIG-1"], ["SIG-1", "SIG-2", "SIG-1"])


async def test_the_example_tells_a_line_for_each_event() -> None:
    rig, told = rig_of(), list[str]()
    await add_account(rig)

    def follow(url: str) -> None:
        with client.Client(url, WITHOUT_WITNESSES, backoff=SOON) as made:
            made.sign_in(EMAIL, PASSWORD)
            told.extend(itertools.islice(follow_signals.lines(made, client.MemoryPosition("0")), 2))

    async with asyncio.timeout(30), served(rig) as url, asked(rig) as provider:
        await deliver(rig, provider, recent(rig, "SIG-1"))
        await end(rig, provider, "SIG-1")
        await asyncio.to_thread(follow, url)
    assert told == [
        "BUY AAPL at 175.25, entry 1 of provider.localhost/signals",
        "ended AAPL SIG-1: target",
    ]


def test_an_api_key_goes_with_every_request_and_is_a_key() -> None:
    sent: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("authorization"))
        return httpx.Response(200, json={"items": [], "next": None})

    policy = rig_of().services.policy
    transport = httpx.MockTransport(answer)
    with client.Client("https://alpine.example", policy, api_key="alp_abc", transport=transport) as made:
        assert list(made.signals(symbol="AAPL")) == []
    assert sent == ["Bearer alp_abc"]
    for wrong in ("", "two words", "line\nbreak", "ü"):
        with pytest.raises(OperatorError, match="api_key"):
            client.Client("https://alpine.example", policy, api_key=wrong)
    for wrong in ("alpine.example", "ftp://alpine.example", "https://", "https://a/?b=c"):
        with pytest.raises(OperatorError, match="url"):
            client.Client(wrong, policy)


ANSWERS: dict[str, tuple[httpx.Response, type[client.ClientError]]] = {
    "later": (httpx.Response(503, headers={"Retry-After": "7"}), client.Unreachable),
    "too often": (httpx.Response(429), client.Unreachable),
    "forbidden": (httpx.Response(403, json={"detail": "no\nmore", "code": 5}), client.NotAllowed),
    "a page": (httpx.Response(200, html="<p>Hello</p>"), client.BadAnswer),
    "no object": (httpx.Response(200, json=[1]), client.BadAnswer),
    "no items": (httpx.Response(200, json={"items": [1], "next": None}), client.BadAnswer),
    "no name": (httpx.Response(200, json={"items": [{}], "next": None}), client.BadAnswer),
    "elsewhere": (httpx.Response(302, headers={"Location": "https://other.example"}), client.NotAllowed),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_other_answer_is_an_error_of_one_line(case: str) -> None:
    answer, kind = ANSWERS[case]
    transport = httpx.MockTransport(lambda _: answer)
    with (
        client.Client("https://alpine.example", rig_of().services.policy, transport=transport) as made,
        pytest.raises(kind) as raised,
    ):
        list(made.signals())
    assert "\n" not in str(raised.value)
    if isinstance(raised.value, client.Unreachable):
        assert raised.value.after_seconds == (7.0 if case == "later" else 0.0)


@pytest.mark.parametrize("text", ["", "x", "1\n2", "-1"])
def test_a_file_that_holds_no_position_is_not_overwritten_silently(tmp_path: Path, text: str) -> None:
    (tmp_path / "position").write_text(text)
    with pytest.raises(OperatorError, match="no position"):
        client.FilePosition(tmp_path / "position").load()


def test_an_event_that_was_cut_off_is_none_and_its_id_is_not_taken() -> None:
    lines = EventLines("4")
    told = [
        lines.take(line) for line in ("retry: 1000", "", "id: 5", "", ": alive", "", "id:6", "event: signal", "data: {")
    ]
    assert [each for each in told if each is not None] == [SentEvent("5", "", "")]
    assert EventLines("4").take("") is None
