"""Live streams on a real server: complete, resumable without gap or doubling, by tier, ended with the server."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from alpine_core.errors import StoreError
from alpine_core.feed import SignalFeed
from alpine_core.model import DEFAULT_TERMS, Record, Tier
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.samples import sample_account, sample_outcome
from alpine_core.tiers import Entitlements
from alpine_web.metrics import rendered
from alpine_web.metrics_reading import Reading
from tests.alpine.web.parts import (
    EMAIL,
    Rig,
    add_account,
    deliver,
    recent,
    resolve,
    rig_of,
    served,
    sign_in,
)

Event = dict[str, str]


async def events(answer: httpx.Response) -> AsyncIterator[Event]:
    """Server-sent events as they come; comments are passed over."""
    event: Event = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if line == "" and "data" in event:
            yield event
            event = {}
        elif line and not line.startswith(":"):
            event[name] = value


@asynccontextmanager
async def streamed(client: httpx.AsyncClient, path: str, **headers: str) -> AsyncIterator[AsyncIterator[Event]]:
    async with client.stream("GET", path, headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


@asynccontextmanager
async def signed_in(rig: Rig, **account: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A server and a client that is signed in."""
    await add_account(rig, **account)
    async with asyncio.timeout(30), served(rig) as address, httpx.AsyncClient(base_url=address) as client:
        await sign_in(client, **{name: account[name] for name in ("email",) if name in account})
        yield client


async def outcome(rig: Rig, client: httpx.AsyncClient, signal_id: str) -> None:
    ended = sample_outcome(signal_id, exit_at="2026-03-02T15:00:00Z", exit_price=184.0125, profit_loss_pct=5.0)
    await resolve(rig, client, ended)


async def take(found: AsyncIterator[Event], count: int) -> list[Event]:
    return [await anext(found) for _ in range(count)]


async def test_a_reader_gets_what_comes_as_it_is_stored() -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        await deliver(rig, client, recent(rig, "SIG-0"))
        async with streamed(client, "/stream/signals") as found:
            await deliver(rig, client, recent(rig, "SIG-1"))
            first = await anext(found)
            await outcome(rig, client, "SIG-1")
            second = await anext(found)
    assert (first["id"], first["event"]) == ("2", "signal")
    assert (second["id"], second["event"]) == ("3", "outcome")
    view, ended = json.loads(first["data"]), json.loads(second["data"])
    assert (view["signal_id"], view["outcome"]) == ("SIG-1", None)
    assert (ended["signal_id"], ended["outcome"]["outcome"]) == ("SIG-1", "win")


@pytest.mark.parametrize("resume", ["header", "query"])
async def test_a_reader_that_comes_back_misses_nothing_and_gets_nothing_twice(resume: str) -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        await deliver(rig, client, *(recent(rig, f"SIG-{number}") for number in range(1, 4)))
        seen: list[str] = []
        last = "0"
        for number in range(4, 12):
            query = f"?after={last}" if resume == "query" else "?after=0"
            headers = {"Last-Event-ID": last} if resume == "header" else {}
            async with streamed(client, f"/stream/signals{query}", **headers) as found:
                await deliver(rig, client, recent(rig, f"SIG-{number}"))
                # Goes away in the middle of what is there, each time after another number of events.
                for event in await take(found, 1 + number % 2 if len(seen) + 1 < number else 1):
                    seen.append(json.loads(event["data"])["signal_id"])
                    last = event["id"]
        async with streamed(client, f"/stream/signals?after={last}") as found:
            for event in await take(found, 11 - len(seen)):
                seen.append(json.loads(event["data"])["signal_id"])
    assert seen == [f"SIG-{number}" for number in range(1, 12)]


async def test_rows_are_html_that_stands_in_for_the_row_before() -> None:
    rig = rig_of()
    async with signed_in(rig) as client, streamed(client, "/stream/rows") as found:
        await deliver(rig, client, recent(rig, "SIG-1"))
        row = await anext(found)
        await outcome(rig, client, "SIG-1")
        ended = await anext(found)
    assert "event" not in row  # unnamed: the page swaps it in
    assert row["data"].startswith('<li class="row buy premium fresh" id="signal-1">')
    assert 'href="/signals/SIG-1"' in row["data"]
    assert 'id="signal-1" hx-swap-oob="true"' in ended["data"]
    assert "win, target reached" in ended["data"]


@pytest.mark.parametrize("path", ["/stream/signals", "/stream/rows"])
async def test_streams_are_for_account_holders_whose_tier_has_push(path: str) -> None:
    rig = rig_of()
    closed = {**DEFAULT_TERMS, Tier.FREE: msgspec.structs.replace(DEFAULT_TERMS[Tier.FREE], live_push=False)}
    feed = SignalFeed(rig.store, Entitlements(closed))
    rig = dataclasses.replace(rig, services=dataclasses.replace(rig.services, feed=feed))
    async with signed_in(rig, email="free@example.com", tier=Tier.FREE) as client:
        refused = await client.get(path)
        client.cookies.clear()
        anonymous = await client.get(path)
    assert (refused.status_code, refused.json()["code"]) == (403, "no_push")
    assert anonymous.status_code == 401


