"""Nothing leaves the application earlier or fuller than the table of tiers allows, whatever is asked for and however.

Each record is told twice, and what a viewer may not see yet says something else the second time: whatever is asked, the
answers must be the same. Hashes and signatures differ, as the public log's do; they are compared by their places only.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import Phase, example, given, seed, settings
from hypothesis import strategies as st
from litestar import Litestar, asgi, get, post
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send

from alpine_core.model import NoticeFilter, RecordKind, Tier
from alpine_core.notices import Caller
from alpine_core.testing.fixed_clock import START
from alpine_web.jobs.running import fill_notices
from alpine_web.web.app import create_app
from tests.alpine.web.asgi_lines import FOREIGN, socket_text, streamed_text
from tests.alpine.web.parts import BASE, Rig, add_account, rig_of, sign_in
from tests.alpine.web.route_drivers import SOCKETS, STREAMED, Ask, Clues, asks
from tests.alpine.web.tier_world import Planned, Words, in_history, is_public, sees, stored_moments, tell, words_of

DAY, HOUR = 86_400, 3_600
_HASHES = re.compile(r"\b[0-9a-f]{32}\b|[0-9a-f]{64}|[A-Za-z0-9+/_-]{40,}={0,2}")
_BINARY = re.compile(r"/tile/")
QUICK = (Phase.explicit, Phase.generate)  # to shrink a failure takes minutes, and the record is short already
SLICE = settings(max_examples=2, deadline=None, phases=QUICK)
FULL = settings(
    max_examples=400 if os.environ.get("TEST_COUNTS", "slice") != "slice" else 25, deadline=None, phases=QUICK
)

LATER = st.none() | st.integers(1, 2 * DAY)
SIGNAL = st.builds(
    Planned,
    after=st.sampled_from([0, 1, HOUR, DAY - 1, DAY, 12 * DAY]) | st.integers(0, 3 * DAY),
    confidence=st.sampled_from([70.0, 94.5, 95.0, 99.0]),
    ends=LATER,
    revealed=LATER,
)
PLANS = st.lists(SIGNAL, min_size=1, max_size=4)
VIEWERS = st.sampled_from([None, Tier.FREE, Tier.BASIC, Tier.PREMIUM])
AGES = st.sampled_from([0, 1, DAY - 1, DAY, 30 * DAY, 30 * DAY + 1]) | st.integers(0, 3 * DAY)


class World:
    """The application over one telling, and one viewer."""

    def __init__(self, rig: Rig, app: Litestar, client: httpx.AsyncClient) -> None:
        self.rig, self.app, self.client = rig, app, client

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    async def answer(self, ask: Ask, headers: dict[str, str]) -> tuple[Any, ...]:
        path = f"{ask.path}?{ask.query}" if ask.query else ask.path
        sent = ask.body.encode() or None
        kind = {"Content-Type": "application/json"} if ask.body.startswith("{") else {}
        given = await self.client.request(ask.method, path, content=sent, headers={**headers, **kind})
        told = {name: given.headers.get(name) for name in ("etag", "location", "content-type", "retry-after")}
        return given.status_code, told, given.content


@asynccontextmanager
async def told(plan: list[Planned], said: list[Words], viewer: Tier | None, now: datetime) -> AsyncIterator[World]:
    rig = rig_of(ingest_per_minute=10**9)
    app = create_app(rig.services)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=FOREIGN)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        if viewer is not None:
            await add_account(rig, tier=viewer)
            await want_everything(rig)
        await tell(rig, client, plan, said, now)
        if viewer is not None:
            await fill_notices(rig.services)
            token = await sign_in(client)
            client.headers["X-CSRF-Token"] = token
        try:
            yield World(rig, app, client)
        finally:
            await rig.services.live.close()


async def want_everything(rig: Rig) -> None:
    """A rule of the only account for all that there is, by every way that its tier has, from now on."""
    (account,) = await rig.accounts.accounts()
    office = rig.services.notices
    await office.rules.add(account, NoticeFilter(events=tuple(RecordKind)), office.rules.channels(account))
    if office.webhooks.allowed(account):
        await office.webhooks.add(Caller(account=account), "https://hooks.example.com/")
    await fill_notices(rig.services)


async def everything(world: World, clues: Clues) -> dict[str, tuple[Any, ...]]:
    """Every answer to every request, as a program and as a person get it, and every line."""
    found: dict[str, tuple[Any, ...]] = {}
    for ask in asks(world.app, clues):
        for accept in ("application/json", "text/html") if ask.method == "GET" else ("application/json",):
            if ask.path in ("/logout", "/api/auth/logout", "/api/v1/auth/logout"):
                continue  # refused without its own token; with it the viewer would be gone
            found[f"{ask} {accept}"] = await world.answer(ask, {"Accept": accept})
    for path in STREAMED:
        found[f"{path} after=0"] = await streamed_text(world.app, path, "after=0", world.cookie)
    for path in SOCKETS:
        found[f"{path} after=0"] = await socket_text(world.app, path, "after=0", world.cookie)
    if "alpine_session" in world.client.cookies:  # no line is merely broken
        assert {found[f"{path} after=0"][0] for path in STREAMED} == {200}
        assert {found[f"{path} after=0"][0] for path in SOCKETS} == {0}
    return found


def plain(answer: tuple[Any, ...]) -> str:
    """The answer as text without hashes."""
    status, *rest = answer
    content = rest[-1]
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    return f"{status} {rest[:-1]} {_HASHES.sub('#', text)}"


async def check_that_nothing_leaks(plan: list[Planned], viewer: Tier | None, age: int) -> None:
    moments = stored_moments(START, plan)
    now = moments[-1] + timedelta(seconds=age)
    hidden = [not sees(viewer, planned, at, now) for planned, at in zip(plan, moments, strict=True)]
    # What the log has disclosed is public there, also where it is older than the tier's history.
    secret = [
        is_hidden and not is_public(planned, at, now)
        for planned, at, is_hidden in zip(plan, moments, hidden, strict=True)
    ]
    first = [words_of(number, 0, planned) for number, planned in enumerate(plan)]
    second = [words_of(number, 1, planned) if secret[number] else first[number] for number, planned in enumerate(plan)]
    both = [*first, *(words for number, words in enumerate(second) if secret[number])]
    clues = Clues(
        [words.members["signal_id"] for words in both],
        [words.members["symbol"] for words in both],
        [words.members["reasoning"] for words in both],
    )
    async with told(plan, first, viewer, now) as world:
        one = await everything(world, clues)
        if viewer is not None:
            await check_that_the_list_is_the_tables(world, plan, moments, hidden, viewer, now)
    async with told(plan, second, viewer, now) as world:
        other = await everything(world, clues)
    assert one.keys() == other.keys()
    for name, answer in one.items():
        asked_for = name.split("Ask", 1)[-1]
        for number, words in enumerate(first):
            if secret[number]:
                leaked = [secret for secret in words.secrets if secret in plain(answer) and secret not in asked_for]
                assert leaked == [], name
        if not _BINARY.search(name):
            assert plain(answer) == plain(other[name]), name


async def check_that_the_list_is_the_tables(
    world: World, plan: list[Planned], moments: list[datetime], hidden: list[bool], viewer: Tier, now: datetime
) -> None:
    """What may be seen is seen: a list that shows nothing would leak nothing."""
    listed = (await world.client.get("/api/v1/signals/history?limit=500")).json()
    shown = [words_of(number, 0, planned).members["signal_id"] for number, planned in enumerate(plan)]
    assert [view["signal_id"] for view in listed["items"]] == [
        name for name, is_hidden in reversed(list(zip(shown, hidden, strict=True))) if not is_hidden
    ]
    sealed = [number for number in range(len(plan)) if hidden[number] and in_history(viewer, moments[number], now)]
    assert [view["seq"] for view in listed["sealed"]] == sealed[::-1]


@seed(20261122)
@SLICE
@given(PLANS, VIEWERS, AGES)
@example([Planned(0, 99.0), Planned(1, 94.5), Planned(1, 95.0, ends=60)], Tier.BASIC, 61)
@example([Planned(0, 70.0), Planned(1, 99.0, revealed=5), Planned(1, 70.0)], Tier.FREE, HOUR)
async def test_nothing_is_told_earlier_or_fuller_than_the_tier_allows(
    plan: list[Planned], viewer: Tier | None, age: int
) -> None:
    await check_that_nothing_leaks(plan, viewer, age)


@pytest.mark.slow
@FULL
@given(PLANS, VIEWERS, AGES)
async def test_nothing_is_told_earlier_or_fuller_in_many_records(
    plan: list[Planned], viewer: Tier | None, age: int
) -> None:
    await check_that_nothing_leaks(plan, viewer, age)


CLUES = Clues(["SIG-1"], ["AAPL"], ["x"])


@get("/api/v1/figures/{name:str}")
async def unknown_parameter(name: FromPath[str]) -> str:
    return name


@post("/api/v1/figures")
async def unknown_change() -> str:
    return ""


@asgi("/stream/figures", copy_scope=True)
async def unknown_stream(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive, send


@pytest.mark.parametrize("handler", [unknown_parameter, unknown_change, unknown_stream])
def test_a_route_that_nobody_knows_how_to_use_fails(handler: Any) -> None:
    with pytest.raises(AssertionError, match="say in route_drivers"):
        asks(Litestar([handler]), CLUES)


def test_every_route_of_the_application_is_used() -> None:
    assert len({ask.path for ask in asks(create_app(rig_of().services), CLUES)}) > 40


async def test_the_delayed_stream_equals_the_live_one_record_by_record() -> None:
    plan = [Planned(0, 99.0, ends=60), Planned(10, 70.0), Planned(10, 95.0, revealed=30), Planned(HOUR, 94.5, ends=9)]
    said = [words_of(number, 0, planned) for number, planned in enumerate(plan)]
    streams = {}
    for tier in Tier:
        async with told(plan, said, tier, START + timedelta(days=3)) as world:
            _, text = await socket_text(world.app, "/ws/signals", "after=0", world.cookie)
            events = [msgspec.json.decode(line) for line in text.splitlines()]
            records = {(event["kind"], event["signal"]["alpine_signal_id"]): event["signal"] for event in events}
            assert len(records) == len(events) == 6
            streams[tier] = records
    assert streams[Tier.FREE] == streams[Tier.BASIC] == streams[Tier.PREMIUM] == streams[Tier.INSTITUTIONAL]
