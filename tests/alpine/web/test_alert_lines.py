"""Each channel to the operator tells for itself."""

from __future__ import annotations

import asyncio

from alpine_core.alerts.rules import judged
from alpine_core.errors import DeliveryError
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.testing.samples import MOMENT
from alpine_web.jobs.alert_lines import AlertTeller


def alert(rule: str = "integrity_alarm", subject: str = "split_view", *, over: bool = False) -> OperatorAlert:
    return OperatorAlert(rule=rule, subject=subject, title="t", message="m", critical=True, at=MOMENT, over=over)


class Channel:
    def __init__(self, *failures: DeliveryError, silent: bool = False) -> None:
        self.failures, self.silent = list(failures), silent
        self.told: list[str] = []

    async def tell(self, alert: OperatorAlert) -> None:
        if self.silent:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        self.told.append(f"{alert.key} {alert.state}")


async def test_a_silent_channel_delays_no_other_and_a_failure_is_tried_again() -> None:
    silent, failing = Channel(silent=True), Channel(DeliveryError("503", retry=True), DeliveryError("400", retry=False))
    teller = AlertTeller({"pagerduty": silent, "slack": failing})
    tasks = [asyncio.create_task(line.run()) for line in teller.lines]
    teller.take(alert())
    teller.take(alert("database_away", ""))
    teller.take(alert("integrity_alarm", over=True))
    async with asyncio.timeout(10):
        while len(failing.told) < 2:
            await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert failing.told == ["database_away critical", "integrity_alarm:split_view over"]
    assert teller.lines[1].failures == {}
    assert silent.told == []


async def test_only_critical_matters_reach_pagerduty() -> None:
    page, slack = Channel(), Channel()
    teller = AlertTeller({"pagerduty": page, "slack": slack})
    tasks = [asyncio.create_task(line.run()) for line in teller.lines]
    _, warned = judged({}, {("mails_dead", ""): "3"}, MOMENT)
    teller.take(warned[0])
    teller.take(alert())
    async with asyncio.timeout(10):
        while len(slack.told) < 2 or not page.told:
            await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert page.told == ["integrity_alarm:split_view critical"]
