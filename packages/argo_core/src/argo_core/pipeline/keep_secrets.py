"""Secrets that change while a process runs: looked at on a schedule, and when somebody refuses one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from argo_core.alerts.runbooks import SECRETS_AWAY
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Severity
from argo_core.ports.clock import Clock
from argo_core.ports.notifier import Notifier
from argo_core.ports.secret_store import SecretStore

AGAIN = timedelta(seconds=5)
SHORTEST = 12
MATTER = "secrets-manager"


class SecretKeeper:
    """Which value stands now for one that this process was started with.

    `started`: by name in the store, what was in force at the start and travels in requests. A value shorter than 12
    characters is no key and is never exchanged: it could stand in any text by chance. `apart`: likewise, of what no
    request carries as it is; who needs it asks for it by name. `learn` is told of each new value before it is used.
    """

    def __init__(
        self,
        store: SecretStore | None,
        started: Mapping[str, str],
        clock: Clock,
        learn: Callable[[Iterable[str]], None] = lambda _: None,
        apart: Mapping[str, str] | None = None,
    ) -> None:
        self._store, self._clock, self._learn = store, clock, learn
        self._started = {name: value for name, value in started.items() if len(value) >= SHORTEST}
        self._current = self._started | {name: value for name, value in (apart or {}).items() if value}
        self._before: dict[str, str] = {}
        self._others: dict[str, tuple[str, ...]] = {}
        self._asked: dict[str, datetime] = {}
        self._reading, self._away = asyncio.Lock(), False

    @property
    def standing(self) -> str:
        """`environment` where no store is asked, else `healthy`, or `unhealthy` while it cannot be read."""
        if self._store is None:
            return "environment"
        return "unhealthy" if self._away else "healthy"

    @property
    def keeps(self) -> bool:
        """Whether there is a store, and something to look for."""
        return self._store is not None and bool(self._current)

    def listen(self, learn: Callable[[Iterable[str]], None]) -> None:
        """Tell this one of new values too, from now on."""
        before = self._learn

        def both(values: Iterable[str]) -> None:
            told = tuple(values)
            before(told)
            learn(told)

        self._learn = both

    def exchanged(self) -> dict[str, str]:
        """What stands now for each value that this process was started with and that has been rotated since."""
        return {old: self._current[name] for name, old in self._started.items() if self._current[name] != old}

    def values(self) -> tuple[str, ...]:
        """Every value that a request of ours may carry."""
        return tuple(dict.fromkeys(value for name in self._started for value in self.accepted(name)))

    def accepted(self, name: str) -> tuple[str, ...]:
        """Every value of a name that a caller may still bring, or bring already: the current one first."""
        known = (self._current.get(name), *self._others.get(name, ()), self._started.get(name))
        return tuple(dict.fromkeys(value for value in known if value))

    def now(self, name: str) -> str | None:
        """The value in force; None of a name that this process was started without."""
        return self._current.get(name)

    def valid(self, name: str) -> tuple[str, ...]:
        """What a caller may bring: the value in force, the one before it, and what the store named beside it when it
        was last asked. What was in force longer ago is refused."""
        known = (self._current.get(name), *self._others.get(name, ()), self._before.get(name))
        return tuple(dict.fromkeys(value for value in known if value))

    async def look_for(self, name: str) -> None:
        """Somebody brought an unknown value of this name: perhaps it was rotated. The store is asked at most once in
        five seconds for each name, whoever brings what."""
        if self._store is not None and name in self._current:
            async with self._reading:
                await self._ask(name, self._store)

    async def look(self) -> tuple[str, ...]:
        """Reads every name again; those that changed. Raises StoreError: what was in force stays."""
        if self._store is None or not self._current:
            return ()
        self._away = True
        found = await asyncio.to_thread(self._store.read, sorted(self._current))
        self._away = False
        return tuple(name for name, secret in sorted(found.items()) if self._take(name, secret.value))

    async def refused(self, value: str) -> str | None:
        """Another value to try where `value` was refused: the current one, or while it is rotated the coming one or the
        one before. None if there is none. The store is asked at most once in five seconds for each name."""
        name = next((name for name in self._started if value in self.accepted(name)), None)
        if name is None or self._store is None:
            return None
        async with self._reading:
            await self._ask(name, self._store)
        return next((other for other in self._fresh(name) if other != value), None)

    def works(self, value: str) -> None:
        """A value that `refused` named was taken: it is the one to send, until the next look."""
        for name in self._started:
            if value in self._fresh(name):
                self._take(name, value)

    async def _ask(self, name: str, store: SecretStore) -> None:
        now = self._clock.now()
        if name in self._asked and now - self._asked[name] < AGAIN:
            return
        self._asked[name] = now
        try:
            found = await asyncio.to_thread(store.read, [name])
            others = await asyncio.to_thread(store.others, name)
        except StoreError:
            return  # the refusal itself is told to a person; the schedule tells of the store
        self._learn(others)
        self._others[name] = others
        if name in found:
            self._take(name, found[name].value)

    def _fresh(self, name: str) -> tuple[str, ...]:
        return (self._current[name], *self._others.get(name, ()))

    def _take(self, name: str, value: str) -> bool:
        if self._current[name] == value:
            return False
        self._learn([value])
        self._before[name], self._current[name] = self._current[name], value
        return True


class SecretWatch:
    """A look at all secrets, and a person told while the store is away."""

    def __init__(self, keeper: SecretKeeper, notifier: Notifier, clock: Clock, source: str = "argo-generator") -> None:
        self.keeper, self._notifier, self._clock, self._source = keeper, notifier, clock, source
        self._told = False

    async def look(self) -> tuple[tuple[str, ...], str]:
        """Names that changed, and why there was no look, "" if there was one. Never raises for the store's failure."""
        try:
            changed, why = await self.keeper.look(), ""
        except StoreError as error:
            changed, why = (), str(error)
        if why or self._told:
            await self._notifier.send(secrets_alert(why, self._clock.now(), self._source))
        self._told = bool(why)
        return changed, why


def secrets_alert(why: str, at: datetime, source: str) -> Alert:
    """What a person should know of a look that failed; an empty `why` ends the matter."""
    return Alert(
        dedup_key=MATTER,
        title="secrets are read again" if not why else "the store of secrets cannot be read",
        message=why or "every secret was read and is in force",
        severity=Severity.WARNING,
        source=source,
        raised_at=at,
        runbook=SECRETS_AWAY,
        resolved=not why,
    )
