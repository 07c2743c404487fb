"""What is wrong with Alpine reaches its operator by itself, and so does its end."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from alpine_core.alerts.desk import AlertDesk
from alpine_core.alerts.spare_alerts import SpareAlerts
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model import Alarm, AlarmKind, Mail
from alpine_core.model.alarm import RaisedSubject
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.testing.memory_lease import MemoryLease
from alpine_core.testing.memory_mailer import MemoryMailer
from alpine_core.testing.memory_spare import MemorySpare
from alpine_web.cli.main import alpine
from alpine_web.jobs.alert_lines import AlertLine
from alpine_web.jobs.alerting import Alerting, look_of
from alpine_web.jobs.running import running_jobs
from alpine_web.settings import load_settings
from alpine_web.settings.alerts import AlertSettings
from alpine_web.wiring.alert_channels import alert_channels
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
    assert found["integrity_alarm"].startswith("at ")
    rig.clock.advance(seconds=86_400)
    assert sorted(await wrong(rig)) == ["mails_dead"]


async def test_calls_given_up_in_the_last_hour_are_found(rig: Rig) -> None:
    given_up_at = rig.clock.now()

    class Calls:
        async def dead_since(self, moment: datetime) -> int:
            return int(given_up_at >= moment)

    notices = dataclasses.replace(rig.services.notices, deliveries=Calls())  # type: ignore[arg-type]
    look = look_of(dataclasses.replace(rig.services, notices=notices))
    assert (await look.found())[("webhooks_dead", "")] == "1 in the last hour"
    rig.clock.advance(seconds=3_601)
    assert (await look.found())[("webhooks_dead", "")] == ""


async def test_each_alarm_is_a_matter_and_a_storm_is_one(rig: Rig) -> None:
    for number in range(13):
        alarm = Alarm(
            kind=AlarmKind.SIGNAL_CONFLICT, subject=f"s{number}", stored="", offered="x", evidence=b"",
            raised_at=rig.clock.now(),
        )  # fmt: skip
        await rig.store.raise_alarm(alarm)
    found = await look_of(rig.services).found()
    subjects = [subject for rule, subject in found if rule == "integrity_alarm" and subject]
    assert subjects == [*(f"signal_conflict s{number}" for number in range(10)), "signal_conflict and more"]
    assert found[("integrity_alarm", "")] == ""
    assert found[("integrity_alarm", "signal_conflict and more")] == "13 in a day: alpine alarms"


async def raise_alarms(rig: Rig, kind: AlarmKind, *subjects: str) -> None:
    """One alarm about each, now."""
    for subject in subjects:
        alarm = Alarm(
            kind=kind, subject=subject, stored="", offered=rig.clock.now().isoformat(), evidence=b"",
            raised_at=rig.clock.now(),
        )  # fmt: skip
        await rig.store.raise_alarm(alarm)


async def told_by_look(rig: Rig) -> list[tuple[str, str]]:
    """What one look of the job adds, oldest first."""
    before = len(await rig.services.alerts.newest(99))
    await Alerting(rig.services).look_for_alerts(rig.services)
    told = await rig.services.alerts.newest(99)
    return [(one.alert.subject, one.alert.state) for one in reversed(told[: len(told) - before])]


async def test_an_eleventh_alarm_ends_none_of_the_ten(rig: Rig) -> None:
    names = [f"s{number}" for number in range(10)]
    await raise_alarms(rig, AlarmKind.SIGNAL_CONFLICT, *names)
    assert await told_by_look(rig) == [(f"signal_conflict {name}", "critical") for name in names]
    rig.clock.advance(seconds=300)
    await raise_alarms(rig, AlarmKind.SIGNAL_CONFLICT, "s0", "s10")
    assert await told_by_look(rig) == [("signal_conflict and more", "critical")]
    rig.clock.advance(seconds=86_400 - 300)
    assert await told_by_look(rig) == [(f"signal_conflict {name}", "over") for name in names[1:]]


async def test_a_thousand_alarms_about_a_lag_push_no_other_out(rig: Rig) -> None:
    await raise_alarms(rig, AlarmKind.SPLIT_VIEW, "log")
    assert await told_by_look(rig) == [("split_view log", "critical")]
    for _ in range(1_001):
        rig.clock.advance(seconds=1)
        await raise_alarms(rig, AlarmKind.MIRROR_BEHIND, "log")
    assert await told_by_look(rig) == []


class Away:
    """A shelf of alarms whose database is gone."""

    async def subjects_since(self, _since: datetime, _limit: int) -> tuple[RaisedSubject, ...]:
        raise StoreError("the database does not answer: start it")


async def test_a_database_that_is_away_is_found_and_not_raised(rig: Rig) -> None:
    services = dataclasses.replace(rig.services, alarms=Away())  # type: ignore[arg-type]
    found = await look_of(services).found()
    assert found[("database_away", "")] == "the database does not answer: start it"
    assert ("mails_dead", "") not in found


class Lease:
    """`ports.Lease` that another worker holds, or nobody can."""

    async def hold(self) -> bool:
        return False

    async def close(self) -> None: ...


class NobodyHome(SpareAlerts):
    """`ports.OperatorAlerts` whose database is gone."""

    async def standing(self) -> dict[tuple[str, str], str]:
        raise StoreError("the database does not answer: start it")


async def test_one_worker_of_all_looks(rig: Rig) -> None:
    await dead_mail(rig)
    for lease, expected in ((Lease(), []), (MemoryLease(), ["mails_dead"])):
        services = dataclasses.replace(rig.services, lease=lease)
        await Alerting(services).look_for_alerts(services)
        assert [one.alert.key for one in await services.alerts.newest(9)] == expected


async def test_where_the_lease_is_lost_with_its_database_everybody_looks(rig: Rig) -> None:
    slack = Channel()
    services = dataclasses.replace(
        rig.services,
        lease=Lease(),
        alarms=Away(),  # type: ignore[arg-type]
        alerts=AlertDesk(NobodyHome({}), MemorySpare()),
        alert_channels={"slack": slack},
    )
    await Alerting(services).look_for_alerts(services)
    await AlertLine("slack", slack).tell_alerts(services)
    assert slack.told == ["database_away critical"]


async def test_a_database_that_hangs_is_away(rig: Rig) -> None:
    class Hanging:
        async def subjects_since(self, _since: datetime, _limit: int) -> tuple[RaisedSubject, ...]:
            await asyncio.Event().wait()
            return ()

    services = dataclasses.replace(rig.services, alarms=Hanging())  # type: ignore[arg-type]
    await Alerting(services, longest_seconds=0.01).look_for_alerts(services)
    await services.alerts.settle()
    (told,) = await services.alerts.newest(9)
    assert (told.alert.key, told.alert.message) == ("database_away", "no answer within 0.01 s")


async def test_the_jobs_tell_every_channel(rig: Rig) -> None:
    await dead_mail(rig)
    slack, page = Channel(), Channel()
    services = dataclasses.replace(rig.services, alert_channels={"slack": slack, "pagerduty": page})
    async with running_jobs(services), asyncio.timeout(20):
        while not slack.told:
            await asyncio.sleep(0.02)
    assert (slack.told, page.told) == (["mails_dead warning"], [])
    assert {"look_for_alerts", "tell_alerts_by_slack"} <= {one.job for one in services.jobs.standings()}


@pytest.mark.parametrize(
    "wrong_settings", [{"email_to": ("ops",)}, {"slack_webhook_url": "hooks.slack.com"}, {"pagerduty_url": "ftp://x"}]
)
def test_an_address_that_is_none_is_refused(wrong_settings: dict[str, object]) -> None:
    with pytest.raises(OperatorError):
        AlertSettings(**wrong_settings)  # type: ignore[arg-type]


async def test_a_recipient_is_one_channel_whoever_else_is_told(tmp_path: Path) -> None:
    async with httpx.AsyncClient() as client:

        def named(*addresses: str) -> list[str]:
            given = {"ALPINE_SMTP_HOST": "smtp.x.example", "EMAIL_TO": ",".join(addresses)}
            return list(alert_channels(load_settings(given, tmp_path), client, MemoryMailer()))

        (ada,) = named("ada@x.example")
        bob, again = named("bob@x.example", "Ada@X.example")
    assert (again, bob == ada) == (ada, False)
    assert ada == "email ea335d63"
    assert "ada" not in ada


def test_secrets_are_not_shown() -> None:
    shown = repr(AlertSettings(slack_webhook_url="https://hooks.slack.com/s3cret", pagerduty_key="s3cret"))
    assert "s3cret" not in shown


def test_the_command_says_how_to_try() -> None:
    done = CliRunner().invoke(alpine, ["alert", "test", "--help"])
    assert "Send one alert to each configured channel" in done.output
