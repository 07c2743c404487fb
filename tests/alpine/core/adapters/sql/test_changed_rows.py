"""Whoever owns the database can drop its triggers and change a row: the audit finds which field."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from alpine_core.adapters.sql import Database, SqlSignalShelf, SqlSignalStore, upgrade
from alpine_core.adapters.sql.tables import SIGNALS
from alpine_core.errors import StoreError
from alpine_core.testing.samples import MOMENT, legacy_members, sample_verified
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


@pytest.mark.parametrize(
    ("column", "value"), [("votes", "["), ("body", "x"), ("decision", "x"), ("received_at", "soon")]
)
async def test_a_row_that_cannot_be_read_is_named(sqlite_url: str, tmp_path: Path, column: str, value: str) -> None:
    with pytest.raises(StoreError, match="'a' cannot be read"):
        await changed(sqlite_url, tmp_path / "alpine.db", column, value)
