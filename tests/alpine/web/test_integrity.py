"""A row that was changed in the database is told to the operator: by the hour's sample, by the night's full check."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import httpx
import msgspec
import pytest

from alpine_core.errors import StoreError
from alpine_core.model.integrity_check import CheckStanding, is_due, next_night
from alpine_core.testing.sample_log import SAMPLE_ORIGIN
from alpine_core.testing.samples import MOMENT, sample_outcome
from alpine_core.verify.audit_report import AuditReport
from alpine_web.jobs.alerting import Alerting, look_of
from alpine_web.jobs.integrity import check_record_fully, sample_record
from alpine_web.jobs.record_watch import RecordWatch
from alpine_web.record_audit import audit_record
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
    told = (await look_of(rig.services).found())[("record_damaged", "SIG-2")]
    assert told.startswith("verification_hash: the hash is not that of the nine columns: found at ")
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
    await check_record_fully(rig.services)
    assert rig.services.integrity.newest() == ()
    for _ in range(2):
        rig.clock.advance(seconds=NIGHT)
        await check_record_fully(rig.services)
        await check_record_fully(rig.services)
    (check,) = rig.services.integrity.newest()
    overdue = f"{SAMPLE_ORIGIN} entry 2"  # found, and an alarm of the vigil's own kind
    assert (check.kind, check.checked, check.failed, check.rows, check.runs) == ("full", 2, 3, ("SIG-2", overdue), 2)
    assert [subject for _, subject, _ in await alarms(rig)] == ["SIG-2", "SIG-2"]


async def told_by_night(rig: Rig) -> list[tuple[str, str]]:
    """What a night with its full check tells about the stored record."""
    rig.clock.advance(seconds=NIGHT)
    await check_record_fully(rig.services)
    before = len(await rig.services.alerts.newest(99))
    await Alerting(rig.services).look_for_alerts(rig.services)
    told = await rig.services.alerts.newest(99)
    fresh = [one.alert for one in reversed(told[: len(told) - before])]
    return [(one.key, one.state) for one in fresh if one.rule in ("record_damaged", "integrity_alarm")]


async def test_a_damaged_row_is_told_until_a_check_finds_it_repaired_and_again_when_it_is_damaged_again(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    await fill(rig, client)
    await check_record_fully(rig.services)
    sound, records = dict(rig.store._signals), list(rig.store.records)
    change_confidence(rig)
    assert await told_by_night(rig) == [("record_damaged:SIG-2", "critical")]
    assert [await told_by_night(rig) for _ in range(3)] == [[], [], []]
    rig.store._signals, rig.store.records = sound, records
    assert await told_by_night(rig) == [("record_damaged:SIG-2", "over")]
    change_confidence(rig)
    assert await told_by_night(rig) == [("record_damaged:SIG-2", "critical")]
    assert len(await alarms(rig)) == 2


async def test_a_full_check_that_never_ends_is_late_and_who_runs_through_the_night_makes_up_for_it(
    rig: Rig, client: httpx.AsyncClient
) -> None:
    async def away() -> AuditReport:
        raise StoreError("the database does not answer: start it")

    broken = dataclasses.replace(rig.services, own_audit=away)
    await check_record_fully(broken)
    late = ("integrity_late", "")
    rig.clock.advance(seconds=NIGHT)
    for _ in range(2):
        with pytest.raises(StoreError):
            await check_record_fully(broken)
        await check_record_fully(broken)
        rig.clock.advance(seconds=1_800)
    assert (await look_of(rig.services).found())[late] == ""
    rig.clock.advance(seconds=NIGHT / 2)
    told = (await look_of(rig.services).found())[late]
    assert told == "no full check has ended since 2026-03-02 15:00:00 UTC: alpine ledger audit"
    metrics = (await client.get("/metrics")).text.splitlines()
    assert f'alpine_integrity_age_seconds{{kind="full"}} {37 * 3600.0}' in metrics
    await check_record_fully(rig.services)
    assert (await look_of(rig.services).found())[late] == ""


DUE = [
    ("2026-03-03T03:29:00+00:00", None, None, False),
    ("2026-03-03T03:30:00+00:00", None, None, True),
    ("2026-03-03T03:59:00+00:00", "2026-03-03T03:30:00+00:00", None, False),
    ("2026-03-03T04:00:00+00:00", "2026-03-03T03:30:00+00:00", None, True),
    ("2026-03-03T12:00:00+00:00", "2026-03-03T03:30:00+00:00", "2026-03-03T03:40:00+00:00", False),
    ("2026-03-04T03:30:00+00:00", "2026-03-03T03:30:00+00:00", "2026-03-03T03:40:00+00:00", True),
    ("2026-03-04T03:50:00+00:00", "2026-03-04T03:30:00+00:00", "2026-03-03T03:40:00+00:00", False),
    ("2026-03-04T09:00:00+00:00", "2026-03-04T03:30:00+00:00", "2026-03-03T03:40:00+00:00", True),
]


@pytest.mark.parametrize(("now", "began_at", "finished_at", "due"), DUE)
def test_a_full_check_is_due_once_in_each_night_and_again_half_an_hour_after_one_that_did_not_end(
    now: str, began_at: str | None, finished_at: str | None, due: bool
) -> None:
    begun, ended = (None if each is None else datetime.fromisoformat(each) for each in (began_at, finished_at))
    check = CheckStanding(kind="full", since=MOMENT, began_at=begun, finished_at=ended)
    assert is_due(check, time(3, 30), datetime.fromisoformat(now)) is due


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


def no_log(rig: Rig) -> None:
    rig.store.ledger.logs.clear()


def no_newest_checkpoint(rig: Rig) -> None:
    kept = rig.store.ledger.logs[SAMPLE_ORIGIN].checkpoints
    for size in sorted(kept)[1:]:
        del kept[size]


@pytest.mark.parametrize("change", [no_log, no_newest_checkpoint])
async def test_every_check_finds_that_rows_of_the_witness_were_removed(
    rig: Rig, client: httpx.AsyncClient, change: Callable[[Rig], Any]
) -> None:
    await fill(rig, client)
    assert (await audit_record(rig.services)).found == 0
    change(rig)
    gone = "checkpoints: signals or entries are kept beyond the newest kept checkpoint: some were removed"
    report = await audit_record(rig.services)
    assert (SAMPLE_ORIGIN, gone) in [(one.signal_id, f"{one.field}: {one.problem}") for one in report.findings]
    await sample_record(rig.services)
    assert ("audit_finding", SAMPLE_ORIGIN, gone) in await alarms(rig)


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
