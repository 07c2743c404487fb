"""A large question in parts: each is asked and kept by itself, and who asks takes what has come."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from argo_core.adapters.vendor_path.fetched import Fetched
from argo_core.adapters.vendor_path.path import VendorPath
from argo_core.errors import SourceError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """After `enough_seconds` an answer without the parts still under way is better than none; with nothing at all a
    caller waits for `deadline_seconds`, unless the vendor has answered another part in that time and more are waiting
    for their turn: then it is busy with us. A part that comes within `call_seconds` is kept for the next caller."""

    enough_seconds: float = 0.6
    deadline_seconds: float = 10.0
    call_seconds: float = 35.0


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """As `VendorPath.call` takes it, about these symbols."""

    key: str
    symbols: tuple[str, ...]
    fetch: Callable[[], Awaitable[T]]
    ttl_seconds: float
    fresh: bool = False
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of a question in parts. A part that is in neither waits for its turn, or for a vendor that is busy."""

    came: list[tuple[Part[T], Fetched[T]]] = field(default_factory=list)
    failed: list[tuple[Part[T], SourceError]] = field(default_factory=list)

    def unanswered(self) -> dict[str, SourceError]:
        """By symbol, why its part failed."""
        return {symbol: error for part, error in self.failed for symbol in part.symbols}

    def waiting(self, parts: Sequence[Part[T]]) -> set[str]:
        """The symbols of those of the question's `parts` that wait."""
        ended = {part.key for part, _ in (*self.came, *self.failed)}
        return {symbol for part in parts if part.key not in ended for symbol in part.symbols}


class PartsUnderWay(Generic[T]):
    """Asks over one path, `at_once` parts at a time. A caller who is cancelled, or has waited long enough, leaves them
    under way: whoever asks next joins them, or finds their answers in the cache. Close it before the path."""

    def __init__(self, path: VendorPath, shape: type[T], at_once: int, patience: Patience) -> None:
        self._path, self._shape, self._patience = path, shape, patience
        self._turns, self._at_once = asyncio.Semaphore(at_once), at_once
        self._answered_at = -math.inf
        self._tasks: dict[str, asyncio.Task[Fetched[T] | SourceError]] = {}
        self._parts: dict[str, Part[T]] = {}
        self._sent_at: dict[str, float] = {}

    async def answers(self, parts: Sequence[Part[T]]) -> Outcome[T]:
        """What is there in time, nothing perhaps while the vendor is busy. What is kept waits for nobody. A part that
        is late for its second caller too has failed, TIMEOUT, unless the vendor is busy with us.

        Raises SourceError if every part failed, and if nothing comes in all the time.
        """
        asked_at = asyncio.get_running_loop().time()
        looked = await asyncio.gather(*(self._kept(part) for part in parts))
        kept = [(part, answer) for part, answer in zip(parts, looked, strict=True) if answer is not None]
        tasks = {self._begun(part): part for part, answer in zip(parts, looked, strict=True) if answer is None}
        if not tasks:
            return Outcome(kept)
        await asyncio.wait(tasks, timeout=self._wait_seconds(tasks.values()))
        busy = self._is_busy()
        if not kept and not busy:
            await self._anything(list(tasks))
        found = _ended(tasks)
        came = kept + found.came
        late = [
            part for task, part in tasks.items() if not task.done() and self._sent_at.get(part.key, asked_at) < asked_at
        ]
        if len(found.failed) == len(parts) or (found.failed and not came and not busy):
            raise found.failed[0][1]
        if not came and not busy:
            raise self._too_late()
        return Outcome(came, found.failed if busy else [*found.failed, *((part, self._too_late()) for part in late)])

    async def beside(self, parts: Sequence[Part[T]], within_seconds: float) -> Outcome[T]:
        """What comes of parts that nobody depends on: nothing of those that are late. Never raises."""
        tasks = {self._begun(part): part for part in parts}
        if tasks:
            await asyncio.wait(tasks, timeout=max(within_seconds, 0.0))
        return _ended(tasks)

    def under_way(self) -> dict[str, Part[T]]:
        """By symbol, the part that asks about it at present."""
        return {symbol: part for part in self._parts.values() for symbol in part.symbols}

    async def close(self) -> None:
        """End what is under way."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _kept(self, part: Part[T]) -> Fetched[T] | None:
        return None if part.fresh else await self._path.kept(part.key, self._shape, part.ttl_seconds)

    def _is_busy(self) -> bool:
        since = asyncio.get_running_loop().time() - self._answered_at
        return len(self._tasks) > self._at_once and since < self._patience.deadline_seconds

    async def _anything(self, tasks: Sequence[asyncio.Task[Fetched[T] | SourceError]]) -> None:
        """Until one has answered, or all have failed, or the time is over."""
        loop = asyncio.get_running_loop()
        end = loop.time() + max(self._patience.deadline_seconds - self._patience.enough_seconds, 0.0)
        while not any(_answered(task) for task in tasks):
            waiting, left = [task for task in tasks if not task.done()], end - loop.time()
            if not waiting or left <= 0:
                return
            await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)

    def _begun(self, part: Part[T]) -> asyncio.Task[Fetched[T] | SourceError]:
        if (known := self._tasks.get(part.key)) is not None:
            return known
        task = asyncio.create_task(self._asked(part), name=f"ask {self._path.name} {part.key}")
        self._tasks[part.key], self._parts[part.key] = task, part
        task.add_done_callback(lambda _: self._gone(part.key))
        return task

    def _wait_seconds(self, parts: Iterable[Part[T]]) -> float:
        """Until the last of them has had its time: one that hangs holds up its first caller, not every one."""
        now = asyncio.get_running_loop().time()
        last = max(self._sent_at.get(part.key, now) for part in parts)
        return max(last + self._patience.enough_seconds - now, 0.0)

    def _gone(self, key: str) -> None:
        del self._tasks[key], self._parts[key]
        self._sent_at.pop(key, None)

    def _too_late(self) -> SourceError:
        return SourceError("TIMEOUT", f"{self._path.name}: no answer within the caller's deadline")

    async def _asked(self, part: Part[T]) -> Fetched[T] | SourceError:
        patience = self._patience
        async with self._turns:
            self._sent_at[part.key] = asyncio.get_running_loop().time()
            try:
                answer = await self._path.call(
                    part.key,
                    self._shape,
                    part.fetch,
                    ttl_seconds=part.ttl_seconds,
                    deadline_seconds=patience.deadline_seconds,
                    wait_seconds=patience.call_seconds,
                    fresh=part.fresh,
                    endpoint=part.endpoint,
                )
            except SourceError as error:
                return error
            self._answered_at = asyncio.get_running_loop().time()
            return answer


def _answered(task: asyncio.Task[Fetched[T] | SourceError]) -> bool:
    return task.done() and not task.cancelled() and isinstance(task.result(), Fetched)


def _ended(tasks: Mapping[asyncio.Task[Fetched[T] | SourceError], Part[T]]) -> Outcome[T]:
    outcome: Outcome[T] = Outcome()
    for task, part in tasks.items():
        if task.done() and not task.cancelled():
            result = task.result()
            if isinstance(result, SourceError):
                outcome.failed.append((part, result))
            else:
                outcome.came.append((part, result))
    return outcome
