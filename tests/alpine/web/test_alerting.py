"""What is wrong with Alpine reaches its operator by itself, and so does its end."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from click.testing import CliRunner

from alpine_core.errors import OperatorError, StoreError
from alpine_core.model import Alarm, AlarmKind, Mail
from alpine_core.model.operator_alert import OperatorAlert
from alpine_web.cli.main import alpine
from alpine_web.jobs.alerting import look_of, tell_operator
from alpine_web.settings.alerts import AlertSettings
from tests.alpine.web.parts import Rig

MAIL = Mail(message_id="<1@x>", recipient="a@x.example", subject="s", text="t")


class Channel:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def tell(self, alert: OperatorAlert) -> None:
        self.told.append(f"{alert.key} {alert.state}")


async def dead_mail(rig: Rig) -> None:
    """One mail that nobody took."""
    number = await rig.outbox.queue(MAIL, rig.clock.now())
    await rig.outbox.failed(number, None, "no such user")


async def wrong(rig: Rig) -> dict[str, str]:
    """By rule, why."""
    return {rule: words for (rule, _), words in (await look_of(rig.services).found()).items() if words}


async def test_nothing_is_wrong_with_what_is_new(rig: Rig) -> None:
    assert await wrong(rig) == {}


async def test_dead_mails_and_alarms_of_the_last_day_are_found(rig: Rig) -> None:
    await dead_mail(rig)
    alarm = Alarm(
        kind=AlarmKind.SPLIT_VIEW, subject="log", stored="", offered="x", evidence=b"", raised_at=rig.clock.now()
    )
    await rig.store.raise_alarm(alarm)
    found = await wrong(rig)
    assert found["mails_dead"] == "1 in the outbox: alpine mail list --state dead"
    assert found["integrity_alarm"].startswith("log at ")
    rig.clock.advance(seconds=86_400)
    assert sorted(await wrong(rig)) == ["mails_dead"]


async def test_calls_given_up_in_the_last_hour_are_found(rig: Rig) -> None:
    look = look_of(rig.services)
    await look.found()
    rig.services.metrics.count_webhook("dead")
    assert (await look.found())[("webhooks_dead", "")] == "1 in the last hour"
    rig.clock.advance(seconds=3_601)
    assert (await look.found())[("webhooks_dead", "")] == ""


class Away:
    """A shelf of alarms whose database is gone."""

    async def newest(self, _limit: int) -> tuple[Alarm, ...]:
        raise StoreError("the database does not answer: start it")


async def test_a_database_that_is_away_is_found_and_not_raised(rig: Rig) -> None:
    services = dataclasses.replace(rig.services, alarms=Away())  # type: ignore[arg-type]
    found = await look_of(services).found()
    assert found[("database_away", "")] == "the database does not answer: start it"
    assert ("mails_dead", "") not in found


async def test_the_job_tells_every_channel(rig: Rig) -> None:
    await dead_mail(rig)
    slack, page = Channel(), Channel()
    services = dataclasses.replace(rig.services, alert_channels={"slack": slack, "pagerduty": page})
    task = asyncio.create_task(tell_operator(services))
    async with asyncio.timeout(20):
        while not slack.told:
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (slack.told, page.told) == (["mails_dead warning"], [])


@pytest.mark.parametrize(
    "wrong_settings", [{"email_to": ("ops",)}, {"slack_webhook_url": "hooks.slack.com"}, {"pagerduty_url": "ftp://x"}]
)
def test_an_address_that_is_none_is_refused(wrong_settings: dict[str, object]) -> None:
    with pytest.raises(OperatorError):
        AlertSettings(**wrong_settings)  # type: ignore[arg-type]


def test_secrets_are_not_shown() -> None:
    shown = repr(AlertSettings(slack_webhook_url="https://hooks.slack.com/s3cret", pagerduty_key="s3cret"))
    assert "s3cret" not in shown


def test_the_command_says_how_to_try() -> None:
    done = CliRunner().invoke(alpine, ["alert", "test", "--help"])
    assert "Send one alert to each configured channel" in done.output
