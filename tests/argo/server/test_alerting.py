"""Alerts of a running generator: what its health says becomes alerts, and they reach real peers on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from argo_core.errors import ConfigError
from argo_core.testing.memory_alerts import MemoryAlerts
from argo_core.testing.memory_log import MemoryLog
from argo_server.cli.main import argo
from argo_server.jobs.alert_readings import readings_of
from argo_server.jobs.alerting import telling, watching_alerts
from argo_server.settings import load_settings
from argo_server.settings.processes import separate_processes
from argo_server.wiring.alerting import alert_channels
from tests.argo.server.web.parts import alert_services, assemble, three_cycles

SECRETS = {
    "PAGERDUTY_INTEGRATION_KEY": "pd-s3cret",
    "SLACK_WEBHOOK_URL": "http://127.0.0.1:9/services/T/B/sl-s3cret",
    "EMAIL_SMTP_PASSWORD": "em-s3cret",
    "NOTION_API_KEY": "no-s3cret",
}
EVERY = {
    **SECRETS,
    "EMAIL_SMTP_HOST": "127.0.0.1",
    "EMAIL_SMTP_PORT": "2525",
    "EMAIL_SMTP_SECURITY": "plain",
    "EMAIL_SMTP_USER": "me",
    "EMAIL_FROM": "alerts@example.com",
    "EMAIL_TO": "ops@example.com, oncall@example.com",
    "NOTION_DATA_SOURCE_ID": "ds-1",
    "PAGERDUTY_URL": "http://127.0.0.1:9",
    "NOTION_URL": "http://127.0.0.1:9",
}


def channels(environ: dict[str, str]) -> list[str]:
    return list(alert_channels(load_settings(environ).file, httpx.AsyncClient()))


def test_a_channel_is_there_as_soon_as_it_has_what_it_needs_and_can_be_switched_off() -> None:
    assert channels({}) == []
    assert channels(EVERY) == ["pagerduty", "slack", "email", "notion"]
    assert channels({**EVERY, "SLACK_ENABLED": "false", "NOTION_ALERTS_ENABLED": "0"}) == ["pagerduty", "email"]
    assert channels({"EMAIL_SMTP_HOST": "mail.example.com"}) == []


REFUSED = [
    ({"PAGERDUTY_ENABLED": "true"}, "pagerduty.integration_key is not set"),
    ({"EMAIL_ALERTS_ENABLED": "yes", "EMAIL_SMTP_HOST": "127.0.0.1"}, "email.to is not set"),
    ({**EVERY, "EMAIL_SMTP_HOST": "mail.example.com"}, "loopback only"),
    ({**EVERY, "EMAIL_TO": "ops"}, "no e-mail address"),
    ({**EVERY, "EMAIL_SMTP_USER": ""}, "go together"),
    ({**EVERY, "SLACK_ENABLED": "perhaps"}, "SLACK_ENABLED"),
    ({**EVERY, "SLACK_WEBHOOK_URL": "hooks.slack.com"}, "SLACK_WEBHOOK_URL"),
]


@pytest.mark.parametrize(("environ", "words"), REFUSED)
def test_half_a_channel_is_refused_in_one_line(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words) as refusal:
        channels(environ)
    assert "\n" not in str(refusal.value)


def test_no_secret_is_shown() -> None:
    settings = load_settings(EVERY)
    shown = "".join(one.value for one in settings.in_force)
    assert "s3cret" not in shown
    assert {one.key for one in settings.in_force if one.value == "••••"} == {
        "pagerduty.integration_key",
        "slack.webhook_url",
        "email.password",
        "notion.api_key",
    }


def test_every_process_gets_the_channels_and_no_file_holds_their_secrets(tmp_path: Path) -> None:
    keys = {"ALPACA_API_KEY": "a", "ALPACA_SECRET_KEY": "b", "PROP_FIRM_API_KEY": "c", "PROP_FIRM_SECRET_KEY": "d"}
    environ = {**EVERY, **keys, "ARGO_DISTRIBUTION_KEY": "shared", "ARGO_CACHE_DIR": str(tmp_path)}
    children = separate_processes(load_settings(environ), environ)
    assert [child.name for child in children] == ["generator", "argo", "prop_firm"]
    for child in children:
        assert "s3cret" not in child.config.decode()
        assert SECRETS.items() <= child.environment.items()
        path = tmp_path / f"{child.name}.json"
        path.write_bytes(child.config)
        assert channels({**child.environment, "ARGO_CONFIG": str(path)}) == ["pagerduty", "slack", "email", "notion"]


async def test_health_is_read_as_the_rules_look_at_it() -> None:
    log = MemoryLog()
    services = assemble(log, three_cycles())
    await services.generator.tick()
    readings = await readings_of(services)
    assert readings.down == {"database": "", "generator": ""}
    assert readings.generation_seconds == (0.0125,)
    assert (readings.cache_hits, readings.cache_misses) == (1, 2)
    assert {one.source: (one.requests, one.failures) for one in readings.sources}["massive"][1] > 0


async def test_a_rule_that_fires_is_kept_by_a_running_generator_and_told() -> None:
    store = MemoryAlerts()
    settings = load_settings({})
    services = assemble(MemoryLog(), settings=settings, alerts=alert_services(store, "slack"))
    async with asyncio.timeout(20), telling(services.alerts.desk), watching_alerts(services):
        while not store.records or not store.records[0].attempts:
            await asyncio.sleep(0.01)
    (first, *_) = store.records
    assert first.alert.runbook == "service_down"
    assert first.attempts[0].delivered


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CliRunner]:
    monkeypatch.chdir(tmp_path)
    yield CliRunner(env={"ARGO_CONFIG": "", "ARGO_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"})


def test_a_trial_without_a_channel_fails_in_one_line(runner: CliRunner) -> None:
    done = runner.invoke(argo, ["alert", "test"])
    assert done.exit_code == 1
    assert done.output.splitlines()[0].startswith("Error: no channel is configured")
