"""What the vendors' data was refused for: counted by kind, the newest kept for people."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Protocol

from argo_core.model.rejection import Rejection
from argo_core.pipeline.cycle import CycleReport

SHOWN = 50


class Refusing(Protocol):
    """Promise: what was refused since the last call, each once."""

    def rejections(self) -> tuple[Rejection, ...]: ...


class RejectionLog:
    """A listener of the generator. `say` gets each rejection once."""

    def __init__(self, refusing: Sequence[Refusing], say: Callable[[Rejection], None]) -> None:
        self._refusing, self._say = tuple(refusing), say
        self._newest: deque[Rejection] = deque(maxlen=SHOWN)
        self._counts: Counter[tuple[str, str]] = Counter()

    def observe(self, _: CycleReport) -> None:
        """After each cycle."""
        self.drain()

    def drain(self) -> None:
        """Take over what was refused since the last call."""
        for each in self._refusing:
            for rejection in each.rejections():
                self._newest.append(rejection)
                self._counts[rejection.vendor, rejection.kind] += 1
                self._say(rejection)

    def newest(self) -> tuple[Rejection, ...]:
        """The newest first."""
        return tuple(reversed(self._newest))

    def counts(self) -> dict[tuple[str, str], int]:
        """By vendor and kind, since the process started."""
        return dict(self._counts)
