"""What is found while the database is away is told then, and is in the database afterwards, kill or no kill."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from alpine_core.alerts.desk import AlertDesk
from alpine_core.alerts.spare_alerts import SpareAlerts
from alpine_core.alerts.telling import told
from alpine_core.errors import StoreError
from alpine_core.model.alert_delivery import AlertEnd, AlertState, DueAlert, KeptAlert
from alpine_core.testing.memory_spare import MemorySpare
from alpine_core.testing.samples import MOMENT

AWAY, DEAD = ("database_away", ""), ("mails_dead", "")


def after(seconds: float) -> datetime:
    return MOMENT + timedelta(seconds=seconds)


class Store(SpareAlerts):
    """`ports.OperatorAlerts` that can be away."""

    def __init__(self) -> None:
        super().__init__({})
        self.away = False

    def _asked(self) -> None:
        if self.away:
            raise StoreError("the database does not answer")

    async def standing(self) -> dict[tuple[str, str], str]:
        self._asked()
        return await super().standing()

    async def keep(self, kept: KeptAlert) -> bool:
        self._asked()
        return await super().keep(kept)

    async def claim(self, channel: str, now: datetime, until: datetime) -> DueAlert | None:
        self._asked()
        return await super().claim(channel, now, until)

    async def end(self, alert_id: str, channel: str, end: AlertEnd) -> None:
        self._asked()
        await super().end(alert_id, channel, end)

    async def states(self) -> list[tuple[str, str, AlertState]]:
        """Matter, state and what became of it at Slack, oldest first."""
        found = reversed(await self.newest(9))
        return [(one.alert.key, one.alert.state, one.deliveries[0].state) for one in found]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def place() -> MemorySpare:
    return MemorySpare()


@pytest.fixture
def desk(store: Store, place: MemorySpare) -> AlertDesk:
    return AlertDesk(store, place)


async def look(desk: AlertDesk, found: dict[tuple[str, str], str], seconds: float) -> list[str]:
    return [one.state for one in await desk.judge(found, ("slack",), after(seconds))]


async def tell(desk: AlertDesk, seconds: float) -> str | None:
    """Slack takes what is due."""
    due = await desk.claim("slack", after(seconds), after(seconds + 15))
    if due is None:
        return None
    await desk.end(due.alert.alert_id, "slack", told(after(seconds)))
    return f"{due.alert.key} {due.alert.state}"


async def test_what_one_process_began_another_ends(desk: AlertDesk, store: Store) -> None:
    assert await look(desk, {DEAD: "3 in the outbox"}, 0) == ["warning"]
    assert await look(desk, {DEAD: "4 in the outbox"}, 5) == []
    after_kill = AlertDesk(store, MemorySpare())
    assert await tell(after_kill, 6) == "mails_dead warning"
    assert await look(after_kill, {DEAD: ""}, 10) == ["over"]
    assert await tell(after_kill, 11) == "mails_dead over"
    assert await tell(after_kill, 12) is None


async def test_a_database_that_is_away_is_told_at_once_and_kept_when_it_is_back(
    desk: AlertDesk, store: Store, place: MemorySpare
) -> None:
    assert await look(desk, {AWAY: ""}, 0) == []
    store.away = True
    assert not await desk.answers()
    assert await look(desk, {AWAY: "gone"}, 5) == ["critical"]
    assert await look(desk, {AWAY: "gone"}, 10) == []
    assert await tell(desk, 11) == "database_away critical"
    store.away = False
    assert await look(desk, {AWAY: ""}, 15) == ["over"]
    assert await store.states() == [
        ("database_away", "critical", AlertState.TOLD),
        ("database_away", "over", AlertState.WAITING),
    ]
    assert place.load() == ()
    assert await tell(desk, 16) == "database_away over"


async def test_killed_while_the_database_is_away_the_next_one_says_that_it_is_over(
    desk: AlertDesk, store: Store, place: MemorySpare
) -> None:
    store.away = True
    await look(desk, {AWAY: "gone"}, 0)
    assert await tell(desk, 1) == "database_away critical"
    place.end()
    after_kill = AlertDesk(store, place.beside())
    assert await look(after_kill, {AWAY: "gone"}, 5) == []
    assert await tell(after_kill, 6) is None
    store.away = False
    assert await look(after_kill, {AWAY: ""}, 10) == ["over"]
    assert await tell(after_kill, 11) == "database_away over"


async def test_what_stood_before_stands_while_the_database_is_away(desk: AlertDesk, store: Store) -> None:
    await look(desk, {DEAD: "3"}, 0)
    store.away = True
    assert await look(desk, {DEAD: "3", AWAY: "gone"}, 5) == ["critical"]
    assert await look(desk, {DEAD: ""}, 10) == ["over"]
    store.away = False
    assert await look(desk, {DEAD: "", AWAY: ""}, 15) == ["over"]
    assert [each[:2] for each in await store.states()] == [
        ("mails_dead", "warning"),
        ("database_away", "critical"),
        ("mails_dead", "over"),
        ("database_away", "over"),
    ]


async def test_of_two_processes_that_found_it_alone_one_is_kept(desk: AlertDesk, store: Store) -> None:
    other = AlertDesk(store, MemorySpare())
    store.away = True
    for one in (desk, other):
        await look(one, {AWAY: "gone"}, 0)
    store.away = False
    for one in (desk, other):
        assert await one.answers()
    assert [each[:2] for each in await store.states()] == [("database_away", "critical")]


async def test_of_two_processes_at_one_place_one_tells_and_the_other_follows_it(
    desk: AlertDesk, store: Store, place: MemorySpare
) -> None:
    other = AlertDesk(store, place.beside())
    store.away = True
    assert await look(desk, {AWAY: "gone"}, 0) == ["critical"]
    assert await look(other, {AWAY: "gone"}, 0) == []
    assert await tell(other, 1) is None
    place.end()
    assert await look(other, {AWAY: "gone"}, 2) == []
    assert await tell(other, 3) == "database_away critical"
    store.away = False
    assert await look(other, {AWAY: ""}, 4) == ["over"]
    assert [each[:2] for each in await store.states()] == [("database_away", "critical"), ("database_away", "over")]


async def test_what_is_being_told_while_the_database_comes_back_is_not_told_twice(
    desk: AlertDesk, store: Store
) -> None:
    store.away = True
    await look(desk, {AWAY: "gone"}, 0)
    due = await desk.claim("slack", after(1), after(16))
    assert due is not None
    store.away = False
    await desk.settle()
    assert await desk.claim("slack", after(2), after(17)) is None
    await desk.end(due.alert.alert_id, "slack", told(after(3)))
    assert await store.states() == [("database_away", "critical", AlertState.TOLD)]


async def test_what_another_process_ended_begins_anew_at_the_next_outage(desk: AlertDesk, store: Store) -> None:
    holder, other = desk, AlertDesk(store, MemorySpare())
    store.away = True
    for one in (holder, other):
        assert await look(one, {AWAY: "gone"}, 0) == ["critical"]
    store.away = False
    assert [await one.answers() for one in (holder, other)] == [True, True]
    assert await look(holder, {AWAY: ""}, 10) == ["over"]
    assert await other.answers()
    store.away = True
    assert await look(other, {AWAY: "gone"}, 20) == ["critical"]


class Late(Store):
    """Keeps what it says that it could not: it was done after nobody waited any longer."""

    late = True

    async def keep(self, kept: KeptAlert) -> bool:
        done = await super().keep(kept)
        if not self.late:
            return done
        raise StoreError("the database does not answer within 3 s")


@pytest.mark.parametrize("ended", [True, False])
async def test_what_was_kept_too_late_is_told_once(ended: bool) -> None:
    store = Late()
    desk = AlertDesk(store, MemorySpare())
    assert await look(desk, {DEAD: "3"}, 0) == ["warning"]
    due = await desk.claim("slack", after(1), after(16))
    assert due is not None
    if ended:
        await desk.end(due.alert.alert_id, "slack", told(after(2)))
    store.late = False
    assert await desk.claim("slack", after(3), after(18)) is None
    if not ended:
        await desk.end(due.alert.alert_id, "slack", told(after(4)))
    assert await desk.claim("slack", after(60), after(75)) is None
    assert await store.states() == [("mails_dead", "warning", AlertState.TOLD)]


async def test_told_while_the_database_went_away_is_noted_later(desk: AlertDesk, store: Store) -> None:
    await look(desk, {DEAD: "3"}, 0)
    due = await desk.claim("slack", after(1), after(16))
    assert due is not None
    store.away = True
    await desk.end(due.alert.alert_id, "slack", told(after(2)))
    store.away = False
    assert await desk.answers()
    assert await store.states() == [("mails_dead", "warning", AlertState.TOLD)]


async def test_a_spare_place_that_cannot_be_used_stops_nothing(store: Store) -> None:
    class Broken(MemorySpare):
        def load(self) -> tuple[KeptAlert, ...]:
            raise StoreError("no space left")

        def save(self, kept: tuple[KeptAlert, ...]) -> None:
            raise StoreError("no space left")

    said: list[str] = []
    desk = AlertDesk(store, Broken(), said.append)
    store.away = True
    assert await look(desk, {AWAY: "gone"}, 0) == ["critical"]
    assert await tell(desk, 1) == "database_away critical"
    assert said == ["no space left"]
