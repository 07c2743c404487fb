"""What every BackupShelf and BackupUpload promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from argo_core.errors import StoreError
from argo_core.ports.backup_shelf import BackupShelf, BackupUpload

AT = datetime(2026, 3, 2, 2, 40, tzinfo=UTC)
NAME = "argo-20260302T024000Z"


class BackupShelfContract:
    """Subclass it, and give a fixture `shelf`: empty, over a database that can be backed up."""

    async def test_what_is_taken_is_listed_by_time_and_named_for_it(self, shelf: BackupShelf) -> None:
        later = await shelf.take(AT + timedelta(days=1))
        first = await shelf.take(AT)
        assert await shelf.records() == (first, later)
        assert (first.name, first.taken_at, first.bytes > 0, first.verified) == (NAME, AT, True, False)

    async def test_nothing_is_taken_twice_in_a_second(self, shelf: BackupShelf) -> None:
        first = await shelf.take(AT)
        with pytest.raises(StoreError, match=r"is there already: wait a second"):
            await shelf.take(AT)
        assert await shelf.records() == (first,)

    async def test_what_became_of_it_is_kept(self, shelf: BackupShelf) -> None:
        noted = msgspec.structs.replace(await shelf.take(AT), verified_at=AT, uploaded_to="s3://bucket/there")
        await shelf.note(noted)
        assert await shelf.records() == (noted,)

    async def test_nothing_is_noted_of_what_is_not_there(self, shelf: BackupShelf) -> None:
        record = await shelf.take(AT)
        await shelf.remove(record.name)
        await shelf.remove(record.name)
        with pytest.raises(StoreError, match=f"there is no backup {NAME}"):
            await shelf.note(record)
        assert await shelf.records() == ()


class BackupUploadContract:
    """Subclass it, and give fixtures `shelf` (holds one backup, of AT), `upload` of it, and `broken_upload`."""

    async def test_what_was_carried_comes_back_under_its_name(self, shelf: BackupShelf, upload: BackupUpload) -> None:
        place = await upload.put(NAME, AT)
        assert place.endswith(f"/2026/03/02/{NAME}")
        assert await upload.put(NAME, AT) == place
        await shelf.remove(NAME)
        assert await upload.fetch(place) == NAME
        assert [record.name for record in await shelf.records()] == [NAME]

    async def test_what_is_not_there_is_named(self, upload: BackupUpload) -> None:
        place = (await upload.put(NAME, AT)).replace(NAME, "argo-20260303T024000Z")
        with pytest.raises(
            StoreError, match=r"argo-20260303T024000Z holds no whole backup: manifest.json is not there"
        ):
            await upload.fetch(place)

    async def test_a_place_that_cannot_be_reached_is_said(
        self, shelf: BackupShelf, broken_upload: BackupUpload
    ) -> None:
        with pytest.raises(StoreError, match="cannot be used"):
            await broken_upload.put(NAME, AT)
        assert [record.name for record in await shelf.records()] == [NAME]
