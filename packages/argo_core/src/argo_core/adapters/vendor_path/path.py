"""Between a source and its vendor: cache, single flight, budget, breaker, time-out, fetch, in this order."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

import msgspec

from argo_core.adapters.vendor_path.attempt import Answered, GuardedFetch
from argo_core.adapters.vendor_path.endpoint_breakers import EndpointBreakers
from argo_core.adapters.vendor_path.fetched import Fetched
from argo_core.adapters.vendor_path.flight import Flight, Question
from argo_core.adapters.vendor_path.own_turn import NoTurn
from argo_core.adapters.vendor_path.refusals import LONGEST_WAIT_SECONDS
from argo_core.adapters.vendor_path.request_meter import RequestMeter
from argo_core.adapters.vendor_path.secrets import Redacted
from argo_core.adapters.vendor_path.statistics import OWN_LIMIT, PathCounts
from argo_core.errors import SourceError
from argo_core.model.backoff import Backoff
from argo_core.model.path_statistics import PathStatistics
from argo_core.ports.byte_cache import ByteCache
from argo_core.ports.call_budget import CallBudget
from argo_core.ports.clock import Clock
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.tracer import Tracer
from argo_core.sources.breaker import BreakerPolicy

T = TypeVar("T")
# A vendor that says "too many" and not for how long: it is left alone for longer each time.
UNSAID_WAIT = Backoff(first_seconds=1.0, longest_seconds=60.0)
THROTTLED_SECONDS = 0.01  # less is how long asking takes


@runtime_checkable
class WithQuota(Protocol):
    """A budget that knows a daily quota."""

    @property
    def quota_left(self) -> int | None: ...


class VendorPath:
    """The way to one vendor, for all sources of the process that use it. Any number of calls at a time.

    A caller who is cancelled or runs out of time leaves; the fetch goes on for the others and for the cache, each
    attempt at most `timeout_seconds`. `jitter` in [0, 1) spreads retries; `ticks`: monotonic seconds. `of` says which
    of a vendor's answers are meant, its feed and its address for instance: another's are not taken from the cache.
    """

    def __init__(
        self,
        name: str,
        *,
        cache: ByteCache,
        budget: CallBudget,
        clock: Clock,
        ticks: Callable[[], float],
        jitter: Callable[[], float],
        secrets: Redacted = Redacted(),
        breaker: BreakerPolicy = BreakerPolicy(),
        timeout_seconds: float = 10.0,
        retries: int = 2,
        backoff: Backoff = Backoff(),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        of: Sequence[str] = (),
        tracer: Tracer = SILENT,
    ) -> None:
        self._shelf = ":".join((name, hashlib.sha256("\n".join(of).encode()).hexdigest()[:16])) if of else name
        self._name, self._cache, self._budget, self._clock = name, cache, budget, clock
        self._ticks, self._jitter, self._sleep = ticks, jitter, sleep
        self._retries, self._backoff, self._tracer = retries, backoff, tracer
        self._counts, self._meter = PathCounts(), RequestMeter(ticks)
        self._breakers = EndpointBreakers(
            lambda endpoint: GuardedFetch(
                f"{name} ({endpoint})" if endpoint else name,
                policy=breaker,
                timeout_seconds=timeout_seconds,
                secrets=secrets,
                clock=clock,
                ticks=ticks,
                counts=self._counts,
            )
        )
        self._flights: dict[str, Flight] = {}
        self._limits_in_a_row = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def meter(self) -> RequestMeter:
        """Where this vendor's transport tells of its requests."""
        return self._meter

    async def turn(self, within_seconds: float) -> None:
        """Before each request of a fetch but its first, which has had its turn: wait for the budget. Raises SourceError
        RATE_LIMITED if that cannot be in time."""
        await self._taken(within_seconds)

    async def kept(self, key: str, shape: type[T], ttl_seconds: float) -> Fetched[T] | None:
        """What the cache has for `call`; None counts as nothing, since the call that follows does."""
        kept = await self._found(f"{self._shelf}:{key}", shape, ttl_seconds)
        if kept is not None:
            self._counts.hit(self._age(kept.stored_at))
            self._traced_hit()
        return kept

    async def call(
        self,
        key: str,
        shape: type[T],
        fetch: Callable[[], Awaitable[T]],
        *,
        ttl_seconds: float,
        deadline_seconds: float = 30.0,
        wait_seconds: float | None = None,
        fresh: bool = False,
        safe: bool = True,
        endpoint: str = "",
    ) -> Fetched[T]:
        """The kept answer to `key` if it is younger than `ttl_seconds`, else what `fetch` brings.

        `key` names the question and the shape of its answer, nothing secret. `shape`: what msgspec decodes msgpack to.
        Within `deadline_seconds` the vendor has to be asked, at the first try or a later one; `wait_seconds` (the same
        if left out) is how long the caller waits for the answer. `fresh` passes the cache by, not a fetch under way.
        `safe=False`: what is asked changes something or costs money; it is sent once. `endpoint`: which of the
        vendor's, each has a breaker of its own. Raises SourceError: TIMEOUT, BREAKER_OPEN, RATE_LIMITED, VENDOR_ERROR,
        REFUSED_ANSWER, DISABLED; no message shows a secret.
        """
        deadline_at = self._ticks() + deadline_seconds
        question = Question(f"{self._shelf}:{key}", shape, fetch, ttl_seconds, deadline_at, fresh, safe, endpoint)
        if (kept := await self._kept(question)) is not None:
            self._counts.hit(self._age(kept.stored_at))
            self._traced_hit(endpoint)
            return kept
        self._counts.misses += 1
        wait_until = deadline_at if wait_seconds is None else self._ticks() + wait_seconds
        if self._tracer.current() is None:  # beside a cycle: a call that belongs to nothing is no trace
            return await self._fetched(question, wait_until)
        with self._tracer.span("vendor", vendor=self._name, endpoint=endpoint) as span:
            fetched = await self._fetched(question, wait_until)
            span.note(from_cache=fetched.from_cache)
            return fetched

    def _traced_hit(self, endpoint: str = "") -> None:
        if self._tracer.current() is not None:
            with self._tracer.span("vendor", vendor=self._name, endpoint=endpoint, from_cache=True):
                return

    async def _fetched(self, question: Question, wait_until: float) -> Fetched[Any]:
        flight = self._flights.get(question.key)
        if flight is not None:
            self._counts.coalesced += 1
            outcome = await self._landed(flight, wait_until)
            # Somebody in more of a hurry gave up before asking the vendor; there is time left for an own attempt.
            if not (_gave_up(outcome) and flight.deadline_at < question.deadline_at):
                return _raised(outcome)
        return _raised(await self._landed(self._flights.get(question.key) or self._launched(question), wait_until))

    def statistics(self) -> PathStatistics:
        """How the path stands."""
        return self._counts.statistics(
            self._name,
            self._meter,
            breaker=self._breakers.mode.value,
            open_seconds=self._breakers.open_seconds,
            queue_depth=self._budget.queue_depth,
            quota_left=self._budget.quota_left if isinstance(self._budget, WithQuota) else None,
        )

    def unusable(self, why: str) -> None:
        """An answer came and nothing can be made of it: the vendor has failed, though it is not down. `why` in words
        without secrets."""
        self._counts.unusable(why, self._clock.now())

    async def close(self) -> None:
        """End the fetches under way; who waits for them gets DISABLED. Nothing may be called afterwards."""
        tasks = [flight.task for flight in self._flights.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _kept(self, question: Question) -> Fetched[Any] | None:
        return None if question.fresh else await self._found(question.key, question.shape, question.ttl_seconds)

    async def _found(self, key: str, shape: type[T], ttl_seconds: float) -> Fetched[T] | None:
        kept = await self._cache.get(key)
        if kept is None or self._age(kept.stored_at) > ttl_seconds:  # kept in calmer times, too old for now
            return None
        try:
            value = msgspec.msgpack.decode(kept.body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):  # of an earlier release, or not ours
            return None
        return Fetched(value, kept.stored_at, from_cache=True, waited_seconds=0.0)

    def _age(self, stored_at: float) -> float:
        return max(self._clock.now().timestamp() - stored_at, 0.0)

    def _launched(self, question: Question) -> Flight:
        task = asyncio.create_task(self._fly(question), name=f"fetch {question.key}")
        flight = Flight(task, question.deadline_at)
        self._flights[question.key] = flight
        task.add_done_callback(lambda done: self._gone(question.key, done))
        return flight

    def _gone(self, key: str, task: asyncio.Task[Fetched[Any] | SourceError]) -> None:
        if (flight := self._flights.get(key)) is not None and flight.task is task:
            del self._flights[key]

    async def _landed(self, flight: Flight, deadline_at: float) -> Fetched[Any] | SourceError:
        try:
            async with asyncio.timeout(max(deadline_at - self._ticks(), 0.0)):
                return await asyncio.shield(flight.task)
        except TimeoutError:
            return self._noted(SourceError("TIMEOUT", f"{self._name}: no answer within the caller's deadline"))
        except asyncio.CancelledError:
            if flight.task.cancelled() and not _cancelling():
                return SourceError("DISABLED", f"{self._name}: the path is closed", permanent=True)
            raise

    async def _fly(self, question: Question) -> Fetched[Any] | SourceError:
        # Who looked into a slow cache before the last flight landed comes here after it: its answer is there now.
        if (kept := await self._kept(question)) is not None:
            self._counts.coalesced += 1
            return kept
        waited = 0.0
        failure: SourceError | None = None
        guarded = self._breakers.of(question.endpoint)
        for attempt in range(1, (self._retries if question.safe else 0) + 2):
            admitted = await self._admitted(guarded, question.deadline_at)
            if isinstance(admitted, SourceError):
                return failure or admitted
            waited += admitted
            self._counts.retries += attempt > 1
            outcome = await guarded.fetch(question.fetch)
            if isinstance(outcome, Answered):
                return await self._stored(question, outcome, waited)
            failure = self._noted(outcome)
            if isinstance(failure, NoTurn):
                break
            await self._obey(failure)
            pause = self._backoff.wait_seconds(attempt, self._jitter())
            if failure.permanent or self._ticks() + pause >= question.deadline_at:
                break
            if attempt <= self._retries and question.safe:
                await self._sleep(pause)
        return failure or SourceError("VENDOR_ERROR", f"{self._name} was not asked: set its retries to 0 or more")

    async def _admitted(self, guarded: GuardedFetch, deadline_at: float) -> float | SourceError:
        """Seconds waited for the budget's turn. An open breaker is looked at first, so that no turn is lost to it, and
        again afterwards, because it may have opened in the meantime."""
        if (shut := guarded.refusal()) is not None:
            return self._noted(shut)
        try:
            waited = await self._taken(deadline_at - self._ticks())
        except NoTurn as error:
            return self._noted(error)
        shut = guarded.refusal()
        return waited if shut is None else self._noted(shut)

    async def _taken(self, within_seconds: float) -> float:
        """Seconds waited for the budget's turn. Raises NoTurn."""
        try:
            waited = await self._budget.take(max(within_seconds, 0.0))
        except SourceError as error:
            self._counts.throttled += 1
            raise NoTurn.of(error) from error
        self._counts.throttled += waited >= THROTTLED_SECONDS
        self._counts.waited_seconds += waited
        return waited

    async def _obey(self, failure: SourceError) -> None:
        """The vendor's wish to be left alone binds all callers, so it goes to the budget."""
        limited = failure.reason == "RATE_LIMITED"
        self._limits_in_a_row = self._limits_in_a_row + 1 if limited else 0
        if failure.retry_after is not None:
            wish = failure.retry_after if math.isfinite(failure.retry_after) else LONGEST_WAIT_SECONDS
            await self._budget.hold(min(max(wish, 0.0), LONGEST_WAIT_SECONDS))
        elif limited:
            await self._budget.hold(UNSAID_WAIT.wait_seconds(self._limits_in_a_row, self._jitter()))

    async def _stored(self, question: Question, answer: Answered[Any], waited: float) -> Fetched[Any]:
        self._limits_in_a_row = 0
        await self._cache.put(question.key, msgspec.msgpack.encode(answer.value), question.ttl_seconds)
        return Fetched(answer.value, answer.at, from_cache=False, waited_seconds=waited)

    def _noted(self, error: SourceError) -> SourceError:
        kind = OWN_LIMIT if isinstance(error, NoTurn) else error.reason
        self._counts.failed(kind, str(error), self._clock.now())
        return error


def _gave_up(outcome: Fetched[Any] | SourceError) -> bool:
    return isinstance(outcome, SourceError) and outcome.reason == "RATE_LIMITED"


def _raised(outcome: Fetched[Any] | SourceError) -> Fetched[Any]:
    """The answer. Raises the error anew: one exception raised in a hundred tasks would grow a hundred tracebacks."""
    if isinstance(outcome, SourceError):
        own = SourceError(outcome.reason, str(outcome), retry_after=outcome.retry_after, permanent=outcome.permanent)
        raise own from outcome.__cause__
    return outcome


def _cancelling() -> bool:
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    return task.cancelling() > 0
