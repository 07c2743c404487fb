"""Each channel to the operator tells for itself."""

from __future__ import annotations

import asyncio

from alpine_core.errors import DeliveryError
from alpine_core.model.operator_alert import OperatorAlert
from alpine_web.jobs.alert_lines import AlertLine
from tests.alpine.web.parts import Rig

DEAD = ("mails_dead", "")


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


async def found(rig: Rig, words: str) -> None:
    """Dead mails, or none, as a look finds them."""
    await rig.services.alerts.judge({DEAD: words}, ("email", "slack"), rig.clock.now())


async def states(rig: Rig) -> list[list[tuple[str, str, int]]]:
    newest = await rig.services.alerts.newest(9)
    return [[(each.channel, each.state.value, each.attempts) for each in one.deliveries] for one in newest]


async def test_everything_that_is_due_is_told_in_order(rig: Rig) -> None:
    await found(rig, "3")
    await found(rig, "")
    slack = Channel()
    await AlertLine("slack", slack).tell_alerts(rig.services)
    assert slack.told == ["mails_dead warning", "mails_dead over"]
    assert await states(rig) == [[("email", "waiting", 0), ("slack", "told", 1)]] * 2


async def test_a_silent_channel_delays_no_other(rig: Rig) -> None:
    await found(rig, "3")
    silent, slack = Channel(silent=True), Channel()
    stuck = asyncio.create_task(AlertLine("email", silent).tell_alerts(rig.services))
    await AlertLine("slack", slack).tell_alerts(rig.services)
    assert slack.told == ["mails_dead warning"]
    stuck.cancel()
    await asyncio.gather(stuck, return_exceptions=True)


async def test_a_failure_is_tried_again_and_the_end_waits_for_the_beginning(rig: Rig) -> None:
    await found(rig, "3")
    await found(rig, "")
    line = AlertLine("slack", slack := Channel(DeliveryError("503", retry=True)))
    await line.tell_alerts(rig.services)
    assert slack.told == []
    rig.clock.advance(seconds=1)
    await line.tell_alerts(rig.services)
    assert slack.told == ["mails_dead warning", "mails_dead over"]


async def test_what_is_refused_for_good_is_left_and_the_next_is_told(rig: Rig) -> None:
    await found(rig, "3")
    await found(rig, "")
    line = AlertLine("slack", slack := Channel(DeliveryError("slack: 400", retry=False)))
    await line.tell_alerts(rig.services)
    assert slack.told == ["mails_dead over"]
    assert await states(rig) == [
        [("email", "waiting", 0), ("slack", "told", 1)],
        [("email", "waiting", 0), ("slack", "given_up", 1)],
    ]


async def test_killed_while_a_channel_was_told_another_tells_it_after_a_while(rig: Rig) -> None:
    await found(rig, "3")
    killed = asyncio.create_task(AlertLine("slack", Channel(silent=True)).tell_alerts(rig.services))
    await asyncio.sleep(0)
    killed.cancel()
    await asyncio.gather(killed, return_exceptions=True)
    line = AlertLine("slack", slack := Channel())
    await line.tell_alerts(rig.services)
    assert slack.told == []
    rig.clock.advance(seconds=15)
    await line.tell_alerts(rig.services)
    assert slack.told == ["mails_dead warning"]
