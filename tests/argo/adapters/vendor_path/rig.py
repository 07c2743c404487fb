"""A path over a vendor that a test scripts, in time that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from argo_core.adapters.vendor_path import Fetched, MemoryBudget, MemoryCache, VendorPath
from argo_core.errors import SourceError
from argo_core.ports.byte_cache import ByteCache
from tests.argo.adapters.vendor_path.virtual_time import VirtualTime, settle


class Price(msgspec.Struct, frozen=True):
    """What the scripted vendor answers."""

    symbol: str
    price: float


AAPL = Price("AAPL", 175.0)


class ScriptedVendor:
    """Answers one thing after the other, the last one for ever; an exception is raised. `gate` holds answers back."""

    def __init__(self, *answers: Price | Exception) -> None:
        self.answers = list(answers) or [AAPL]
        self.calls = 0
        self.cancelled = 0
        self.gate: asyncio.Event | None = None

    async def fetch(self) -> Price:
        answer = self.answers[min(self.calls, len(self.answers) - 1)]
        self.calls += 1
        if self.gate is not None:
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if isinstance(answer, Exception):
            raise answer
        return answer


def broken(message: str = "500") -> SourceError:
    return SourceError("VENDOR_ERROR", message)


class Rig:
    """Everything that a test of the path holds in its hands."""

    def __init__(self, *answers: Price | Exception, cache: ByteCache | None = None, **settings: Any) -> None:
        self.time = VirtualTime()
        self.vendor = ScriptedVendor(*answers)
        self.cache = cache if cache is not None else MemoryCache(self.time, self.time.ticks)
        rate, burst = settings.pop("rate", 1000.0), settings.pop("burst", 1000)
        self.budget = MemoryBudget(
            "v",
            rate_per_second=rate,
            burst=burst,
            ticks=self.time.ticks,
            daily_quota=settings.pop("quota", None),
            sleep=self.time.sleep,
        )
        jitter: Callable[[], float] = settings.pop("jitter", lambda: 0.0)
        self.path = VendorPath(
            "v",
            cache=self.cache,
            budget=self.budget,
            clock=self.time,
            ticks=self.time.ticks,
            jitter=jitter,
            sleep=self.time.sleep,
            **{"retries": 0, **settings},
        )

    def call(self, key: str = "last:AAPL", **how: Any) -> asyncio.Task[Fetched[Price]]:
        """A call under way."""
        return asyncio.create_task(self.path.call(key, Price, self.vendor.fetch, **{"ttl_seconds": 20.0, **how}))

    async def outcome(
        self, key: str = "last:AAPL", *, seconds: float = 0.0, **how: Any
    ) -> Fetched[Price] | SourceError:
        """What a call ends with, so many seconds later."""
        call = self.call(key, **how)
        await self.time.pass_(seconds)
        try:
            return await call
        except SourceError as error:
            return error

    async def reason(self, key: str = "last:AAPL", **how: Any) -> str:
        """`answered`, or the reason of the error."""
        outcome = await self.outcome(key, **how)
        return outcome.reason if isinstance(outcome, SourceError) else "answered"


__all__ = ["AAPL", "Price", "Rig", "ScriptedVendor", "broken", "settle"]
