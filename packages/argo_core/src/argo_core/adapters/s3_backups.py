"""Backups in S3, or in what speaks like it (extra: aws)."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from argo_core.adapters.s3_store import S3Errors, refusal_of, require_boto3, s3_client
from argo_core.errors import StoreError, Unavailable
from argo_core.model.backup import ENTITY

READ_SECONDS = 60
MANIFEST = "manifest.json"
RULE = "argo-backups-seven-years"
_PLACE = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>[^\s]+?)/?")


class BackupStore(msgspec.Struct, frozen=True, kw_only=True):
    """Which store: `endpoint_url` None is Amazon's own, `region` None is what boto3 finds."""

    bucket: str
    prefix: str = "backups"
    endpoint_url: str | None = None
    region: str | None = None


class S3Backups:
    """`ports.BackupUpload` of the backups in `folder`, by the credentials that boto3 finds in the environment or the
    machine's role. Keys: `{prefix}/{entity}/{yyyy}/{mm}/{dd}/{name}/{file}`. Raises ConfigError without the extra."""

    def __init__(self, store: BackupStore, folder: Path) -> None:
        self._store, self._folder = store, folder
        require_boto3("a backup")

    async def put(self, name: str, taken_at: datetime) -> str:
        """The manifest last: what a kill leaves there has none, and is no backup."""
        key = f"{self._store.prefix}/{ENTITY}/{taken_at:%Y/%m/%d}/{name}"
        await asyncio.to_thread(self._put, self._folder / name, key)
        return f"s3://{self._store.bucket}/{key}"

    async def fetch(self, place: str) -> str:
        """Raises StoreError for an address that is none."""
        found = _PLACE.fullmatch(place)
        if found is None:
            raise StoreError(f"{place} is no place of a backup: write s3://BUCKET/PREFIX/{ENTITY}/YYYY/MM/DD/NAME")
        name = found["key"].rpartition("/")[2]
        await asyncio.to_thread(self._fetch, found["bucket"], found["key"], name)
        return name

    async def keep_for(self, days: int) -> None:
        """Rules that somebody else made for the bucket stay as they are."""
        await asyncio.to_thread(self._keep_for, days)

    def _put(self, folder: Path, key: str) -> None:
        files = sorted((path for path in folder.iterdir() if _belongs(path)), key=lambda path: path.name == MANIFEST)
        client = self._client()
        for path in files:
            with S3Errors(f"s3://{self._store.bucket}/{key}/{path.name}"):
                # Each part carries its SHA-256, which the store checks before it answers.
                client.upload_file(
                    str(path), self._store.bucket, f"{key}/{path.name}", ExtraArgs={"ChecksumAlgorithm": "SHA256"}
                )
                stored = client.head_object(Bucket=self._store.bucket, Key=f"{key}/{path.name}")
            if stored["ContentLength"] != path.stat().st_size:
                raise Unavailable(f"s3://{self._store.bucket}/{key}/{path.name} arrived incomplete: try again")

    def _fetch(self, bucket: str, key: str, name: str) -> None:
        aside, place, client = self._folder / f".fetching-{name}", self._folder / name, self._client()
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            with S3Errors(f"s3://{bucket}/{key}"):
                listed = client.list_objects_v2(Bucket=bucket, Prefix=f"{key}/").get("Contents", [])
                for each in listed:
                    client.download_file(bucket, each["Key"], str(aside / each["Key"].rpartition("/")[2]))
            if not (aside / MANIFEST).is_file():
                raise StoreError(f"s3://{bucket}/{key} holds no whole backup: {MANIFEST} is not there")
            if not place.exists():
                aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _keep_for(self, days: int) -> None:
        client, bucket = self._client(), self._store.bucket
        rule = {
            "ID": RULE,
            "Status": "Enabled",
            "Filter": {"Prefix": f"{self._store.prefix}/{ENTITY}/"},
            "Expiration": {"Days": days},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
        with S3Errors(f"s3://{bucket}"):
            others = [each for each in _rules(client, bucket) if each.get("ID") != RULE]
            client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [*others, rule]})

    def _client(self) -> Any:
        return s3_client(self._store.endpoint_url, self._store.region, READ_SECONDS)


def _belongs(path: Path) -> bool:
    return path.name == MANIFEST or path.name.startswith("database.")


def _rules(client: Any, bucket: str) -> list[dict[str, Any]]:
    from botocore.exceptions import ClientError

    try:
        return list(client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"])
    except ClientError as error:
        if refusal_of(error)[0] == "NoSuchLifecycleConfiguration":
            return []
        raise
