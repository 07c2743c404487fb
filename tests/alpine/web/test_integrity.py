"""A row that was changed in the database is told to the operator: by the hour's sample, by the night's full check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import httpx
import msgspec
import pytest

from alpine_core.model.integrity_check import next_night
from alpine_core.testing.sample_log import SAMPLE_ORIGIN
from alpine_core.testing.samples import MOMENT, sample_outcome
from alpine_web.jobs.alerting import look_of
from alpine_web.jobs.integrity import NightlyCheck, sample_record
from alpine_web.jobs.record_watch import RecordWatch
from tests.alpine.web.parts import Rig, deliver, recent, resolve
from tests.alpine.web.test_ledger import grown, mirror

NIGHT = 24 * 3600.0


async def fill(rig: Rig, client: httpx.AsyncClient) -> None:
    """Two signals, one of them ended, everything mirrored."""
    members = recent(rig, "SIG-1")
    await deliver(rig, client, members, recent(rig, "SIG-2"))
    rig.log.reveal(members)
    await resolve(rig, client, sample_outcome("SIG-1", exit_at="2026-03-02T15:00:00Z"))
    await mirror(client, rig.log, old_size=5)
    rig.clock.advance(seconds=3600)


def change_confidence(rig: Rig) -> None:
    """As `UPDATE signals SET confidence = 99 WHERE signal_id = 'SIG-2'` would."""
    kept = rig.store._signals["SIG-2"]
    fields = msgspec.structs.replace(kept.verified.fields, confidence=99.0)
    changed = msgspec.structs.replace(kept, verified=msgspec.structs.replace(kept.verified, fields=fields))
    rig.store._signals["SIG-2"] = changed
    place = next(at for at, each in enumerate(rig.store.records) if each.stored.verified.fields.signal_id == "SIG-2")
    rig.store.records[place] = msgspec.structs.replace(rig.store.records[place], stored=changed)


async def alarms(rig: Rig) -> list[tuple[str, str, str]]:
    """Oldest first."""
    return [(each.kind.value, each.subject, each.offered) for each in reversed(await rig.store.newest(99))]


async def test_the_sample_tells_of_a_changed_row_once_and_names_it(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    await sample_record(rig.services)
    assert await alarms(rig) == []
    change_confidence(rig)
    for _ in range(2):
        await sample_record(rig.services)
    assert await alarms(rig) == [
        ("audit_finding", "SIG-2", "verification_hash: the hash is not that of the nine columns"),
        ("audit_finding", "SIG-2", "confidence: confidence is not what was received"),
    ]
    told = (await look_of(rig.services).found())[("integrity_alarm", "audit_finding SIG-2")]
    assert told.startswith("at ")
    (check,) = rig.services.integrity.newest()
    assert (check.kind, check.checked, check.failed, check.rows) == ("sample", 3, 2, ("SIG-2",))
    assert (check.runs, check.found) == (3, 4)
    metrics = (await client.get("/metrics")).text.splitlines()
    assert 'alpine_integrity_checks_total{kind="sample"} 3.0' in metrics
    assert 'alpine_integrity_failures{kind="sample"} 2.0' in metrics
    assert 'alpine_verification_failures_total{kind="sample"} 4.0' in metrics
    assert 'alpine_integrity_age_seconds{kind="sample"} 0.0' in metrics


async def test_the_full_check_comes_at_night_and_tells_of_a_changed_row(rig: Rig, client: httpx.AsyncClient) -> None:
    await fill(rig, client)
    change_confidence(rig)
    nightly = NightlyCheck(rig.services)
    await nightly.check_record_fully(rig.services)
    assert rig.services.integrity.newest() == ()
    for _ in range(2):
        rig.clock.advance(seconds=NIGHT)
        await nightly.check_record_fully(rig.services)
        await nightly.check_record_fully(rig.services)
    (check,) = rig.services.integrity.newest()
    overdue = f"{SAMPLE_ORIGIN} entry 2"  # found, and an alarm of the vigil's own kind
    assert (check.kind, check.checked, check.failed, check.rows, check.runs) == ("full", 2, 3, ("SIG-2", overdue), 2)
    assert [subject for _, subject, _ in await alarms(rig)] == ["SIG-2", "SIG-2"]


def other_entry(rig: Rig) -> None:
    log = rig.store.ledger.logs[SAMPLE_ORIGIN]
    log.entries[1] = log.entries[2]


def other_hash(rig: Rig) -> None:
    log = rig.store.ledger.logs[SAMPLE_ORIGIN]
    log.hashes[1] = b"\0" * 32


def no_entry(rig: Rig) -> None:
    del rig.store.ledger.logs[SAMPLE_ORIGIN].entries[1:]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (other_entry, "seal: entry 1 of the mirror is another one"),
        (other_hash, "seal: the kept hash of entry 1 is not that of the entry"),
        (no_entry, "seal: entry 1 was removed from the mirror"),
    ],
)
async def test_the_sample_follows_a_signal_into_the_mirror(
    rig: Rig, client: httpx.AsyncClient, change: Callable[[Rig], Any], found: str
) -> None:
    await fill(rig, client)
    change(rig)
    await sample_record(rig.services)
    assert ("audit_finding", "SIG-1", found) in await alarms(rig)


async def test_a_rule_that_the_log_broke_is_an_alarm_though_a_page_read_it_first(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await mirror(client, grown(rig.log, 2))
    await client.get("/ledger")
    watch = RecordWatch()
    for _ in range(2):
        await watch.watch_records(rig.services)
    found = await alarms(rig)
    assert found
    assert {kind for kind, _, _ in found} == {"audit_finding"}
    assert found[0][1] == f"{SAMPLE_ORIGIN} entry 1"
    assert len(found) == len(set(found))


@pytest.mark.parametrize(("hour", "due"), [(2, "2026-03-03T03:30:00+00:00"), (4, "2026-03-04T03:30:00+00:00")])
def test_the_next_night_is_the_first_after(hour: int, due: str) -> None:
    after = MOMENT.replace(year=2026, month=3, day=3, hour=hour, minute=0, second=0, microsecond=0)
    assert next_night(after, time(3, 30)).isoformat() == due
