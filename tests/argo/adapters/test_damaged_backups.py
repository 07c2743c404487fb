"""One damaged byte, wherever it lies: a young backup stays listed and is never removed as an old one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from argo_core.adapters.backups import BackupFolder
from argo_core.model.backup import BackupFile, BackupManifest, BackupRecord, DatabaseFacts
from argo_core.pipeline.backup_policy import removable

AT = datetime(2026, 3, 2, 2, 40, tzinfo=UTC)
NAME = "argo-20260302T024000Z"
MANIFEST = BackupManifest(
    entity="argo",
    backend="sqlite",
    taken_at=AT,
    facts=DatabaseFacts(schema="0001", rows={"log_leaf": 3}),
    files=(BackupFile(name="database.sqlite3.gz", bytes=10, sha256="0" * 64),),
)
RECORD = BackupRecord(name=NAME, taken_at=AT, bytes=10, verified_at=AT)


def damaged(content: bytes) -> Iterator[bytes]:
    """The content with one byte another: a lower digit, a higher one, a quote, a byte that is no text."""
    for place in range(len(content)):
        for byte in b'19"\xff':
            yield content[:place] + bytes((byte,)) + content[place + 1 :]


async def test_no_byte_of_its_files_makes_a_young_backup_old(tmp_path: Path) -> None:
    place, shelf = tmp_path / NAME, BackupFolder(tmp_path, "sqlite+aiosqlite:///none.db")
    place.mkdir()
    files = {"manifest.json": msgspec.json.encode(MANIFEST), "record.json": msgspec.json.encode(RECORD)}
    for name, content in files.items():
        (place / name).write_bytes(content)
    tried = 0
    for name, content in files.items():
        for changed in damaged(content):
            (place / name).write_bytes(changed)
            (found,) = await shelf.records()
            assert (found.name, found.taken_at is not None and found.taken_at.replace(microsecond=0)) == (NAME, AT)
            assert removable((found,), AT + timedelta(days=2_557), 1) == ()
            tried += 1
        (place / name).write_bytes(content)
    assert tried > 1_000
