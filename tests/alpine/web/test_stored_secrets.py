"""Secrets out of a store like AWS Secrets Manager: over environment and file, told by place, followed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from alpine_core.errors import OperatorError
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.testing.fixed_clock import START
from alpine_core.testing.memory_secret_shelf import MemorySecretShelf
from alpine_core.testing.samples import sample_members
from alpine_web.cli.main import alpine
from alpine_web.settings import load_settings
from alpine_web.web.app import create_app
from alpine_web.web.site import open_site
from tests.alpine.web.parts import BASE, KEY, SYNC, Rig
from tests.ports import free_port

PROVIDER = "argo-alpine/alpine-backend/argo-api-key"
STORED = {
    PROVIDER: "5c" * 32,
    "argo-alpine/alpine-backend/secret-key": "5d" * 32,
    "slack-webhook-url": "https://hooks.slack.test/services/T/B/hush",
    "email-smtp-user": "mailer",
    "email-smtp-password": "password-of-the-store",
}
NEW = "9b" * 32


def environment(address: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    """What names the store that holds `STORED`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "secretsmanager", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )  # fmt: skip
    for name, text in STORED.items():
        client.create_secret(Name=name, SecretString=text)
    yield environment(address)
    server.stop()


@pytest.fixture
def away() -> dict[str, str]:
    return environment(f"http://127.0.0.1:{free_port()}")


def test_the_store_stands_over_the_environment_and_the_environment_over_the_file(
    store: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"ARGO_API_KEY={KEY}\nALPINE_METRICS_TOKEN=of-file\nREDIS_URL=redis://file\n")
    settings = load_settings({**store, "ARGO_API_KEY": KEY, "REDIS_URL": "redis://environment"}, tmp_path)
    assert (settings.provider_keys, settings.redis_url, settings.metrics_token) == (
        ("5c" * 32,), "redis://environment", "of-file",
    )  # fmt: skip
    assert (settings.mail.user, settings.secret_key_given, settings.alerts.slack_webhook_url[-4:]) == (
        "mailer", True, "hush",
    )  # fmt: skip
    told = {name: (value, origin) for name, value, origin in settings.in_force}
    assert told["ARGO_API_KEY"] == ("••••", "secrets manager")
    assert told["REDIS_URL"] == ("••••", "environment")
    assert [text for text in STORED.values() if len(text) > 12 and text in repr(settings)] == []


def test_each_secret_is_told_by_where_it_was_found_and_its_age_but_not_by_itself(
    store: dict[str, str], tmp_path: Path
) -> None:
    given = {**store, "ALPINE_ENV_FILE": str(tmp_path / ".env")}
    (tmp_path / ".env").write_text("ALPINE_METRICS_TOKEN=token-of-the-file\n")
    plain, listed = (CliRunner(env=given).invoke(alpine, ["secrets", "check", *more]) for more in ((), ("--json",)))
    assert (plain.exit_code, listed.exit_code) == (0, 0)
    found = {
        row["secret"]: (row["name in the store"], row["found in"], row["age in days"])
        for row in json.loads(listed.output)
    }
    assert found["ARGO_API_KEY"] == (PROVIDER, "secrets manager", 0)
    assert found["ALPINE_METRICS_TOKEN"] == ("argo-alpine/alpine-backend/metrics-token", "file", 0)
    assert found["STRIPE_SECRET_KEY"][1:] == ("not set", None)
    everything = plain.output + listed.output
    assert [text for text in (*STORED.values(), "token-of-the-file") if len(text) > 12 and text in everything] == []


def test_a_store_that_does_not_answer_leaves_environment_and_file(
    away: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings({**away, "ARGO_API_KEY": KEY}, tmp_path)
    assert settings.provider_keys == (KEY,)
    assert settings.stored.away is not None
    with pytest.raises(OperatorError, match="environment and file hold no secret to go on with"):
        load_settings(away, tmp_path)
    asked = CliRunner(env={**away, "ARGO_API_KEY": KEY}).invoke(alpine, ["secrets", "check"])
    assert (asked.exit_code, asked.stderr.splitlines()[-1][:50]) == (
        1, "Error: AWS Secrets Manager does not answer: Could ",
    )  # fmt: skip


def test_who_is_to_be_asked_can_be_said_and_is_not_guessed_beyond_that(tmp_path: Path, store: dict[str, str]) -> None:
    with pytest.raises(OperatorError, match="ALPINE_SECRETS is 'maybe': write one of auto, aws, off"):
        load_settings({"ALPINE_SECRETS": "maybe"}, tmp_path)
    assert load_settings({**store, "ALPINE_SECRETS": "off"}, tmp_path).stored.shelf is None
    assert load_settings({"AWS_ACCESS_KEY_ID": "k", "AWS_DEFAULT_REGION": "x"}, tmp_path).stored.shelf is None


async def test_a_key_that_is_new_in_the_store_is_known_with_its_first_delivery_and_the_old_one_still(rig: Rig) -> None:
    shelf = MemorySecretShelf()
    shelf.put(PROVIDER, KEY, START)
    secrets = KeptSecrets(shelf, {PROVIDER: KEY}, rig.clock)
    app = create_app(dataclasses.replace(rig.services, secrets=secrets), open_site())
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:

        async def status(key: str, signal: str) -> int:
            sent = await client.post(f"{SYNC}/signal", json=sample_members(signal), headers={"X-API-Key": key})
            return sent.status_code

        assert [await status(KEY, "SIG-1"), await status(NEW, "SIG-2")] == [201, 401]
        shelf.put(PROVIDER, NEW, START)
        assert await status(NEW, "SIG-2") == 401  # asked a moment ago
        rig.clock.advance(seconds=10)
        assert [await status(NEW, "SIG-2"), await status(KEY, "SIG-3")] == [201, 201]
