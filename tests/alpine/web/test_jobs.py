"""What runs beside the requests goes on, whatever one turn of it meets."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

from alpine_core.model.job_standing import JobStanding
from alpine_web.jobs import running_jobs
from alpine_web.services import BackupPlan
from tests.alpine.web.parts import EMAIL, Rig, add_account, asked


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.02)


async def test_a_job_that_met_what_it_does_not_know_takes_its_next_turn(rig: Rig) -> None:
    await add_account(rig, "bob@example.com")
    rig.mailer.failures.append(RuntimeError("a fault of a library"))  # type: ignore[arg-type]
    async with asked(rig) as client, running_jobs(rig.services):
        await client.post("/api/auth/password-reset", json={"email": EMAIL})
        await until(lambda: not rig.mailer.failures)
        await client.post("/api/auth/password-reset", json={"email": "bob@example.com"})
        await until(lambda: bool(rig.mailer.sent))
    assert [mail.recipient for mail in rig.mailer.sent] == ["bob@example.com"]


async def test_every_job_is_in_the_book(rig: Rig) -> None:
    known = {"make_calls", "back_up_daily", "watch_records", "sample_record", "check_record_fully"}
    async with running_jobs(rig.services):
        await until(lambda: known <= {job.job for job in rig.services.jobs.standings() if job.runs})


async def broken_once(rig: Rig, job: str) -> str:
    """What the book says of the job's failed turn, once it has taken a good one after it."""
    found = ""

    def again() -> bool:
        nonlocal found
        one = next((each for each in rig.services.jobs.standings() if each.job == job), JobStanding(job=job))
        found = one.error or found
        return bool(found) and one.error is None and one.runs > one.failed

    async with running_jobs(rig.services):
        await until(again)
    return found


class BrokenCourier:
    """Meets what nobody thought of in its first turn."""

    def __init__(self) -> None:
        self.claims = 0

    async def claim(self) -> None:
        self.claims += 1
        if self.claims == 1:
            raise RuntimeError("a fault of ours")


async def test_calls_of_webhooks_go_on_after_a_fault_of_ours(rig: Rig) -> None:
    office = dataclasses.replace(rig.services.notices, courier=BrokenCourier())  # type: ignore[arg-type]
    broken = dataclasses.replace(rig, services=dataclasses.replace(rig.services, notices=office))
    assert await broken_once(broken, "make_calls") == "RuntimeError('a fault of ours')"


async def test_a_backup_that_meets_a_fault_of_ours_is_in_the_book(rig: Rig) -> None:
    async def breaks(*_: object) -> bool:
        raise RuntimeError("a fault of ours")

    plan = BackupPlan(due=breaks, run=breaks, last=breaks, alarm=breaks)  # type: ignore[arg-type]
    broken = dataclasses.replace(rig, services=dataclasses.replace(rig.services, backups=plan))

    def failed() -> bool:
        return any(
            each.job == "back_up_daily" and each.error == "RuntimeError('a fault of ours')"
            for each in broken.services.jobs.standings()
        )

    async with running_jobs(broken.services):
        await until(failed)
