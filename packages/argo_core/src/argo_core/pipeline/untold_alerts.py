"""What waits while the database is away: in memory and in a spare place, told from there, moved once it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import msgspec

from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Attempt, Matter, PendingAlert
from argo_core.model.untold_alert import UntoldAlert
from argo_core.ports.alert_spare import AlertSpare

MOST_UNTOLD = 1_000
"""So many wait; and so many that were told stay beside them until the database takes them."""
SAVE_SECONDS = 1.0
FIRST_TASK = -(2**53)
"""Tasks in memory are numbered below every stored one."""


class UntoldAlerts:
    """Oldest first; shared by the desk and its channels. A kill loses nothing that the spare place took; one that
    cannot be written, or says nothing, costs what a kill would lose and nothing else.

    `away`: the database gave no answer when it was asked last. `moves` counts what has gone to it.
    """

    def __init__(
        self, left: Iterable[UntoldAlert] = (), spare: AlertSpare | None = None, most: int = MOST_UNTOLD
    ) -> None:
        self._spare, self._most = spare, most
        self._kept = dict(enumerate(left, FIRST_TASK))
        self._next = FIRST_TASK + len(self._kept)
        self._told = {task for task, one in self._kept.items() if one.told}
        self._telling: set[tuple[int, str]] = set()
        self._moving: int | None = None
        self._saver: asyncio.Task[None] | None = None
        self._changed = False
        self.away, self.moves = False, 0

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def full(self) -> bool:
        """Whether so much waits to be told that nothing more is taken."""
        return len(self._kept) - len(self._told) >= self._most

    def matters(self) -> dict[str, Matter]:
        """Where each stands by what waits here, by its key."""
        return {one.alert.dedup_key: Matter(alert=one.alert, channels=one.channels) for one in self._kept.values()}

    def matter(self, key: str) -> Matter | None:
        """Where it stands by what waits here; None where nothing of it does."""
        same = [one for one in self._kept.values() if one.alert.dedup_key == key]
        return Matter(alert=same[-1].alert, channels=same[-1].channels) if same else None

    def told_by(self, channel: str) -> Iterable[Alert]:
        """What waits here and was taken by the channel already."""
        for one in self._kept.values():
            if any(each.channel == channel and each.delivered for each in one.attempts):
                yield one.alert

    def holds(self, alert: Alert, channel: str) -> bool:
        """Whether the channel has this one to tell from here, now or after a move that fails."""
        return any(one.alert == alert and channel in one.waiting for one in self._kept.values())

    def waiting(self, channel: str) -> list[PendingAlert]:
        """What the channel may tell from here. A matter on its way to the database waits until it is there."""
        closed = None if self._moving is None else self._kept[self._moving].alert.dedup_key
        return [
            PendingAlert(task=task, alert=one.alert, attempts=sum(each.channel == channel for each in one.attempts))
            for task, one in self._kept.items()
            if channel in one.waiting and one.alert.dedup_key != closed
        ]

    async def add(self, alert: Alert, channels: tuple[str, ...]) -> None:
        """Saved when this returns, as far as the spare place answers. Without channels it is held. What begins again
        takes the place of its end that is still held: nobody heard of that."""
        if not alert.resolved:
            self._drop_held(alert.dedup_key)
        self._kept[self._next] = UntoldAlert(alert=alert, channels=channels)
        self._next += 1
        await self._save()

    def telling(self, task: int, channel: str) -> None:
        """The channel tries it now: until `noted` it stays here."""
        self._telling.add((task, channel))

    def let_go(self, task: int, channel: str) -> None:
        """The try is over, also without an end."""
        self._telling.discard((task, channel))

    async def noted(self, task: int, attempt: Attempt) -> None:
        """How the try ended."""
        self.let_go(task, attempt.channel)
        one = self._kept[task]
        self._kept[task] = msgspec.structs.replace(one, attempts=(*one.attempts, attempt))
        if self._kept[task].told:
            self._told.add(task)
            self._forget()
        await self._save()

    def take_oldest(self) -> UntoldAlert | None:
        """What goes to the database next, closed to the channels from now on. None where nothing waits, and while a
        channel tells it: then it is closed already, and asked for again."""
        task = next(iter(self._kept), None)
        self._moving = task
        if task is None or any(number == task for number, _ in self._telling):
            return None
        return self._kept[task]

    async def moved(self) -> None:
        """What was taken is in the database."""
        if self._moving is not None:
            self._discard(self._moving)
            self._moving, self.away = None, False
            self.moves += 1
            await self._save()

    def stays(self) -> None:
        """What was taken did not get there, or could not be taken: the channels may tell it again."""
        self._moving, self.away = None, True

    def _drop_held(self, key: str) -> None:
        held = [task for task, one in self._kept.items() if one.held and one.alert.dedup_key == key]
        for task in held:
            if task != self._moving:
                self._discard(task)

    def _forget(self) -> None:
        """Of what was told, whole matters while there is too much: the oldest that are over, then the oldest."""
        while len(self._told) > self._most:
            tasks: dict[str, list[int]] = {}
            for task, one in self._kept.items():
                tasks.setdefault(one.alert.dedup_key, []).append(task)
            whole = [each for each in tasks.values() if self._told.issuperset(each) and self._moving not in each]
            if not whole:
                return
            for task in min(whole, key=lambda each: not self._kept[each[-1]].alert.resolved):
                self._discard(task)

    def _discard(self, task: int) -> None:
        del self._kept[task]
        self._told.discard(task)

    async def _save(self) -> None:
        self._changed = True
        if self._spare is None:
            return
        if self._saver is None or self._saver.done():
            self._saver = asyncio.create_task(self._write(self._spare))
        await asyncio.wait({self._saver}, timeout=SAVE_SECONDS)

    async def _write(self, spare: AlertSpare) -> None:
        while self._changed:
            self._changed = False
            with suppress(StoreError):
                await spare.save(tuple(self._kept.values()))
