"""Whoever owns the database can drop its triggers and change a row: the audit finds which field."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from alpine_core.adapters.sql import Database, SqlSignalShelf, SqlSignalStore, upgrade
from alpine_core.adapters.sql.tables import SIGNALS
from alpine_core.errors import StoreError
from alpine_core.feed import SignalFeed
from alpine_core.model import SignalQuery, Tier, Window
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, legacy_members, sample_verified
from alpine_core.tiers import Entitlements
from alpine_core.verify import SignalVerifier, audit
from alpine_core.wire import read_signal
from tests.alpine.core.places import MIGRATIONS

PLACES = {"cursor", "received_at"}
TEXTS: dict[str, object] = {"votes": "[]", "decision": "{}", "body": b"{}", "verification_hash": "0" * 64}
NUMBERS = {"entry_price", "target_price", "stop_price", "confidence", "win_probability", "generation_latency_ms"}
COLUMNS = sorted({column.name for column in SIGNALS.columns} - PLACES - {"legacy_preimage"})


async def changed(url: str, path: Path, column: str, value: object) -> list[str]:
    """The fields that the audit names after one column of the first of two signals was changed."""
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)
    legacy = SignalVerifier(allow_legacy=True).verify(read_signal(json.dumps(legacy_members("b")).encode()))
    await SqlSignalStore(database).store([sample_verified("a"), legacy], MOMENT)
    await database.close()
    owner = sqlite3.connect(path, isolation_level=None)
    owner.execute("DROP TRIGGER signals_refuse_update")
    row = 2 if column == "legacy_preimage" else 1
    owner.execute(f"UPDATE signals SET {column} = ? WHERE cursor = ?", (value, row))
    if column == "signal_id":
        owner.execute("DROP TRIGGER records_refuse_update")
        owner.execute("UPDATE records SET name = ? WHERE cursor = ?", (value, row))
    owner.close()
    database = await Database.open(url)
    try:
        records = await SqlSignalShelf(database).after(0, 10)
    finally:
        await database.close()
    assert len(records) == 2
    return [finding.field for record in records for finding in audit(record.stored)]


@pytest.mark.parametrize("column", COLUMNS)
async def test_a_change_of_any_column_is_found(sqlite_url: str, tmp_path: Path, column: str) -> None:
    value: object = 1.5 if column in NUMBERS else TEXTS.get(column, "X")
    found = await changed(sqlite_url, tmp_path / "alpine.db", column, value)
    assert column in found


async def test_a_change_of_a_hashed_text_of_the_older_scheme_is_found(sqlite_url: str, tmp_path: Path) -> None:
    assert "verification_hash" in await changed(sqlite_url, tmp_path / "alpine.db", "legacy_preimage", "{}")


UNREADABLE: list[tuple[str, object]] = [
    ("votes", "["),
    ("body", "x"),
    ("decision", "x"),
    ("received_at", "soon"),
    ("received_at", "2026-03-02T15:00:00"),
    ("entry_price", "x"),
    ("entry_price", float("inf")),
    ("symbol", b"x"),
]


@pytest.mark.parametrize(("column", "value"), UNREADABLE)
async def test_a_row_that_cannot_be_read_is_named(sqlite_url: str, tmp_path: Path, column: str, value: object) -> None:
    with pytest.raises(StoreError, match="'a' cannot be read"):
        await changed(sqlite_url, tmp_path / "alpine.db", column, value)


@pytest.mark.parametrize(("column", "value"), UNREADABLE)
async def test_a_row_that_cannot_be_read_is_left_out_and_told_and_the_others_are_there(
    sqlite_url: str, tmp_path: Path, column: str, value: object
) -> None:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    await SampleLog().store_in(SqlSignalStore(database), [sample_verified(name) for name in "abcde"], MOMENT)
    with sqlite3.connect(tmp_path / "alpine.db", isolation_level=None) as owner:
        owner.execute("DROP TRIGGER signals_refuse_update")
        owner.execute(f"UPDATE signals SET {column} = ? WHERE cursor IN (1, 3, 5)", (value,))
    owner.close()
    told: list[str] = []
    shelf = SqlSignalShelf(database, lambda signal_id, problem: told.append(signal_id))
    try:
        assert [record.cursor for record in await shelf.after(0, 1)] == [2]
        assert [record.cursor for record in await shelf.after(0, 2)] == [2, 4]
        assert await shelf.after(4, 1) == ()
        assert await shelf.by_id("c") is None
        first = await shelf.page(SignalQuery(limit=2), Window())
        assert ([stored.cursor for stored in first.items], first.next_before) == ([4], 4)
        rest = await shelf.page(SignalQuery(limit=3, before=4), Window())
        assert ([stored.cursor for stored in rest.items], rest.next_before) == ([2], None)
        feed = SignalFeed(shelf, Entitlements())
        assert await feed.start(Tier.FREE, MOMENT + timedelta(days=2)) == "5.4"
        assert [item.cursor for item in (await feed.after("0", Tier.PREMIUM, MOMENT)).items] == [2, 4]
    finally:
        await database.close()
    assert set(told) == {"a", "c", "e"}
