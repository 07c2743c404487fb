"""Backups in a store that speaks S3, over loopback: carried, brought back, kept for seven years, refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from alpine_core.adapters.backups import BackupHouse
from alpine_core.adapters.backups.folder import opened
from alpine_core.adapters.s3_backups import BackupStore, S3Backups
from alpine_core.adapters.sql import upgrade
from alpine_core.errors import StoreError
from tests.alpine.core.places import MIGRATIONS

AT, NAME = datetime(2026, 3, 2, 3, 10, tzinfo=UTC), "alpine-20260302T031000Z"
BUCKET, REGION = "alpine-backups", "us-east-1"


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(address: str) -> Any:
    client = boto3.client("s3", endpoint_url=address, region_name=REGION)
    client.create_bucket(Bucket=BUCKET)
    return client


async def nothing_wrong(_url: str) -> tuple[str, ...]:
    return ()


async def test_a_round_carries_what_comes_back_the_same_and_the_bucket_keeps_it(
    address: str, client: Any, tmp_path: Path
) -> None:
    url, folder = f"sqlite+aiosqlite:///{tmp_path / 'alpine.db'}", tmp_path / "backups"
    await upgrade(url, MIGRATIONS)
    store = BackupStore(bucket=BUCKET, endpoint_url=address, region=REGION)
    done = await BackupHouse(folder, url, MIGRATIONS, nothing_wrong, S3Backups(store, folder)).round(lambda: AT)
    place = f"s3://{BUCKET}/backups/alpine/2026/03/02/{NAME}"
    assert (done.why, done.backup.uploaded_to) == ("", place)
    listed = await asyncio.to_thread(client.list_objects_v2, Bucket=BUCKET)
    assert [each["Key"].rpartition("/")[2] for each in listed["Contents"]] == ["database.sqlite3.gz", "manifest.json"]
    elsewhere = S3Backups(store, tmp_path / "fetched")
    assert await elsewhere.fetch(place) == NAME
    assert opened(tmp_path / "fetched" / NAME) == opened(folder / NAME)
    await elsewhere.keep_for(2_557)
    rules = client.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert [(rule["Filter"]["Prefix"], rule["Expiration"]["Days"]) for rule in rules] == [("backups/alpine/", 2_557)]
    with pytest.raises(StoreError, match=r"holds no whole backup: manifest\.json is not there"):
        await elsewhere.fetch(place.replace("031000", "031001"))


async def test_a_bucket_that_is_not_there_is_named_with_what_to_do(address: str, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "manifest.json").write_text("{}")
    store = BackupStore(bucket="nobody-has-it", endpoint_url=address, region=REGION)
    with pytest.raises(StoreError, match="was refused: NoSuchBucket: check the bucket's name and rights"):
        await S3Backups(store, tmp_path).put(NAME, AT)
