"""Backups in S3, or in what speaks like it (extra: aws)."""

from __future__ import annotations

import asyncio
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from argo_core.errors import ConfigError, StoreError, Unavailable
from argo_core.model.backup import ENTITY

CONNECT_SECONDS, READ_SECONDS = 10, 60
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
        _require_boto3()

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
            with _Translated(f"s3://{self._store.bucket}/{key}/{path.name}"):
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
            with _Translated(f"s3://{bucket}/{key}"):
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
        with _Translated(f"s3://{bucket}"):
            others = [each for each in _rules(client, bucket) if each.get("ID") != RULE]
            client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [*others, rule]})

    def _client(self) -> Any:
        """One for each call: it is made in milliseconds, needed once a day, and takes up rotated credentials."""
        import boto3
        from botocore.config import Config

        config = Config(
            connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"mode": "standard", "max_attempts": 2}
        )
        session = boto3.session.Session(region_name=self._store.region)
        return session.client("s3", endpoint_url=self._store.endpoint_url, config=config)


class _Translated:
    """What boto3 raises, as ours."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        cause = error.__context__ if isinstance(error, Boto3Error) and error.__context__ is not None else error
        if isinstance(cause, ClientError):
            code, status = _told(cause)
            if status >= 500:
                raise Unavailable(f"{self._where}: the store answers {code}") from error
            raise StoreError(f"{self._where} was refused: {code}: check the bucket's name and rights") from error
        if isinstance(cause, BotoCoreError | Boto3Error | OSError):
            raise Unavailable(f"{self._where} cannot be used: {' '.join(str(cause).split())}") from error


def _belongs(path: Path) -> bool:
    return path.name == MANIFEST or path.name.startswith("database.")


def _rules(client: Any, bucket: str) -> list[dict[str, Any]]:
    from botocore.exceptions import ClientError

    try:
        return list(client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"])
    except ClientError as error:
        if _told(error)[0] == "NoSuchLifecycleConfiguration":
            return []
        raise


def _told(error: Any) -> tuple[str, int]:
    answer = error.response
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return str(answer.get("Error", {}).get("Code", "unknown")), int(status)


def _require_boto3() -> None:
    try:
        import boto3  # noqa: F401
    except ModuleNotFoundError as error:
        raise ConfigError("a backup in S3 needs the extra aws: pip install 'argo-core[aws]'") from error