@pytest.mark.parametrize("after", ["x", "-1", "1.2.3", "9" * 31, " "])
async def test_a_position_that_is_none_is_400(after: str) -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        answer = await client.get("/stream/signals", params={"after": after})
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert (await client.post("/stream/signals")).status_code == 405


async def test_a_lower_tier_is_pushed_only_what_it_may_see_at_once() -> None:
    rig = rig_of()
    async with (
        signed_in(rig, email="basic@example.com", tier=Tier.BASIC) as client,
        streamed(client, "/stream/signals") as found,
    ):
        for name, confidence in (("SIG-1", 97.0), ("SIG-2", 80.0), ("SIG-3", 99.0), ("SIG-4", 94.9)):
            await deliver(rig, client, recent(rig, name, confidence=confidence))
        seen = [(event["event"], json.loads(event["data"])) for event in await take(found, 4)]
    assert [(kind, view.get("signal_id"), view.get("seq")) for kind, view in seen] == [
        ("sealed", None, 0),
        ("signal", "SIG-2", None),
        ("sealed", None, 2),
        ("signal", "SIG-4", None),
    ]


async def test_free_is_pushed_seals_at_once_and_each_signal_in_its_seals_place_when_it_is_due() -> None:
    rig = rig_of(free_delay_seconds=60.0)
    async with (
        signed_in(rig, email="free@example.com", tier=Tier.FREE) as client,
        streamed(client, "/stream/signals") as found,
        streamed(client, "/stream/rows") as rows,
    ):
        socket = await socket_of(client)
        await deliver(rig, client, recent(rig, "SIG-1"))
        sealed, row, (text,) = await anext(found), await anext(rows), await said(socket, 1)
        rig.clock.advance(seconds=60)
        opened, shown, (later,) = await anext(found), await anext(rows), await said(socket, 1)
        await socket.close()
    told = json.loads(sealed["data"])
    assert (sealed["event"], sealed["id"], opened["event"], opened["id"]) == ("sealed", "1.0", "signal", "1")
    assert (text["kind"], text["sealed"], "signal" in text) == ("sealed", told, False)
    assert "SIG-1" not in sealed["data"] + row["data"]
    assert "AAPL" not in sealed["data"] + row["data"]
    view = json.loads(opened["data"])
    assert (view["signal_id"], later["signal"]) == ("SIG-1", view)
    assert (view["proof"]["entry"], view["alpine_signal_id"]) == (told["entry"], told["alpine_signal_id"])
    assert row["data"].startswith('<li class="row sealed fresh" id="signal-1" ')
    # It takes the seal's place, and no other: a row that shows the outcome already stays.
    assert 'id="signal-1" hx-swap-oob="outerHTML:#signal-1.sealed"' in shown["data"]


async def test_fifty_readers_get_the_same_bytes() -> None:
    rig = rig_of(streams_per_account=50)
    async with signed_in(rig) as client:
        async with asyncio.TaskGroup() as group:
            ready = asyncio.Semaphore(0)

            async def reader() -> Event:
                async with streamed(client, "/stream/signals?after=0") as found:
                    ready.release()
                    return await anext(found)

            tasks = [group.create_task(reader()) for _ in range(50)]
            for _ in tasks:
                await ready.acquire()
            await deliver(rig, client, recent(rig, "SIG-1"))
        assert {(task.result()["id"], task.result()["data"]) for task in tasks} == {
            (tasks[0].result()["id"], tasks[0].result()["data"])
        }


async def test_a_stopping_server_ends_its_streams_at_once() -> None:
    rig = rig_of()
    async with signed_in(rig) as client, streamed(client, "/stream/signals") as found:
        await deliver(rig, client, recent(rig, "SIG-1"))
        await anext(found)
        asked_at = time.monotonic()
        await rig.services.live.close()
        (last,) = [event async for event in found]
        assert time.monotonic() - asked_at < 3
    # Come again, with the id of the event before: this one has none. Not all readers in one moment.
    assert (last["event"], "id" in last, 250 <= int(last["retry"]) < 2_250) == ("again", False, True)


async def socket_of(client: httpx.AsyncClient, query: str = "", **headers: str) -> ClientConnection:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"ws{str(client.base_url).removeprefix('http').rstrip('/')}/ws/signals{query}"
    return await connect(address, additional_headers={"Cookie": cookie, **headers}, proxy=None)


