"""A market vendor behind its path: the same questions within their time to live cost no call."""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argo_core.adapters.vendor_path.bars_codec import BarsBlob, from_blob, to_blob
from argo_core.adapters.vendor_path.parts_under_way import Outcome, Part, PartsUnderWay, Patience
from argo_core.adapters.vendor_path.path import VendorPath
from argo_core.adapters.vendor_path.stable_parts import StableParts
from argo_core.errors import DataError, SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.partial_answer import PartialAnswer
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock
from argo_core.ports.market_vendor import MarketVendor
from argo_core.sources.adaptive_ttl import AdaptiveTtl
from argo_core.sources.price_moves import PriceMoves

DAY = timedelta(days=1)
HISTORY_TTL_SECONDS = DAY.total_seconds()
SETTLED = timedelta(seconds=10)
"""A bar is asked for this long after its end: an answer without it would be kept until the next one's."""
Blobs = dict[str, BarsBlob]
Prices = dict[str, LastPrice]


@dataclass(frozen=True, slots=True)
class Portions:
    """How many symbols are asked for together, of a history, of a tail and of prices, and how many such questions are
    under way at a time."""

    history: int = 20
    tail: int = 200
    prices: int = 200
    bars_at_once: int = 2
    prices_at_once: int = 4


class CachedVendor:
    """`ports.MarketVendor` through a path. Prices stay good as long as `ttl` says of their kind of asset and its
    market's hours; bars up to a past midnight for a day, a tail until the next bar can be complete. Symbols that move
    are asked for early, by themselves: what is kept of the calm ones stays good.

    `market_open(at)` is the exchange's; `moves` is one for all vendors. What is asked is made equal where it can be:
    symbols in order, the end of a tail on the bar's own grid; so that a restart, and another generator, find it in a
    shared cache. Of a large question the answer may lack what is still under way; where a part of it failed, it is a
    `PartialAnswer`, and the others' answers stand. Close it before its path.
    """

    def __init__(
        self,
        vendor: MarketVendor,
        path: VendorPath,
        ttl: AdaptiveTtl,
        market_open: Callable[[datetime], bool],
        clock: Clock,
        moves: PriceMoves | None = None,
        portions: Portions = Portions(),
        patience: Patience = Patience(),
    ) -> None:
        self._vendor, self._ttl, self._market_open, self._clock = vendor, ttl, market_open, clock
        self._moves, self._portions = PriceMoves(ttl) if moves is None else moves, portions
        self._bars_parts, self._parts = PartsUnderWay(path, Blobs, portions.bars_at_once, patience), StableParts()
        self._price_parts = PartsUnderWay(path, Prices, portions.prices_at_once, patience)
        self._patience = patience
        self._volatile: dict[str, bool] = {}
        self._answered_at: dict[str, float] = {}
        self._newest: Prices = {}

    @property
    def name(self) -> str:
        return self._vendor.name

    @property
    def feed(self) -> str:
        return self._vendor.feed

    async def close(self) -> None:
        """End the questions under way."""
        await asyncio.gather(self._bars_parts.close(), self._price_parts.close())

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """See `ports.MarketVendor`."""
        past = end == end.replace(hour=0, minute=0, second=0, microsecond=0) and end <= self._clock.now()
        until = _on_grid(end if past else end - SETTLED, timeframe)
        if until <= start:
            return {}
        question = f"bars:{timeframe.name}:{start:%Y%m%dT%H%M%S}:{until:%Y%m%dT%H%M%S}"
        # The question names its end: until another bar is complete, the same answer is the newest.
        ttl = HISTORY_TTL_SECONDS if past else float(timeframe.seconds)

        def part(asked: tuple[str, ...]) -> Part[Blobs]:
            async def fetch() -> Blobs:
                answer = await self._vendor.bars(asked, timeframe, start, until)
                return {symbol: to_blob(bars) for symbol, bars in answer.items()}

            endpoint = asset_type_of(asked[0]).value
            return Part(f"{question}:{_digest(asked)}", asked, fetch, ttl, endpoint=endpoint)

        size = self._portions.history if past else self._portions.tail
        parts = [
            part(asked)
            for kind, names in _by_kind(symbols).items()
            for asked in self._parts.of((question, kind), names, size)
        ]
        failures, late = dict[str, SourceError](), set[str]()
        found = await self._readable(parts, failures, late) if parts else {}
        wanted = set(symbols)
        return PartialAnswer(
            {symbol: bars for symbol, bars in found.items() if symbol in wanted},
            {symbol: error for symbol, error in failures.items() if symbol in wanted},
            late & wanted,
        )

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """See `ports.MarketVendor`: shares and coins at the same time, since their answers live differently long."""
        loop = asyncio.get_running_loop()
        enough_at = loop.time() + self._patience.enough_seconds
        kinds = _by_kind(symbols)
        parts = [
            part for kind, names in kinds.items() for part in self._prices_of(names, self._ttl_of(kind, volatile=False))
        ]
        outcome: Outcome[Prices] = await self._price_parts.answers(parts) if parts else Outcome()
        prices = self._taken(outcome)
        early = [part for kind, names in kinds.items() for part in self._early(kind, names, prices)]
        asked_early = await self._price_parts.beside(early, enough_at - loop.time())
        prices |= {symbol: last for symbol, last in self._taken(asked_early).items() if symbol in prices}
        failures = {symbol: error for symbol, error in asked_early.unanswered().items() if symbol in prices}
        return PartialAnswer(
            {symbol: last for symbol, last in prices.items() if symbol not in failures},
            outcome.unanswered() | failures,
        )

    async def _readable(
        self, parts: Sequence[Part[Blobs]], failures: dict[str, SourceError], late: set[str]
    ) -> dict[str, Bars]:
        """What the cache has and nobody can read is asked for like what it has not. `failures` takes up the symbols
        whose part failed, `late` those whose part is under way."""
        found: dict[str, Bars] = {}
        again: list[Part[Blobs]] = []
        outcome = await self._bars_parts.answers(parts)
        failures |= outcome.unanswered()
        late |= outcome.waiting(parts)
        for part, answer in outcome.came:
            try:
                found |= {symbol: from_blob(blob) for symbol, blob in answer.value.items()}
            except DataError as error:
                if part.fresh or not answer.from_cache:
                    raise SourceError("REFUSED_ANSWER", f"{self.name}: {error}") from error
                again.append(replace(part, fresh=True))
        return found | await self._readable(again, failures, late) if again else found

    def _prices_of(self, names: Sequence[str], ttl_seconds: float, *, fresh: bool = False) -> list[Part[Prices]]:
        def part(asked: tuple[str, ...]) -> Part[Prices]:
            async def fetch() -> Prices:
                answer = dict(await self._vendor.last_prices(asked))
                self._landed(answer, self._clock.now().timestamp())
                return answer

            return Part(f"last:{_digest(asked)}", asked, fetch, ttl_seconds, fresh, asset_type_of(asked[0]).value)

        size = self._portions.prices
        return [part(tuple(names[place : place + size])) for place in range(0, len(names), size)]

    def _early(self, kind: AssetType, names: Sequence[str], known: Mapping[str, LastPrice]) -> list[Part[Prices]]:
        """Those of a kind whose kept answers are good for the calm ones only. Who is being asked about is not asked
        about twice."""
        now, soon = self._clock.now().timestamp(), self._ttl_of(kind, volatile=True)
        answered = {name: self._answered_at[name] for name in names if name in known}
        moved = [name for name, at in answered.items() if self._moves.moved_at(name) > at]
        restless = [name for name, at in answered.items() if self._volatile.get(name, False) and now - at > soon]
        asked = self._price_parts.under_way()
        joined = {asked[name].key: asked[name] for name in {*moved, *restless} if name in asked}
        anew = sorted(set(moved) - asked.keys())
        again = sorted(set(restless) - set(moved) - asked.keys())
        return [*joined.values(), *self._prices_of(anew, soon, fresh=True), *self._prices_of(again, soon)]

    def _ttl_of(self, kind: AssetType, *, volatile: bool) -> float:
        is_open = kind is AssetType.CRYPTO or self._market_open(self._clock.now())
        return self._ttl.ttl_seconds(kind, volatile=volatile, market_open=is_open)

    def _landed(self, prices: Prices, at: float) -> None:
        """The vendor has answered, whether or not somebody still waits for it. A symbol is volatile for as long as each
        answer moves further than the rules call calm."""
        for symbol, last in prices.items():
            self._newest[symbol], self._answered_at[symbol] = last, at
            self._volatile[symbol] = self._moves.answered(self.name, symbol, last.price, at)

    def _taken(self, outcome: Outcome[Prices]) -> Prices:
        """By symbol the newest of what came: an early answer is newer than the kept one of its whole part."""
        prices: Prices = {}
        for _, answer in outcome.came:
            for symbol, last in answer.value.items():
                if answer.stored_at >= self._answered_at.get(symbol, -math.inf):
                    self._newest[symbol], self._answered_at[symbol] = last, answer.stored_at
                prices[symbol] = self._newest[symbol]
        return prices


def _by_kind(symbols: Sequence[str]) -> dict[AssetType, list[str]]:
    """In order. Vendors keep shares and coins at addresses of their own: one may be down while the other is well."""
    return {kind: sorted({each for each in symbols if asset_type_of(each) is kind}) for kind in AssetType}


def _on_grid(end: datetime, timeframe: Timeframe) -> datetime:
    """The last instant up to `end` at which a bar of a day's grid can end."""
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    steps = int((end - midnight).total_seconds() // timeframe.seconds)
    return midnight + timedelta(seconds=steps * timeframe.seconds)


def _digest(symbols: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(symbols).encode()).hexdigest()[:24]
