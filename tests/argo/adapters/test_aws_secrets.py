"""Secrets in a store that speaks like AWS Secrets Manager, over loopback, and in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from argo_core.adapters.aws_secrets import AwsSecrets, SecretsPlace
from argo_core.errors import ConfigError, StoreError
from argo_core.testing.contracts.secret_store import NAME, OTHER, SecretStoreContract
from argo_core.testing.memory_secrets import MemorySecrets
from argo_core.testing.sample_cycles import MOMENT
from tests.ports import free_port

Put = Callable[[str, str], None]


def place(url: str) -> SecretsPlace:
    return SecretsPlace(endpoint_url=url, region="us-east-1", access_key="testing", secret_key="testing")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def client(server: str) -> Iterator[Any]:
    """Ours to change what is stored; the names of the contract are gone before and after."""
    made = boto3.client(
        "secretsmanager", endpoint_url=server, region_name="us-east-1", aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )  # fmt: skip
    yield made
    for row in made.list_secrets(MaxResults=100)["SecretList"]:
        made.delete_secret(SecretId=row["Name"], ForceDeleteWithoutRecovery=True)


def unused_address() -> str:
    return f"http://127.0.0.1:{free_port()}"


class TestAwsSecrets(SecretStoreContract):
    @pytest.fixture
    def store(self, server: str, client: Any) -> AwsSecrets:
        return AwsSecrets(place(server))

    @pytest.fixture
    def away(self) -> AwsSecrets:
        return AwsSecrets(place(unused_address()))

    @pytest.fixture
    def put(self, client: Any) -> Put:
        def put(name: str, value: str) -> None:
            known = {row["Name"] for row in client.list_secrets(MaxResults=100)["SecretList"]}
            if name in known:
                client.put_secret_value(SecretId=name, SecretString=value)
            else:
                client.create_secret(Name=name, SecretString=value)

        return put

    @pytest.fixture
    def prepare(self, client: Any) -> Put:
        return lambda name, value: client.put_secret_value(
            SecretId=name, SecretString=value, VersionStages=["AWSPENDING"]
        )


class TestMemorySecrets(SecretStoreContract):
    @pytest.fixture
    def store(self) -> MemorySecrets:
        return MemorySecrets()

    @pytest.fixture
    def away(self) -> MemorySecrets:
        store = MemorySecrets()
        store.away = True
        return store

    @pytest.fixture
    def put(self, store: MemorySecrets) -> Put:
        return lambda name, value: store.put(name, value, MOMENT)

    @pytest.fixture
    def prepare(self, store: MemorySecrets) -> Put:
        return store.prepare


def test_more_names_than_one_request_takes_are_all_read(server: str, client: Any) -> None:
    names = [f"argo-many/{number}" for number in range(23)]
    for name in names:
        client.create_secret(Name=name, SecretString=f"value of {name}\n")
    found = AwsSecrets(place(server)).read(names)
    assert {name: secret.value for name, secret in found.items()} == {name: f"value of {name}" for name in names}


def test_bytes_are_no_secret_of_ours(server: str, client: Any) -> None:
    client.create_secret(Name=OTHER, SecretBinary=b"\x00\x01")
    with pytest.raises(StoreError, match=f"{OTHER} holds no text: store it with --secret-string"):
        AwsSecrets(place(server)).read([NAME, OTHER])


def test_an_address_that_is_none_is_the_operators_mistake() -> None:
    with pytest.raises(ConfigError, match="set AWS_DEFAULT_REGION and AWS_ENDPOINT_URL right"):
        AwsSecrets(place("nowhere"))
