"""The property: each record is told twice, and what a viewer may not see yet says something else the second time.

Whatever is asked, the answers must be the same. Hashes and signatures differ, as the public log's do; they are compared
by their places only.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
from hypothesis import strategies as st
from litestar import Litestar

from alpine_core.model import NoticeFilter, RecordKind, Tier
from alpine_core.notices import Caller
from alpine_core.testing.fixed_clock import START
from alpine_web.jobs.running import fill_notices
from alpine_web.web.app import create_app
from tests.alpine.web.asgi_lines import FOREIGN, answered, socket_text, streamed_text
from tests.alpine.web.parts import BASE, EMAIL, sign_in
from tests.alpine.web.route_drivers import SOCKETS, STREAMED, Ask, Clues, asks
from tests.alpine.web.tier_stages import OpenStage, Stage
from tests.alpine.web.tier_world import Planned, Words, in_history, is_public, sees, stored_moments, tell, words_of

DAY, HOUR = 86_400, 3_600
ACCEPTED = ("application/json", "text/html")
# Hashes and other long ids; and the heads of random ids that pages show.
_HASHES = re.compile(
    r"\b[0-9a-f]{32}\b|[0-9a-f]{64}|[A-Za-z0-9+/_-]{40,}={0,2}"
    r"|(?<=<code>)[0-9a-f]{8}(?=</code>)|(?<=Send again: )[0-9a-f]{8}"
)
_BINARY = re.compile(r"/tile/")

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

    def __init__(self, app: Litestar, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    async def answer(self, ask: Ask, headers: dict[str, str]) -> tuple[Any, ...]:
        body = ask.body.encode()
        sent = {**headers, **self._proof, **({"Content-Length": str(len(body))} if body else {})}
        if ask.body.startswith("{"):
            sent["Content-Type"] = "application/json"
        status, given, content = await answered(self.app, ask.method, ask.path, ask.query, sent, body)
        told = {name: given.get(name) for name in ("etag", "location", "content-type", "retry-after")}
        return status, told, content

    @property
    def _proof(self) -> dict[str, str]:
        token = self.client.headers.get("X-CSRF-Token")
        return {"Cookie": self.cookie, "X-CSRF-Token": token} if token else {}


@asynccontextmanager
async def told(
    stages: OpenStage, plan: list[Planned], said: list[Words], viewer: Tier | None, now: datetime
) -> AsyncIterator[World]:
    async with stages() as stage:
        app = create_app(stage.services, stage.site)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=FOREIGN)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            if viewer is not None:
                await stage.join(EMAIL, viewer)
                await want_everything(stage)
            await tell(stage, client, plan, said, now)
            if viewer is not None:
                await fill_notices(stage.services)
                token = await sign_in(client)
                client.headers["X-CSRF-Token"] = token
            yield World(app, client)


async def want_everything(stage: Stage) -> None:
    """A rule of the only account for all that there is, by every way that its tier has, from now on."""
    account = await stage.services.accounts.by_email(EMAIL)
    assert account is not None
    office = stage.services.notices
    await office.rules.add(account, NoticeFilter(events=tuple(RecordKind)), office.rules.channels(account))
    if office.webhooks.allowed(account):
        await office.webhooks.add(Caller(account=account), "https://hooks.example.com/")
    await fill_notices(stage.services)


async def everything(world: World, clues: Clues, accepted: Sequence[str] = ACCEPTED) -> dict[str, tuple[Any, ...]]:
    """Every answer to every request, as programs and as people get it unless told otherwise, and every line."""
    found: dict[str, tuple[Any, ...]] = {}
    for ask in asks(world.app, clues):
        for accept in accepted if ask.method == "GET" else ("application/json",):
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


async def check_that_nothing_leaks(
    stages: OpenStage, plan: list[Planned], viewer: Tier | None, age: int, accepted: Sequence[str] = ACCEPTED
) -> None:
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
    async with told(stages, plan, first, viewer, now) as world:
        one = await everything(world, clues, accepted)
        if viewer is not None:
            await check_that_the_list_is_the_tables(world, plan, moments, hidden, viewer, now)
    async with told(stages, plan, second, viewer, now) as world:
        other = await everything(world, clues, accepted)
    kept = [text for number, words in enumerate(first) if secret[number] for text in words.secrets]
    check_that_both_are_the_same(one, other, kept)


def check_that_both_are_the_same(
    one: dict[str, tuple[Any, ...]], other: dict[str, tuple[Any, ...]], kept: list[str]
) -> None:
    """None of `kept` stands in an answer, unless somebody asked with it, and both tellings are answered alike."""
    assert one.keys() == other.keys()
    for name, answer in one.items():
        asked_for, text = name.split("Ask", 1)[-1], plain(answer)
        assert [each for each in kept if each in text and each not in asked_for] == [], name
        if not _BINARY.search(name):
            assert text == plain(other[name]), name


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
