"""The market of now: a race between two vendors, and the others brought up to date beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import ConfigError
from argo_core.model.market_view import MarketView
from argo_core.model.origin import Origin
from argo_core.model.rejection import Rejection
from argo_core.model.vote import Absence
from argo_core.pipeline.unknown_symbols import UnknownSymbols
from argo_core.pipeline.vendor_market import VendorMarket
from argo_core.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class RaceRules:
    """The primary runs alone for `head_start_seconds`; after `deadline_seconds` the view shows what is known by then.
    A symbol whose price is older than `stale_seconds`, or whose bars are unfit, is asked for at the next vendor, which
    gets a head start's time for it."""

    head_start_seconds: float = 0.25
    deadline_seconds: float = 2.0
    stale_seconds: float = 300.0


class LiveFeed:
    """`ports.MarketFeed` over vendors. `racers`: primary first, then its fallbacks; `others` are refreshed at the same
    time, for sources that vote on them. No vendor's failure fails a view: a symbol that nobody knows has no price."""

    def __init__(
        self, racers: Sequence[VendorMarket], others: Sequence[VendorMarket], clock: Clock, rules: RaceRules, name: str
    ) -> None:
        if not racers:
            raise ConfigError("no vendor of market data is enabled: enable alpaca or massive, or replay")
        self._racers, self._others, self._clock, self._rules = tuple(racers), tuple(others), clock, rules
        self._unknown = UnknownSymbols()
        vendors = ", ".join(f"{market.name} ({market.feed})" for market in self._racers)
        self._origin = Origin(name=name, description=f"live market data of {vendors}", replayed=False)

    @property
    def origin(self) -> Origin:
        return self._origin

    def rejections(self) -> tuple[Rejection, ...]:
        """Symbols that no racer knows, since the last call."""
        return self._unknown.rejections()

    async def view(self, symbols: Sequence[str]) -> MarketView:
        """The market at this moment; waits for the race, not for the others."""
        for market in self._others:
            market.begin(symbols)
        await self._race(symbols)
        return self._merged(symbols)

    async def _race(self, symbols: Sequence[str]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._rules.deadline_seconds
        begun: dict[VendorMarket, asyncio.Task[None]] = {}
        running: dict[asyncio.Task[None], VendorMarket] = {}
        wanted, winner = tuple(symbols), None
        for market in self._racers:
            begun[market] = market.begin(wanted)
            running[begun[market]] = market
            alone = market is not self._racers[-1] or winner is not None
            wait = self._rules.head_start_seconds if alone else deadline - loop.time()
            good = await self._first_good(running, min(loop.time() + wait, deadline))
            if good is not None:
                winner, wanted = winner or good, self._unknown.known(self._stale(good, wanted), self._clock.now())
                if not wanted:
                    break
        if winner is None:
            winner = await self._first_good(running, deadline)
        self._end(begun, winner)
        if len(begun) == len(self._racers) and all(market.failure is None for market in begun):
            self._note_unknown(symbols)

    def _note_unknown(self, symbols: Sequence[str]) -> None:
        """Every racer has answered well: what none of them has a price of is unknown to all, unless it is what the
        question failed for."""
        now, failed = self._clock.now(), {symbol for market in self._racers for symbol in market.failures}
        has_price = np.any([market.view(symbols, now).price > 0 for market in self._racers], axis=0).tolist()
        priced = {symbol for symbol, known in zip(symbols, has_price, strict=True) if known}
        unpriced = [each for each in symbols if each not in priced and each not in failed]
        self._unknown.found(tuple(priced), unpriced, now)

    def _stale(self, market: VendorMarket, symbols: Sequence[str]) -> tuple[str, ...]:
        """Those that this racer shows too old although it has answered well: the next one is asked for them alone."""
        fresh = self._fresh(market, market.view(symbols, self._clock.now()))
        return tuple(symbol for symbol, is_fresh in zip(symbols, fresh, strict=True) if not is_fresh)

    def _fresh(self, market: VendorMarket, view: MarketView) -> NDArray[np.bool_]:
        """(S,): whose price and bars are of now, by a vendor that answered now, about this symbol too."""
        if market.failure is not None:
            return np.zeros(len(view), dtype=np.bool_)
        young: NDArray[np.bool_] = view.age_seconds() <= self._rules.stale_seconds
        fit: NDArray[np.bool_] = market.unfit(view.symbols) == Absence.NONE
        return young & fit

    def _end(self, begun: Mapping[VendorMarket, asyncio.Task[None]], winner: VendorMarket | None) -> None:
        """Who is still under way, or was never asked, has lost the race; who failed keeps the reason."""
        for market in self._racers:
            task = begun.get(market)
            if task is not None and task.done():
                continue
            if winner is not None:
                market.give_up("RACE_LOST", f"{winner.name} answered first")
            else:
                market.give_up("TIMEOUT", f"{market.name} did not answer within {self._rules.deadline_seconds:g} s")

    async def _first_good(self, running: dict[asyncio.Task[None], VendorMarket], until: float) -> VendorMarket | None:
        """Who has answered well by then; those that failed leave `running`."""
        loop = asyncio.get_running_loop()
        while running:
            done, _ = await asyncio.wait(
                running, timeout=max(until - loop.time(), 0.0), return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                return None
            for task in [task for task in running if task in done]:
                market = running.pop(task)
                if market.failure is None:
                    return market
        return None

    def _merged(self, symbols: Sequence[str]) -> MarketView:
        """Each symbol from the first racer that answered in this race and has it fresh; else from whoever has its
        newest price, be it from a race before or from a stream."""
        as_of = self._clock.now()
        views = [market.view(symbols, as_of) for market in self._racers]
        ages = np.array([np.nan_to_num(view.age_seconds(), nan=np.inf) for view in views])
        fresh = np.array([self._fresh(market, view) for market, view in zip(self._racers, views, strict=True)])
        choice = np.where(fresh.any(axis=0), fresh.argmax(axis=0), ages.argmin(axis=0))
        rows = range(len(symbols))
        return MarketView(
            as_of,
            tuple(symbols),
            tuple(views[choice[row]].bars[row] for row in rows),
            np.array([views[choice[row]].price[row] for row in rows], dtype=np.float64),
            np.array([views[choice[row]].price_at[row] for row in rows], dtype="datetime64[us]"),
            frozenset(symbol for row, symbol in enumerate(symbols) if symbol in views[choice[row]].doubtful),
            any(market.failure is None for market in self._racers),
        )
