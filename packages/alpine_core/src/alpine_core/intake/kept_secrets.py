"""Secrets that change while the server runs: read again by the clock, and when somebody brings an unknown one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from alpine_core.errors import StoreError
from alpine_core.ports import Clock
from alpine_core.ports.secret_shelf import SecretShelf

PAUSE = timedelta(seconds=10)
SHORTEST = 12


class KeptSecrets:
    """`started`: by name, the text that this process began with; several secrets in one text are parted by commas.
    Where there is no shelf they stay for ever. `apart`: likewise, of what no request of ours carries as it is; who
    needs it asks for it by name. `away`: why the last look failed, "" if it did not."""

    def __init__(
        self,
        shelf: SecretShelf | None,
        started: Mapping[str, str],
        clock: Clock,
        apart: Mapping[str, str] | None = None,
    ) -> None:
        self._shelf, self._clock = shelf, clock
        self._started = {name: text for name, text in {**started, **(apart or {})}.items() if text}
        self._apart = frozenset(apart or {})
        self._now = dict(self._started)
        self._beside: dict[str, tuple[str, ...]] = {}
        self._asked: dict[str, datetime] = {}
        self.away = ""

    def accepted(self, name: str) -> tuple[str, ...]:
        """Every secret of that name which somebody may bring: those in force first, then the next and the last."""
        texts = (self._now.get(name, ""), *self._beside.get(name, ()))
        return tuple(dict.fromkeys(secret for text in texts for secret in _parted(text)))

    def now(self, name: str) -> str | None:
        """The text in force, whole; None of a name that this process began without."""
        return self._now.get(name)

    def changed(self) -> dict[str, str]:
        """What stands now for each text that this process began with and that is another by now. Nothing short: it
        could stand in any text by chance."""
        pairs = ((text, self._now[name]) for name, text in self._started.items() if name not in self._apart)
        return {old: new for old, new in pairs if old != new and len(old) >= SHORTEST}

    async def look(self, with_beside: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Names whose text is another now; of `with_beside` the others are read too. Raises StoreError: all stays."""
        if self._shelf is None:
            return ()
        shelf, names = self._shelf, {*self._started, *with_beside}
        try:
            found = await shelf.in_force(names)
            beside = {name: await shelf.beside(name) for name in with_beside if name in found}
        except StoreError as error:
            self.away = str(error)
            raise
        self.away = ""
        self._beside |= beside
        other = {name: one.text for name, one in found.items() if self._now.get(name) != one.text}
        self._now |= other
        return tuple(sorted(other))

    async def look_for(self, name: str) -> None:
        """Somebody brought a secret that is none of this name's, or was refused with ours: perhaps it was changed. At
        most once in ten seconds, whoever asks; who asks meanwhile does not wait."""
        now = self._clock.now()
        if self._shelf is None or (name in self._asked and now - self._asked[name] < PAUSE):
            return
        self._asked[name] = now
        try:
            await self.look((name,))
        except StoreError:
            return  # `away` says it

    def other_than(self, text: str) -> str | None:
        """What to try where this one was refused: one in force, the next or the last; None if there is no other."""
        for name in (each for each in self._started if each not in self._apart):
            known = (self._now[name], *self._beside.get(name, ()))
            if text in (self._started[name], *known):
                return next((each for each in known if each != text), None)
        return None

    def name_of(self, text: str) -> str | None:
        """The name that this text has, or had at the start."""
        return next((name for name in self._started if text in (self._started[name], *self.accepted(name))), None)

    def texts(self) -> tuple[str, ...]:
        """All that a request of ours may carry."""
        held = (
            text
            for name, old in self._started.items()
            if name not in self._apart
            for text in (old, self._now[name], *self._beside.get(name, ()))
        )
        return tuple(dict.fromkeys(text for text in held if len(text) >= SHORTEST))


def _parted(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())
