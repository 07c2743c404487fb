"""Alerts of several processes on one database: one tells what it holds, each tells what waits in its own memory."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.model.alert import Alert, Delivery, Severity
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.testing.contracts.alert_store import AT, sample_alert
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_alerts import MemoryAlerts

FAILED = Delivery(channel="slack", delivered=False, detail="503")


class Told:
    """One channel that several desks share; answers the script, then takes everything."""

    def __init__(self, *script: Delivery) -> None:
        self.script, self.heard = list(script), list[str]()

    async def send(self, alert: Alert) -> Delivery:
        done = self.script.pop(0) if self.script else Delivery(channel="slack", delivered=True, detail="taken")
        if done.delivered:
            self.heard.append(f"{alert.dedup_key} {'over' if alert.resolved else 'begins'}")
        return done


def desk_of(store: MemoryAlerts, slack: Told, *, leads: bool) -> AlertDesk:
    desk = AlertDesk(store, {"slack": slack}, FixedClock(AT), lambda: 0.0)
    desk.lead(leads)
    return desk


def at(minutes: int, *, over: bool = False) -> Alert:
    alert = sample_alert(severity=Severity.CRITICAL, resolved=over)
    return msgspec.structs.replace(alert, raised_at=AT + timedelta(minutes=minutes))


async def turn(*desks: AlertDesk) -> None:
    """As much as any of them can do now."""
    for _ in range(3):
        for desk in desks:
            await desk.catch_up()
            for line in desk.lines:
                await line.step()


async def test_after_an_outage_one_that_does_not_lead_hands_in_to_the_database_again() -> None:
    store, slack = MemoryAlerts(), Told()
    follower, leader = desk_of(store, slack, leads=False), desk_of(store, slack, leads=True)
    store.down = True
    assert (await follower.send(sample_alert("a"))).detail.startswith("told from memory")
    await turn(follower, leader)
    assert slack.heard == ["a begins"]
    store.down = False
    await turn(follower, leader)
    assert (await follower.send(sample_alert("b"))).detail == "kept, to be told by slack"
    await turn(follower)
    assert slack.heard == ["a begins"]
    await turn(leader)
    assert slack.heard == ["a begins", "b begins"]
    assert [one.alert.dedup_key for one in await store.standing()] == ["a", "b"]


async def test_what_a_channel_did_not_take_from_one_that_does_not_lead_is_told_by_the_leader() -> None:
    store, slack = MemoryAlerts(), Told(FAILED)
    follower, leader = desk_of(store, slack, leads=False), desk_of(store, slack, leads=True)
    store.down = True
    await follower.send(at(0))
    await follower.lines[0].step()
    store.down = False
    await turn(follower)
    assert slack.heard == []
    await turn(leader)
    assert slack.heard == ["disk_high begins"]
    assert [[one.delivered for one in record.attempts] for record in store.records] == [[False, True]]


async def test_an_end_whose_beginning_only_the_database_knows_comes_after_it() -> None:
    store, slack = MemoryAlerts(), Told()
    follower, leader = desk_of(store, slack, leads=False), desk_of(store, slack, leads=True)
    await follower.send(at(0))
    store.down = True
    assert (await follower.send(at(1, over=True))).delivered
    await turn(follower, leader)
    assert slack.heard == []
    store.down = False
    await turn(leader, follower, leader)
    assert slack.heard == ["disk_high begins", "disk_high over"]
    assert await store.standing() == ()


async def test_what_begins_again_before_its_end_could_be_told_stands() -> None:
    store, slack = MemoryAlerts(), Told()
    follower, leader = desk_of(store, slack, leads=False), desk_of(store, slack, leads=True)
    await follower.send(at(0))
    await turn(leader)
    store.down = True
    await follower.send(at(1, over=True))
    await follower.send(at(2))
    await turn(follower)
    store.down = False
    await turn(follower, leader)
    assert slack.heard == ["disk_high begins", "disk_high begins"]
    assert [one.alert.raised_at for one in await store.standing()] == [AT + timedelta(minutes=2)]


async def test_who_has_lost_the_lead_tells_only_what_waits_in_memory() -> None:
    store, slack = MemoryAlerts(), Told(FAILED)
    desk = desk_of(store, slack, leads=True)
    await desk.send(sample_alert("stored"))
    await desk.lines[0].step()
    desk.lead(False)
    store.down = True
    await desk.send(sample_alert("here"))
    await turn(desk)
    store.down = False
    await turn(desk)
    assert slack.heard == ["here begins"]
    desk.lead(True)
    await turn(desk)
    assert slack.heard == ["here begins", "stored begins"]


async def test_what_was_told_and_not_noted_is_noted_by_who_told_it_also_without_the_lead() -> None:
    store, slack = MemoryAlerts(), Told()

    class Cut(Told):
        async def send(self, alert: Alert) -> Delivery:
            store.down = True
            return await super().send(alert)

    before, leader = desk_of(store, cut := Cut(), leads=True), desk_of(store, slack, leads=True)
    await before.send(sample_alert("a"))
    await before.lines[0].step()
    before.lead(False)
    store.down = False
    await before.lines[0].step()
    await turn(leader)
    assert (cut.heard, slack.heard) == (["a begins"], [])
