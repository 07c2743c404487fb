"""One attempt to fetch: breaker, time-out, and one kind of error for whatever a vendor's library raises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from argo_core.adapters.vendor_path.own_turn import NoTurn
from argo_core.adapters.vendor_path.secrets import Redacted
from argo_core.adapters.vendor_path.statistics import PathCounts
from argo_core.errors import ArgoError, DataError, SourceError
from argo_core.ports.clock import Clock
from argo_core.sources import breaker
from argo_core.sources.breaker import BreakerMode, BreakerPolicy, BreakerState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """A fetch that brought a value, at `at` (seconds since 1970)."""

    value: T
    at: float


class GuardedFetch:
    """Fetches of one vendor behind its breaker, each within `timeout_seconds`. Counts into `counts`."""

    def __init__(
        self,
        name: str,
        *,
        policy: BreakerPolicy,
        timeout_seconds: float,
        secrets: Redacted,
        clock: Clock,
        ticks: Callable[[], float],
        counts: PathCounts,
    ) -> None:
        self._name, self._policy, self._timeout_seconds = name, policy, timeout_seconds
        self._secrets, self._clock, self._ticks, self._counts = secrets, clock, ticks, counts
        self._state = breaker.CLOSED
        self._not_closed_since: float | None = None

    @property
    def mode(self) -> BreakerMode:
        """How the breaker stands."""
        return self._state.mode

    @property
    def open_seconds(self) -> float | None:
        """For how long it has not been closed; None while it is."""
        return None if self._not_closed_since is None else self._ticks() - self._not_closed_since

    def refusal(self) -> SourceError | None:
        """The error BREAKER_OPEN if a fetch would not be let out now."""
        now = self._ticks()
        if breaker.may_call(self._state, self._policy, now):
            return None
        shut = breaker.seconds_shut(self._state, self._policy, now)
        return SourceError("BREAKER_OPEN", self._closed_door(shut), retry_after=shut)

    async def fetch(self, fetch: Callable[[], Awaitable[T]]) -> Answered[T] | SourceError:
        """What the vendor answers; failures are values, their messages without secrets. Call it where `refusal` is
        None. Raises what is no vendor's fault: a ConfigError, a mistake of ours."""
        self._move(breaker.started(self._state, self._policy, self._ticks()))
        trial = self._state.mode is BreakerMode.HALF_OPEN
        outcome: Answered[T] | SourceError | None = None
        try:
            outcome = await self._outcome(fetch)
            return outcome
        finally:
            self._move(self._judged(outcome, trial))
            if outcome is not None and not isinstance(outcome, NoTurn):
                self._counts.fetched(self._clock.now(), answered=isinstance(outcome, Answered))

    async def _outcome(self, fetch: Callable[[], Awaitable[T]]) -> Answered[T] | SourceError:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                value = await fetch()
            return Answered(value, self._clock.now().timestamp())
        except TimeoutError as error:
            why = f"{self._name}: no answer within {self._timeout_seconds:g} s"
            return self._error(SourceError("TIMEOUT", why), error)
        except SourceError as error:
            return self._clean(error)
        except DataError as error:
            return self._error(SourceError("REFUSED_ANSWER", f"{self._name}: {error}"), error)
        except ArgoError:
            raise
        except Exception as error:  # noqa: BLE001 - a vendor's library may raise anything; it is their failure here
            why = f"{self._name}: its client failed: {type(error).__name__}: {error}"
            return self._error(SourceError("VENDOR_ERROR", why), error)

    def _judged(self, outcome: Answered[T] | SourceError | None, trial: bool) -> BreakerState:
        if isinstance(outcome, Answered):
            return breaker.after_success(self._state, self._policy, trial=trial)
        if outcome is None or outcome.permanent or outcome.reason == "RATE_LIMITED":
            return breaker.released(self._state, trial=trial)
        return breaker.after_failure(self._state, self._policy, self._ticks(), trial=trial)

    def _move(self, state: BreakerState) -> None:
        if state.mode is not self._state.mode:
            self._counts.transitions[state.mode.value] += 1
            if state.mode is BreakerMode.CLOSED:
                self._not_closed_since = None
            elif self._not_closed_since is None:
                self._not_closed_since = self._ticks()
        self._state = state

    def _clean(self, error: SourceError) -> SourceError:
        if self._secrets.sentence(str(error)) == str(error) and self._secrets.cause(error) is error:
            return error
        return self._error(error, error)

    def _error(self, meant: SourceError, error: Exception) -> SourceError:
        clean = SourceError(
            meant.reason,
            self._secrets.sentence(str(meant)),
            retry_after=meant.retry_after,
            permanent=meant.permanent,
        )
        clean.__cause__ = self._secrets.cause(error)
        return clean

    def _closed_door(self, shut: float) -> str:
        if shut == 0.0:
            return f"{self._name} is on trial after failures: one call at a time"
        return f"{self._name} has failed {self._policy.failures} times in a row: it is tried again in {shut:.0f} s"
