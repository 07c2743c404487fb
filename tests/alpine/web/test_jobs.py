"""What runs beside the requests goes on, whatever one turn of it meets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from alpine_web.jobs import running_jobs
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
