"""What everybody, the operator and administrators are shown of how the service does."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime, timedelta

import httpx

from alpine_core.errors import StoreError
from alpine_core.feed.public_log import LogState
from alpine_core.model.checked_part import FAILED, PASSED, CheckedPart
from alpine_web.jobs.running import note_minute
from tests.alpine.web.parts import Rig, asked, rig_of

HTML = {"Accept": "text/html"}


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_everybody_sees_uptime_from_the_notes_and_how_each_part_is(rig: Rig, client: httpx.AsyncClient) -> None:
    for passed in range(10):
        if passed not in (4, 5):
            await note_minute(rig.services)
        rig.clock.advance(seconds=60.0)
    shown = words((await client.get("/status", headers=HTML)).text)
    assert "24h 80.000 % 8 of 10" in shown
    assert "missed" in shown
    assert "Deliveries of the provider well: taken" in shown
    assert "Log of the provider off: nothing was accepted yet" in shown
    assert 'alpine_uptime_ratio{window="30d"} 0.8' in (await client.get("/metrics")).text


async def test_a_job_that_failed_last_disturbs_without_telling_strangers_why(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    rig.services.jobs.began("send_mails", rig.clock.now())
    rig.services.jobs.ended("send_mails", rig.clock.now() + timedelta(seconds=1), 1.0, "the disk is full")
    shown = words((await client.get("/status", headers=HTML)).text)
    assert "disturbed : 1 of its jobs failed when they last ran" in shown
    assert "the disk is full" not in shown


async def test_while_the_database_does_not_answer_the_page_says_so(rig: Rig) -> None:
    class Away:
        async def states(self, _now: datetime) -> tuple[LogState, ...]:
            raise StoreError("the database does not answer: start it")

        async def is_halted(self) -> bool:
            raise StoreError("the database does not answer: start it")

    rig = dataclasses.replace(rig, services=dataclasses.replace(rig.services, public_log=Away()))  # type: ignore[arg-type]
    for passed in (False, True):
        async with asked(rig) as one:
            answer = await one.get("/status", headers=HTML)
        shown = words(answer.text)
        assert answer.status_code == 503
        assert "Record of signals disturbed : the database does not answer" in shown
        assert ("Not known while the database does not answer" in shown) is not passed
        await rig.services.uptime.report(rig.clock.now())
    async with asked(rig) as one:
        assert (await one.get("/methodology", headers=HTML)).status_code == 200
        assert (await one.get("/dashboard", headers=HTML)).status_code == 503


def part(state: str) -> CheckedPart:
    return CheckedPart(level=1, check="disk", state=state, told="4 % free", advice="free space")


async def test_health_by_level_is_200_only_at_100_percent_and_for_the_operator() -> None:
    for states, status, healthy in (((PASSED,), 200, True), ((PASSED, FAILED), 503, False), ((), 503, False)):
        rig = rig_of()

        async def examine(_level: int, states: tuple[str, ...] = states) -> tuple[CheckedPart, ...]:
            return tuple(map(part, states))

        async with asked(dataclasses.replace(rig, services=dataclasses.replace(rig.services, examine=examine))) as one:
            answer = await one.get("/api/v1/health?level=2")
            assert (answer.status_code, answer.json()["healthy"], answer.json()["level"]) == (status, healthy, 2)
            assert (await one.get("/api/v1/health?level=3")).json()["code"] == "by_command"
            assert (await one.get("/api/v1/health?level=4")).status_code == 400
            stranger = await one.get("/api/v1/health", headers={"X-Forwarded-For": "9.9.9.9"})
            assert (stranger.status_code, stranger.json()["code"]) == (403, "operators_only")