async def said(socket: ClientConnection, count: int) -> list[dict[str, Any]]:
    """The next texts, heartbeats left out."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        text = json.loads(await socket.recv())
        if text["kind"] != "alive":
            found.append(text)
    return found


async def test_a_socket_gets_the_same_and_resumes() -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        socket = await socket_of(client)
        await deliver(rig, client, recent(rig, "SIG-1"), recent(rig, "SIG-2"))
        texts = await said(socket, 2)
        await socket.close()
        assert [(text["event_id"], text["kind"], text["signal"]["signal_id"]) for text in texts] == [
            ("1", "signal", "SIG-1"),
            ("2", "signal", "SIG-2"),
        ]
        await deliver(rig, client, recent(rig, "SIG-3"))
        again = await socket_of(client, "?after=1")
        assert [text["signal"]["signal_id"] for text in await said(again, 2)] == ["SIG-2", "SIG-3"]
        await again.close()


@pytest.mark.parametrize(("query", "signed", "code"), [("", False, 4401), ("?after=x", True, 4400)])
async def test_a_socket_that_is_refused_is_told_why(query: str, signed: bool, code: int) -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        if not signed:
            client.cookies.clear()
        socket = await socket_of(client, query)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


async def test_a_socket_whose_key_does_not_hold_is_told_so_and_later_to_wait() -> None:
    rig = rig_of(anonymous_per_minute=1)
    async with signed_in(rig) as client:
        codes = []
        for _ in range(210):
            socket = await socket_of(client, Authorization="Bearer alp_guess")
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            codes.append(closed.value.rcvd.code)
        assert (codes[0], codes[-1], set(codes)) == (4401, 4429, {4401, 4429})


async def test_a_socket_that_another_site_opens_is_refused() -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        with pytest.raises(Exception, match="403"):
            await socket_of(client, Origin="https://evil.example")
        own = await socket_of(client, Origin=str(client.base_url).rstrip("/"))
        await own.close()


async def test_a_stopping_server_says_good_bye_to_sockets() -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        socket = await socket_of(client)
        await rig.services.live.close()
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001


@pytest.mark.parametrize("ending", ["signed out", "another tier"])
async def test_a_stream_whose_session_no_longer_holds_ends(ending: str) -> None:
    rig = rig_of()
    async with signed_in(rig) as client:
        socket = await socket_of(client)
        async with streamed(client, "/stream/signals") as found:
            if ending == "signed out":
                await rig.sessions.remove_expired(rig.clock.now() + timedelta(days=1))
            else:
                await add_account(rig, tier=Tier.FREE)
            assert [event async for event in found] == []
        with pytest.raises(ConnectionClosed) as closed:
            await said(socket, 1)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("path", ["/stream/signals", "/stream/rows"])
async def test_an_account_has_so_many_streams_at_a_time_and_a_closed_one_makes_room(path: str) -> None:
    rig = rig_of(streams_per_account=2)
    async with signed_in(rig) as client:
        socket = await socket_of(client)
        async with streamed(client, path):
            refused = await client.get(path)
            assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
            assert refused.headers["retry-after"] == "60"
            third = await socket_of(client)
            with pytest.raises(ConnectionClosed) as closed:
                await third.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4429
        await socket.close()
        while not rig.services.streams.has_room(sample_account(EMAIL).account_id):
            await asyncio.sleep(0.01)
        async with streamed(client, path):
            pass


async def test_a_stream_that_is_left_is_counted_no_longer() -> None:
    rig = rig_of()

    async def open_streams() -> str:
        text = rendered(rig.services.metrics.families(Reading(read_at=rig.services.started_at))).decode()
        return next(line for line in text.splitlines() if line.startswith('alpine_open_streams{kind="signals"}'))

    async with signed_in(rig) as client:
        async with streamed(client, "/stream/signals") as found:
            await deliver(rig, client, recent(rig, "SIG-1"))
            await anext(found)
            assert (await open_streams()).endswith(" 1.0")
        while not (await open_streams()).endswith(" 0.0"):
            await asyncio.sleep(0.01)


async def test_a_reader_from_another_database_gets_what_comes_next() -> None:
    rig = rig_of()
    async with signed_in(rig) as client, streamed(client, "/stream/signals", **{"Last-Event-ID": "5000"}) as found:
        await deliver(rig, client, recent(rig, "SIG-1"))
        assert (await anext(found))["id"] == "1"


class FadingStore(MemoryStore):
    """Its records cannot be read while `away`."""

    away = False

    async def after(self, cursor: int, limit: int) -> tuple[Record, ...]:
        if self.away:
            raise StoreError("gone")
        return await super().after(cursor, limit)


@pytest.mark.parametrize("path", ["/stream/signals", "/stream/rows"])
async def test_a_stream_whose_store_goes_away_ends_whole_and_can_be_resumed(path: str) -> None:
    store = FadingStore()
    rig = rig_of(store=store)
    async with signed_in(rig) as client:
        await deliver(rig, client, recent(rig, "SIG-1"))
        store.away = True
        async with streamed(client, f"{path}?after=0") as found:
            assert [event async for event in found] == []
        store.away = False
        async with streamed(client, f"{path}?after=0") as found:
            assert (await anext(found))["id"] == "1"
            await deliver(rig, client, recent(rig, "SIG-2"))
            assert (await anext(found))["id"] == "2"


async def test_a_socket_whose_store_goes_away_is_told_to_come_again() -> None:
    store = FadingStore()
    rig = rig_of(store=store)
    async with signed_in(rig) as client:
        await deliver(rig, client, recent(rig, "SIG-1"))
        store.away = True
        socket = await socket_of(client, "?after=0")
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
