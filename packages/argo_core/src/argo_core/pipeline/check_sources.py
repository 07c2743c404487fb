"""Is each source's vendor there, and does it take our key? One cheap question each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from argo_core.errors import SourceError
from argo_core.model.last_price import LastPrice
from argo_core.model.source_standing import SourceStanding

Prices = Mapping[str, LastPrice]
Probe = Callable[[], Awaitable[object]]


class SourceCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`key`: present, missing, or not needed. `reachable`: None where the vendor was not asked. `quota_left`: calls of
    the day, None without a quota or where the day's count is not known. `rate_limit_left`: requests that the vendor
    says are left for now, None if it says nothing. `error`: one line without secrets."""

    source: str
    vendor: str
    place: str
    key: str
    reachable: bool | None
    latency_ms: float | None
    quota_left: int | None
    rate_limit_left: int | None
    error: str | None

    @property
    def failed(self) -> bool:
        """Asked, and not answered well."""
        return self.reachable is False


async def check_sources(
    standing: Callable[[], Sequence[SourceStanding]],
    probes: Mapping[str, Probe],
    ticks: Callable[[], float],
    keyless: frozenset[str] = frozenset(),
) -> tuple[SourceCheck, ...]:
    """Every source of `standing`, those with a probe asked at the same time. `keyless` sources need no key. An answer
    that is empty counts as none: the vendor is there and has nothing for us."""
    timed = await asyncio.gather(*(_timed(probe, ticks) for probe in probes.values()))
    asked = dict(zip(probes, timed, strict=True))
    return tuple(_check(each, asked.get(each.source), each.source in keyless) for each in standing())


async def _timed(probe: Probe, ticks: Callable[[], float]) -> tuple[float, str | None]:
    """Milliseconds, and what went wrong."""
    started, why = ticks(), None
    try:
        if not await probe():
            why = "it answered, and has nothing of the symbols asked for"
    except SourceError as error:
        why = str(error)
    return (ticks() - started) * 1000.0, why


def _check(standing: SourceStanding, asked: tuple[float, str | None] | None, keyless: bool) -> SourceCheck:
    latency, why = (None, standing.off) if asked is None else asked
    key = "not needed" if keyless else "missing" if standing.off == "no key" else "present"
    return SourceCheck(
        source=standing.source,
        vendor=standing.vendor,
        place=standing.place,
        key=key,
        reachable=None if asked is None else why is None,
        latency_ms=None if latency is None else round(latency, 1),
        quota_left=None if standing.path is None else standing.path.quota_left,
        rate_limit_left=None if standing.path is None else standing.path.rate_limit_left,
        error=why,
    )
