"""Whatever single byte of a backup's own files is changed: while it is young it stays, and the list is read whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from alpine_core.adapters.backups import BackupHouse
from alpine_core.model.backup import BackupManifest, BackupRecord, removable

TAKEN = datetime(2026, 3, 2, 3, 10, tzinfo=UTC)
NAME = "alpine-20260302T031000Z"
OTHER = "alpine-20260303T031000Z"
MANIFEST = BackupManifest(
    entity="alpine",
    backend="sqlite",
    taken_at=TAKEN,
    schema="0001",
    rows={"signals": 3},
    logs={},
    file="database.sqlite3.gz",
    bytes=10,
    sha256="0" * 64,
)
RECORD = BackupRecord(name=NAME, taken_at=TAKEN, bytes=10, verified_at=TAKEN)


async def no_look(_url: str) -> tuple[str, ...]:
    return ()


def variants(content: bytes) -> Iterator[bytes]:
    for place in range(len(content)):
        for byte in b'1"':
            yield content[:place] + bytes((byte,)) + content[place + 1 :]


async def test_a_changed_byte_neither_hides_a_backup_nor_ages_it(tmp_path: Path) -> None:
    house = BackupHouse(tmp_path, "sqlite+aiosqlite:///none.db", tmp_path, no_look)
    for name in (NAME, OTHER):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_bytes(msgspec.json.encode(MANIFEST))
    place = tmp_path / NAME
    files = {"manifest.json": msgspec.json.encode(MANIFEST), "record.json": msgspec.json.encode(RECORD)}
    for name, content in files.items():
        for changed in variants(content):
            (place / name).write_bytes(changed)
            held = await house.records()
            assert [one.name for one in held] == [NAME, OTHER]
            assert removable(held, TAKEN + timedelta(days=2_557), 1) == ()
        (place / name).write_bytes(content)
