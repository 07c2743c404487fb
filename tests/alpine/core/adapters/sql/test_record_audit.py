"""Whoever owns the database changes, plants or removes rows: the audit goes through to the end and names each."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from alpine_core.adapters.sql import Database, SqlAuditShelf, SqlSignalStore, upgrade
from alpine_core.testing.samples import MOMENT, legacy_members, sample_outcome, sample_verified
from alpine_core.verify import SignalVerifier
from alpine_core.verify.record_audit import RecordAudit
from alpine_core.wire import read_signal
from tests.alpine.core.places import MIGRATIONS

Found = set[tuple[str, str]]
LATER = "2027-01-01T00:00:00.000000Z"


async def stored(url: str) -> None:
    """Signals a, b (of the older scheme) and c as records 1 to 3; the outcomes of a and c as 4 and 5."""
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)
    older = SignalVerifier(allow_legacy=True).verify(read_signal(json.dumps(legacy_members("b")).encode()))
    store = SqlSignalStore(database)
    await store.store([sample_verified("a"), older, sample_verified("c")], MOMENT)
    await store.store_outcomes([sample_outcome("a"), sample_outcome("c")], MOMENT + timedelta(hours=1))
    await database.close()


def as_owner(path: Path, *statements: str) -> None:
    """Run statements as somebody who has the file: without triggers and without the program's rules."""
    with sqlite3.connect(path, isolation_level=None) as owner:
        named = owner.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in named:
            owner.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            owner.execute(statement)
    owner.close()


async def audited(url: str) -> tuple[int, Found]:
    """How many signals were checked, and what was found, as (name, field)."""
    database = await Database.open(url)
    shelf, audit = SqlAuditShelf(database), RecordAudit()
    try:
        while rows := await shelf.rows(audit.cursor, 2):
            for row in rows:
                audit.record(row)
        for stray in await shelf.strays(100):
            audit.stray(stray)
    finally:
        await database.close()
    assert all("\n" not in finding.problem for finding in audit.findings)
    return audit.checked, {(finding.signal_id, finding.field) for finding in audit.findings}


async def test_an_untouched_record_has_no_finding(sqlite_url: str) -> None:
    await stored(sqlite_url)
    assert await audited(sqlite_url) == (3, set())


CHANGES: list[tuple[str, Found]] = [
    *(
        (f"UPDATE signals SET {name} = {value} WHERE cursor = 1", {("a", name), ("a", "verification_hash")})
        for name, value in {
            "symbol": "'MSFT'",
            "action": "'SELL'",
            "entry_price": "175.26",
            "target_price": "999.0",
            "stop_price": "1.0",
            "confidence": "99.9",
            "strategy": "'other'",
            "timestamp": "'2026-01-02T14:30:00.123457Z'",
        }.items()
    ),
    (
        "UPDATE signals SET signal_id = 'x' WHERE cursor = 1",
        {("a", "signal_id"), ("x", "signal_id"), ("x", "verification_hash"), ("a", "outcome")},
    ),
    ("UPDATE signals SET verification_hash = upper(verification_hash) WHERE cursor = 1", {("a", "verification_hash")}),
    ("UPDATE signals SET scheme = 'jcs-2' WHERE cursor = 1", {("a", "scheme")}),
    ("UPDATE signals SET scheme = 'jcs-1' WHERE cursor = 2", {("b", "scheme"), ("b", "verification_hash")}),
    ("UPDATE signals SET body = CAST('{}' AS BLOB) WHERE cursor = 1", {("a", "body")}),
    ("UPDATE signals SET body = 'a text' WHERE cursor = 1", {("a", "row")}),
    ("UPDATE signals SET body = 999999999999 WHERE cursor = 1", {("a", "row")}),
    ("UPDATE signals SET votes = 'x' WHERE cursor = 1", {("a", "row")}),
    ("UPDATE signals SET entry_price = 'x' WHERE cursor = 1", {("a", "row")}),
    ("UPDATE signals SET entry_price = 9e999 WHERE cursor = 1", {("a", "row")}),
    ("UPDATE signals SET symbol = x'00ff' WHERE cursor = 1", {("a", "row")}),
    ("UPDATE signals SET received_at = 'soon' WHERE cursor = 1", {("a", "row"), ("a", "received_at")}),
    (f"UPDATE signals SET received_at = '{LATER}' WHERE cursor = 1", {("a", "received_at")}),
    (
        "UPDATE records SET recorded_at = 'soon' WHERE cursor = 1",
        {("a", "recorded_at"), ("a", "received_at")},
    ),
    (
        f"UPDATE records SET recorded_at = '{LATER}' WHERE cursor = 3",
        {("c", "received_at"), ("a", "recorded_at"), ("c", "recorded_at")},
    ),
    ("UPDATE records SET name = 'x' WHERE cursor = 2", {("x", "signal_id")}),
    ("UPDATE outcomes SET outcome = 'draw' WHERE cursor = 4", {("a", "outcome")}),
    ("UPDATE outcomes SET exit_at = 'soon' WHERE cursor = 4", {("a", "outcome")}),
    ("UPDATE outcomes SET exit_price = 'x' WHERE cursor = 4", {("a", "outcome")}),
    ("UPDATE outcomes SET signal_id = 'b' WHERE cursor = 4", {("a", "outcome")}),
    ("UPDATE outcomes SET signal_id = 'x' WHERE cursor = 4", {("a", "outcome")}),
    (f"UPDATE outcomes SET recorded_at = '{LATER}' WHERE cursor = 4", {("a", "outcome")}),
    ("DELETE FROM outcomes WHERE cursor = 4", {("a", "outcome")}),
    ("DELETE FROM signals WHERE cursor = 2", {("b", "signal")}),
    ("DELETE FROM records WHERE cursor = 2", {("record 2", "cursor"), ("b", "cursor")}),
    ("DELETE FROM records WHERE cursor = 5", {("c", "cursor")}),
    ("UPDATE records SET cursor = 900 WHERE cursor = 5", {("record 5", "cursor"), ("c", "outcome"), ("c", "cursor")}),
    (
        "INSERT INTO records VALUES (6, 'signal', 'planted', '2026-03-02T16:00:00.000000Z')",
        {("planted", "signal")},
    ),
]


@pytest.mark.parametrize(("statement", "expected"), CHANGES, ids=[statement for statement, _ in CHANGES])
async def test_each_change_is_found_and_nothing_else(
    sqlite_url: str, tmp_path: Path, statement: str, expected: Found
) -> None:
    await stored(sqlite_url)
    as_owner(tmp_path / "alpine.db", statement)
    _, found = await audited(sqlite_url)
    assert found == expected


async def test_a_signal_removed_with_its_record_and_all_after_it_moved_up_is_found(
    sqlite_url: str, tmp_path: Path
) -> None:
    await stored(sqlite_url)
    moves = [
        f"UPDATE {table} SET cursor = {number - 1} WHERE cursor = {number}"
        for number in range(2, 6)
        for table in ("records", "signals", "outcomes")
    ]
    as_owner(
        tmp_path / "alpine.db",
        "DELETE FROM records WHERE cursor = 1",
        "DELETE FROM signals WHERE cursor = 1",
        *moves,
    )
    checked, found = await audited(sqlite_url)
    assert (checked, found) == (2, {("a", "outcome")})
