"""Backups in a store that speaks S3, over loopback: carried, brought back, kept for seven years, refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from moto.server import ThreadedMotoServer

from argo_core.adapters.backups import BackupFolder, opened_backup
from argo_core.adapters.s3_backups import BackupStore, S3Backups
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.errors import StoreError
from argo_core.testing.contracts.backups import AT, NAME, BackupUploadContract
from tests.ports import free_port

BUCKET, REGION = "argo-backups", "us-east-1"
MIGRATIONS = Path(__file__).parents[3] / "migrations" / "argo"
FOLDER = "backups/argo/2026/03/02/argo-20260302T024000Z"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where boto3 looks for them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def client(address: str) -> Any:
    client = boto3.client("s3", endpoint_url=address, region_name=REGION)
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('empty') / 'signals.db'}"
    asyncio.run(upgrade(url, MIGRATIONS))
    return url


@pytest.fixture
async def shelf(empty: str, tmp_path: Path) -> BackupFolder:
    held = BackupFolder(tmp_path, empty)
    await held.note(await held.take(AT))
    return held


def store(address: str) -> BackupStore:
    return BackupStore(bucket=BUCKET, endpoint_url=address, region=REGION)


@pytest.fixture
def upload(address: str, client: Any, shelf: BackupFolder) -> S3Backups:
    return S3Backups(store(address), shelf.folder)


class TestS3Backups(BackupUploadContract):
    @pytest.fixture
    def broken_upload(self, shelf: BackupFolder) -> S3Backups:
        nobody = f"http://127.0.0.1:{free_port()}"
        return S3Backups(store(nobody), shelf.folder)


async def test_a_backup_lies_under_entity_and_day_with_its_sha256_and_no_note(upload: S3Backups, client: Any) -> None:
    assert await upload.put(NAME, AT) == f"s3://{BUCKET}/{FOLDER}"
    listed = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{FOLDER}/")["Contents"]
    assert [each["Key"].rpartition("/")[2] for each in listed] == ["database.sqlite3.gz", "manifest.json"]
    head = client.head_object(Bucket=BUCKET, Key=f"{FOLDER}/manifest.json", ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"]


async def test_what_comes_back_is_the_same_backup(upload: S3Backups, shelf: BackupFolder) -> None:
    before, place = opened_backup(shelf.folder / NAME), await upload.put(NAME, AT)
    await shelf.remove(NAME)
    await upload.fetch(place)
    assert opened_backup(shelf.folder / NAME) == before


async def test_half_a_backup_there_is_none(upload: S3Backups, shelf: BackupFolder, client: Any) -> None:
    place = await upload.put(NAME, AT)
    client.delete_object(Bucket=BUCKET, Key=f"{FOLDER}/manifest.json")
    await shelf.remove(NAME)
    with pytest.raises(StoreError, match=r"holds no whole backup: manifest\.json is not there"):
        await upload.fetch(place)
    assert await shelf.records() == ()


async def test_the_bucket_keeps_backups_for_seven_years_and_others_rules_stay(upload: S3Backups, client: Any) -> None:
    theirs = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "reports/"}, "Expiration": {"Days": 30}}
    client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [theirs]})
    for _ in range(2):
        await upload.keep_for(2_557)
    rules = client.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert [(rule["ID"], rule["Filter"]["Prefix"], rule["Expiration"]["Days"]) for rule in rules] == [
        ("theirs", "reports/", 30),
        ("argo-backups-seven-years", "backups/argo/", 2_557),
    ]


async def test_a_bucket_that_is_not_there_is_named_with_what_to_do(address: str, shelf: BackupFolder) -> None:
    upload = S3Backups(msgspec.structs.replace(store(address), bucket="nobody-has-it"), shelf.folder)
    with pytest.raises(StoreError, match=r"s3://nobody-has-it/.* was refused: NoSuchBucket: check the bucket's name"):
        await upload.put(NAME, AT)


async def test_a_place_that_is_none_is_refused(upload: S3Backups) -> None:
    with pytest.raises(StoreError, match=r"is no place of a backup: write s3://BUCKET"):
        await upload.fetch("https://example.com/backup")
