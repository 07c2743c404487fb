"""Nothing leaves the application earlier or fuller than the table of tiers allows, whatever is asked and however."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, example, given, seed, settings
from litestar import Litestar, asgi, get, post
from litestar.params import FromPath
from litestar.types import Receive, Scope, Send

from alpine_core.model import Tier
from alpine_core.testing.fixed_clock import START
from alpine_web.web.app import create_app
from tests.alpine.core.postgres import NoServer, postgres
from tests.alpine.web.asgi_lines import socket_text
from tests.alpine.web.parts import rig_of
from tests.alpine.web.route_drivers import Clues, asks
from tests.alpine.web.tier_property import AGES, HOUR, PLANS, VIEWERS, check_that_nothing_leaks, told
from tests.alpine.web.tier_stages import OpenStage, PostgresStages, SqliteStages, memory_stage
from tests.alpine.web.tier_world import Planned, words_of

QUICK = (Phase.explicit, Phase.generate)  # to shrink a failure takes minutes, and the record is short already
SLICE = settings(max_examples=2, deadline=None, phases=QUICK)
MANY = os.environ.get("TEST_COUNTS", "slice") != "slice"
FULL = settings(max_examples=400 if MANY else 25, deadline=None, phases=QUICK)
FULL_IN_DATABASES = settings(max_examples=100 if MANY else 5, deadline=None, phases=QUICK)
HIDDEN_AND_ENDED = [Planned(0, 99.0), Planned(1, 95.0, ends=60)]
REVEALED = [Planned(0, 70.0), Planned(1, 99.0, revealed=5), Planned(1, 70.0)]
MIXED = [Planned(0, 99.0), Planned(1, 94.5), Planned(1, 95.0, ends=60)]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def stages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStage]:
    """Databases of this module's own. With CI=true a missing server fails, else it skips."""
    folder = tmp_path_factory.mktemp("tiers")
    if request.param == "sqlite":
        yield SqliteStages(folder).open
        return
    try:
        with postgres() as url:
            opened = PostgresStages(url, folder)
            yield opened.open
            asyncio.run(opened.close())
    except NoServer as missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))


@seed(20261122)
@SLICE
@given(PLANS, VIEWERS, AGES)
@example(REVEALED, Tier.FREE, HOUR)
async def test_nothing_is_told_earlier_or_fuller_than_the_tier_allows(
    plan: list[Planned], viewer: Tier | None, age: int
) -> None:
    await check_that_nothing_leaks(memory_stage, plan, viewer, age)


@pytest.mark.slow
@FULL
@given(PLANS, VIEWERS, AGES)
@example(MIXED, Tier.BASIC, 61)
@example(REVEALED, Tier.FREE, HOUR)
async def test_nothing_is_told_earlier_or_fuller_in_many_records(
    plan: list[Planned], viewer: Tier | None, age: int
) -> None:
    await check_that_nothing_leaks(memory_stage, plan, viewer, age)


async def test_in_a_database_nothing_is_told_earlier_or_fuller_either(stages: OpenStage) -> None:
    # Which kind of answer is asked for is no matter of the store.
    await check_that_nothing_leaks(stages, HIDDEN_AND_ENDED, Tier.BASIC, 61, ["text/html"])


@pytest.mark.slow
@FULL_IN_DATABASES
@given(PLANS, VIEWERS, AGES)
async def test_in_databases_nothing_is_told_earlier_or_fuller_in_many_records(
    stages: OpenStage, plan: list[Planned], viewer: Tier | None, age: int
) -> None:
    await check_that_nothing_leaks(stages, plan, viewer, age)


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
        async with told(memory_stage, plan, said, tier, START + timedelta(days=3)) as world:
            _, text = await socket_text(world.app, "/ws/signals", "after=0", world.cookie)
            events = [msgspec.json.decode(line) for line in text.splitlines()]
            records = {(event["kind"], event["signal"]["alpine_signal_id"]): event["signal"] for event in events}
            assert len(records) == len(events) == 6
            streams[tier] = records
    assert streams[Tier.FREE] == streams[Tier.BASIC] == streams[Tier.PREMIUM] == streams[Tier.INSTITUTIONAL]
