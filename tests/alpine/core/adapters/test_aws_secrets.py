"""Secrets in a store that speaks like AWS Secrets Manager, on loopback, and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from alpine_core.adapters.aws_secrets import AwsSecrets, SecretsAccess
from alpine_core.errors import OperatorError, StoreError
from alpine_core.testing.contracts.secret_shelf import FIRST, Change, SecretShelfContract
from alpine_core.testing.fixed_clock import START
from alpine_core.testing.memory_secret_shelf import MemorySecretShelf
from tests.ports import free_port


def access(address: str) -> SecretsAccess:
    return SecretsAccess(endpoint=address, region="eu-central-1", key_id="testing", key="testing")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def client(address: str) -> Iterator[Any]:
    """Of an operator; nothing is left behind."""
    client = boto3.client(
        "secretsmanager", endpoint_url=address, region_name="eu-central-1", aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )  # fmt: skip
    yield client
    for row in client.list_secrets(MaxResults=100)["SecretList"]:
        client.delete_secret(SecretId=row["Name"], ForceDeleteWithoutRecovery=True)


class TestAwsSecrets(SecretShelfContract):
    @pytest.fixture
    def shelf(self, address: str, client: Any) -> AwsSecrets:
        return AwsSecrets(access(address))

    @pytest.fixture
    def gone(self) -> AwsSecrets:
        return AwsSecrets(access(f"http://127.0.0.1:{free_port()}"))

    @pytest.fixture
    def put(self, client: Any) -> Change:
        def put(name: str, text: str) -> None:
            if any(row["Name"] == name for row in client.list_secrets()["SecretList"]):
                client.put_secret_value(SecretId=name, SecretString=text)
            else:
                client.create_secret(Name=name, SecretString=f"{text}\n")

        return put

    @pytest.fixture
    def announce(self, client: Any) -> Change:
        return lambda name, text: client.put_secret_value(
            SecretId=name, SecretString=text, VersionStages=["AWSPENDING"]
        )


class TestMemorySecretShelf(SecretShelfContract):
    @pytest.fixture
    def shelf(self) -> MemorySecretShelf:
        return MemorySecretShelf()

    @pytest.fixture
    def gone(self) -> MemorySecretShelf:
        return MemorySecretShelf(gone=True)

    @pytest.fixture
    def put(self, shelf: MemorySecretShelf) -> Change:
        return lambda name, text: shelf.put(name, text, START)

    @pytest.fixture
    def announce(self, shelf: MemorySecretShelf) -> Change:
        return shelf.announce


async def test_what_is_no_text_is_refused_by_name(address: str, client: Any) -> None:
    client.create_secret(Name=FIRST, SecretBinary=b"\x00")
    with pytest.raises(StoreError, match=f"{FIRST} is no text: store it with --secret-string"):
        await AwsSecrets(access(address)).in_force([FIRST])


def test_an_address_that_is_none_is_for_the_operator() -> None:
    with pytest.raises(OperatorError, match="look at AWS_DEFAULT_REGION and AWS_ENDPOINT_URL"):
        AwsSecrets(access("nowhere"))
