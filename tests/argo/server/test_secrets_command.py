"""Secrets that lie in a store like AWS Secrets Manager: found, told where, and never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from argo_core.errors import ConfigError
from argo_server.settings import load_settings
from argo_server.settings.executor_role import executor_role, own_credential
from argo_server.settings.processes import separate_processes
from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import ArgoFolder
from tests.ports import free_port

STORED = {
    "argo-alpine/argo/argo-api-key": "a" * 64,
    "argo-alpine/argo/alpine-api-url": "http://127.0.0.1:9911",
    "argo-alpine/argo/massive-api-key": "massive-key-of-the-store",
    "argo-alpine/argo/alpaca-api-key": "regular-of-the-store",
    "argo-alpine/argo/alpaca-secret-key": "regular-secret-of-the-store",
    "argo-alpine/argo/prop-firm-api-key": "prop-of-the-store",
    "argo-alpine/argo/prop-firm-secret-key": "prop-secret-of-the-store",
    "pagerduty-integration-key": "pagerduty-key-of-the-store",
    "slack-webhook-url": "https://hooks.slack.test/services/T/B/secret",
    "email-smtp-user": "mailer",
    "email-smtp-password": "password-of-the-store",
}


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    """A store that holds `STORED`, as the environment names it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "secretsmanager", endpoint_url=url, region_name="us-west-1", aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )  # fmt: skip
    for name, value in STORED.items():
        client.create_secret(Name=name, SecretString=value)
    yield variables(url)
    server.stop()


def variables(url: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-west-1",
    }  # fmt: skip


@pytest.fixture
def away() -> dict[str, str]:
    """A store that nobody answers for."""
    return variables(f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def argo(argo: ArgoFolder) -> InProcess:
    return InProcess(argo)


def test_the_store_wins_over_the_environment_and_the_environment_over_the_file(
    store: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        json.dumps(
            {"massive": {"api_key": "of-file"}, "notion": {"api_key": "of-file"}, "sonar": {"api_key": "of-file"}}
        )
    )
    given = {"MASSIVE_API_KEY": "of-environment", "NOTION_API_KEY": "of-environment"}
    settings = load_settings({**store, **given, "ARGO_CONFIG": str(path)})
    file = settings.file
    assert (file.massive.api_key, file.notion.api_key, file.sonar.api_key) == (
        "massive-key-of-the-store", "of-environment", "of-file",
    )  # fmt: skip
    assert (file.alpine.api_key, file.alpine.api_url) == ("a" * 64, "http://127.0.0.1:9911")
    assert (file.email.user, file.email.password) == ("mailer", "password-of-the-store")
    origins = {setting.key: (setting.value, setting.origin) for setting in settings.in_force}
    assert origins["massive.api_key"] == ("••••", "secrets manager")
    assert origins["notion.api_key"] == ("••••", "environment")
    assert "of-the-store" not in repr(settings.stored)


def test_each_secret_is_told_by_where_it_was_found_and_its_age_and_no_command_shows_one(
    store: dict[str, str], argo: InProcess
) -> None:
    here = argo.with_environment(**store, NOTION_API_KEY="notion-key-of-the-environment")
    told = here.run("secrets", "check", "--json")
    found: dict[str, Any] = {row["variable"]: row for row in json.loads(told.stdout)}
    assert told.returncode == 0
    assert {name: row["where"] for name, row in found.items() if row["where"] != "not set"} == {
        "ALPACA_API_KEY": "secrets manager",
        "ALPACA_SECRET_KEY": "secrets manager",
        "ALPINE_API_URL": "secrets manager",
        "ARGO_API_KEY": "secrets manager",
        "EMAIL_SMTP_PASSWORD": "secrets manager",
        "EMAIL_SMTP_USER": "secrets manager",
        "MASSIVE_API_KEY": "secrets manager",
        "NOTION_API_KEY": "environment",
        "PAGERDUTY_INTEGRATION_KEY": "secrets manager",
        "PROP_FIRM_API_KEY": "secrets manager",
        "PROP_FIRM_SECRET_KEY": "secrets manager",
        "SLACK_WEBHOOK_URL": "secrets manager",
    }
    assert (found["ARGO_API_KEY"]["name"], found["NOTION_API_KEY"]["since"]) == ("argo-alpine/argo/argo-api-key", None)
    said = [here.run(*words) for words in (("secrets", "check"), ("config", "check"), ("config", "check", "--json"))]
    assert "ARGO_API_KEY" in said[0].stdout
    assert "0 d" in said[0].stdout
    everything = "".join(each.stdout + each.stderr for each in (told, *said))
    secret = [
        value for name, value in STORED.items() if name not in ("argo-alpine/argo/alpine-api-url", "email-smtp-user")
    ]
    assert [value for value in (*secret, "notion-key-of-the-environment") if value in everything] == []


def test_a_store_that_is_away_is_told_in_one_line_and_the_rest_goes_on(away: dict[str, str], argo: InProcess) -> None:
    here = argo.with_environment(**away, MASSIVE_API_KEY="massive-key-of-the-environment")
    checked = here.process("config", "check")
    assert checked.returncode == 0
    assert len([line for line in checked.stderr.splitlines() if "secrets_away" in line]) == 1
    asked = here.run("secrets", "check")
    assert (asked.returncode, asked.stderr.count("\n")) == (1, 1)
    assert asked.stderr.startswith("Error: AWS Secrets Manager cannot be used: Could not connect")


def test_a_store_that_is_away_where_nothing_else_holds_a_secret_refuses(away: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="file and environment hold no secret to go on with"):
        load_settings(away)


def test_without_amazon_in_the_environment_nobody_is_asked() -> None:
    production = {"ARGO_ENV": "production", "AWS_ACCESS_KEY_ID": "k", "AWS_DEFAULT_REGION": "us-west-1"}
    assert load_settings({"AWS_ACCESS_KEY_ID": "k", "AWS_DEFAULT_REGION": "us-west-1"}).stored.store is None
    assert load_settings({**production, "ARGO_SECRETS": "off"}).stored.store is None


def test_an_executor_reads_its_own_credential_and_no_other(
    store: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in store.items():
        monkeypatch.setenv(name, value)
    credential = own_credential(executor_role(load_settings(), "argo"))
    assert (credential.api_key, credential.secret_key) == ("regular-of-the-store", "regular-secret-of-the-store")


def test_processes_of_one_file_get_their_credentials_of_the_store_and_only_the_generator_its_keys(
    store: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"distribution": {"api_key": "d" * 64}}))
    for name, value in {**store, "ARGO_CONFIG": str(path)}.items():
        monkeypatch.setenv(name, value)
    children = {child.name: child.environment for child in separate_processes(load_settings())}
    assert children["argo"]["ALPACA_API_KEY"] == "regular-of-the-store"
    assert children["prop_firm"]["PROP_FIRM_API_KEY"] == "prop-of-the-store"
    assert {name for name, given in children.items() if "AWS_ACCESS_KEY_ID" in given} == {"generator"}
    assert children["generator"]["MASSIVE_API_KEY"] == "massive-key-of-the-store"
