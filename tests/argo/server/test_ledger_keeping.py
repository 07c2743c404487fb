"""The jobs around the log: everything is checked once in a night, a failed round is tried again."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, datetime

from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_witness import MemoryWitness
from argo_server.jobs import keeping_ledger
from argo_server.jobs.ledger_keeping import Heart, Nightly, sample
from argo_server.services import Services
from tests.argo.server.web.parts import LOG_KEY, FixedClock, ledger_services, services_after, three_cycles

ORIGIN = "argo.localhost/signals"


async def services_at(moment: datetime, *witnesses: MemoryWitness) -> Services:
    services = await services_after(three_cycles())
    ledger = ledger_services(MemoryLedger(), witnesses=witnesses)
    return dataclasses.replace(services, clock=FixedClock(moment), ledger=ledger)


async def test_the_full_check_waits_for_the_night_and_runs_once_in_it() -> None:
    services = await services_at(datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    nightly = Nightly(services)
    assert await nightly.check() == 4 * 3600
    assert services.ledger.checks.newest() == ()
    later = dataclasses.replace(services, clock=FixedClock(datetime(2026, 3, 3, 3, 30, tzinfo=UTC)))
    nightly.services = later
    assert await nightly.check() == 24 * 3600
    (check,) = later.ledger.checks.newest()
    assert (check.kind, check.success, check.runs) == ("full", True, 1)


async def test_a_sample_is_noted_and_due_again_after_an_hour() -> None:
    services = await services_at(datetime(2026, 3, 2, 12, tzinfo=UTC))
    assert await sample(services) == 3600
    assert [check.kind for check in services.ledger.checks.newest()] == ["sample"]


async def test_a_round_keeps_the_log_and_shows_it_and_comes_sooner_while_nothing_may_be_signed() -> None:
    witness = MemoryWitness(ORIGIN, [LOG_KEY.verifier])
    services = await services_at(datetime(2026, 3, 2, 12, tzinfo=UTC), witness)
    assert await Heart(services).beat() == 60
    assert witness.seen is not None
    assert witness.seen[0] == (await services.ledger.standing()).size == 2
    away = MemoryWitness(ORIGIN, [LOG_KEY.verifier])
    away.down = True
    waiting = await services_at(datetime(2026, 3, 2, 12, tzinfo=UTC), away)
    assert await Heart(waiting).beat() == 5
    assert (await waiting.ledger.standing()).size == 0


async def test_the_jobs_run_for_as_long_as_the_process() -> None:
    services = await services_at(datetime(2026, 3, 2, 12, tzinfo=UTC))
    async with keeping_ledger(services), asyncio.timeout(5):
        while not services.ledger.checks.newest() or (await services.ledger.standing()).size < 2:
            await asyncio.sleep(0.005)
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("ledger ")]
