"""Uploads to a store that speaks S3, over loopback: what arrives, what is refused, and a store that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from argo_core.adapters.s3_reports import S3Reports
from argo_core.errors import StoreError, Unavailable
from tests.ports import free_port

BUCKET, REGION, KEY = "argo-uploads", "us-east-1", "reports/2026/week_20261122.txt"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
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


async def test_what_is_put_is_there_under_its_key_and_again_in_its_place(store: str) -> None:
    client = boto3.client("s3", endpoint_url=store, region_name=REGION)
    client.create_bucket(Bucket=BUCKET)
    upload = S3Reports(BUCKET, store, REGION)
    await upload.put(KEY, b"earlier", "text/plain; charset=utf-8")
    await upload.put(KEY, b"one\n", "text/plain; charset=utf-8")
    found = client.get_object(Bucket=BUCKET, Key=KEY)
    assert (found["Body"].read(), found["ContentType"]) == (b"one\n", "text/plain; charset=utf-8")
    assert [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET)["Contents"]] == [KEY]


async def test_a_bucket_that_is_not_there_is_named_with_what_to_do(store: str) -> None:
    with pytest.raises(StoreError, match=r"s3://nobody-has-it/.* was refused: NoSuchBucket: check the bucket's name"):
        await S3Reports("nobody-has-it", store, REGION).put(KEY, b"", "text/plain")


async def test_a_store_that_does_not_answer_is_unavailable() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Unavailable, match=rf"s3://argo-uploads/{KEY} cannot be used: Could not connect"):
        await S3Reports(BUCKET, address, REGION).put(KEY, b"", "text/plain")


async def test_without_keys_nothing_is_sent(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(Unavailable, match="Unable to locate credentials"):
        await S3Reports(BUCKET, store, REGION).put(KEY, b"", "text/plain")
