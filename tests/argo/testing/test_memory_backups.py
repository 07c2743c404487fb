"""The fakes of backups keep the promises of the real ones."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.backups import AT, BackupShelfContract, BackupUploadContract
from argo_core.testing.memory_backups import MemoryBackups, MemoryUpload


class TestMemoryBackups(BackupShelfContract):
    @pytest.fixture
    def shelf(self) -> MemoryBackups:
        return MemoryBackups()


class TestMemoryUpload(BackupUploadContract):
    @pytest.fixture
    async def shelf(self) -> MemoryBackups:
        held = MemoryBackups()
        await held.take(AT)
        return held

    @pytest.fixture
    def upload(self, shelf: MemoryBackups) -> MemoryUpload:
        return MemoryUpload(shelf)

    @pytest.fixture
    def broken_upload(self, shelf: MemoryBackups) -> MemoryUpload:
        upload = MemoryUpload(shelf)
        upload.down = True
        return upload
