"""One vendor's market as far as it is known here: bars by symbol, newest prices, and what was refused on the way in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import ArgoError, DataError, SourceError
from argo_core.measures.price_jump import distance_ratio, follower, jump_ratio, restated_ratio
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bar, Bars
from argo_core.model.instant import from_instant64
from argo_core.model.last_price import LastPrice, Withdrawal
from argo_core.model.market_view import MarketView
from argo_core.model.partial_answer import PartialAnswer, unanswered, waiting
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from argo_core.model.vote import Absence
from argo_core.pipeline.bar_fitness import BarFitness, Fault
from argo_core.pipeline.jump_inquiry import JumpInquiry
from argo_core.pipeline.jump_rules import Doubt, Finding, judged
from argo_core.pipeline.market_rules import DAY, MarketRules
from argo_core.pipeline.newest_prices import NewestPrices
from argo_core.pipeline.session_numbers import SessionNumbers
from argo_core.ports.clock import Clock
from argo_core.ports.market_stream import News
from argo_core.ports.market_vendor import MarketVendor

WEEK = 7 * DAY


class VendorMarket:
    """Brings itself up to date, one refresh at a time; who asks meanwhile shares it. It is `ports.MarketState` too.

    What the vendor said before stays: a failed refresh makes nothing newer and nothing invented. Once an hour the bars
    since yesterday are asked for again, so that what a vendor has told wrongly does not stand for ever. `sessions` are
    the shares' exchange's; without them shares count as traded round the clock.
    """

    def __init__(
        self, vendor: MarketVendor, rules: MarketRules, clock: Clock, sessions: Sessions | None = None
    ) -> None:
        self._vendor, self._rules, self._clock = vendor, rules, clock
        self._fitness = BarFitness(rules, sessions)
        self._bars: dict[str, Bars] = {}
        self._prices = NewestPrices()
        self._refresh: asyncio.Task[None] | None = None
        self._failure: SourceError | None = SourceError("NOT_ASKED", f"{vendor.name} was not asked yet")
        self._failures: Mapping[str, SourceError] = {}
        self._asked: frozenset[str] = frozenset()
        self._rejected: list[Rejection] = []
        self._numbers, self._inquiry = SessionNumbers(sessions), JumpInquiry(vendor, rules)
        self._sound_in: dict[str, int] = {}
        self._reread_in: dict[str, datetime] = {}

    @property
    def name(self) -> str:
        return self._vendor.name

    @property
    def feed(self) -> str:
        """What the vendor's prices are taken from, for instance `iex`."""
        return self._vendor.feed

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused since the last call; they are forgotten with it."""
        taken, self._rejected = tuple(self._rejected), []
        return taken

    def begin(self, symbols: Sequence[str]) -> asyncio.Task[None]:
        """The refresh under way, or a new one. Its task never raises: `failure` says how it went."""
        if self._refresh is None or self._refresh.done():
            self._refresh = asyncio.create_task(self._run(tuple(symbols)), name=f"refresh {self.name}")
        return self._refresh

    def give_up(self, reason: str, why: str) -> None:
        """End a refresh under way: its vendor is absent in this cycle for this `Absence` name."""
        if self._refresh is not None and not self._refresh.done():
            self._refresh.cancel()
        self._failure = SourceError(reason, why)

    @property
    def failure(self) -> SourceError | None:
        """Why the newest refresh brought nothing, None if it did."""
        return self._failure

    @property
    def failures(self) -> Mapping[str, SourceError]:
        """By symbol, why the newest refresh that brought something brought nothing newer of it."""
        return self._failures

    async def settled(self, view: MarketView) -> MarketView:
        """See `ports.MarketState`."""
        if self._refresh is not None and not self._refresh.done():
            await asyncio.wait([self._refresh])
        if self._failure is not None:
            raise self._failure
        return self.view(view.symbols, view.as_of)

    def unfit(self, symbols: Sequence[str]) -> NDArray[np.uint8]:
        """See `ports.MarketState`."""
        why = self._fitness.judged(self._known(symbols), self._clock.now())
        if self._asked:  # of the others somebody else had told already
            why |= dict.fromkeys(set(symbols) - self._asked, Absence.RACE_LOST)
        why |= {symbol: Absence.named(error.reason) for symbol, error in self._failures.items()}
        why |= dict.fromkeys(self._inquiry.doubts, Absence.CORPORATE_ACTION)
        return np.array([why.get(symbol, Absence.NONE) for symbol in symbols], dtype=np.uint8)

    def take(self, news: News) -> None:
        """What the vendor pushed. Of a bar of a minute the close is a price; longer bars are asked for when they are
        complete."""
        if isinstance(news, Withdrawal):
            self._prices.withdraw(news)
        elif isinstance(news, Bar):
            self._take_price(_close_of(news, self.feed, self._clock.now()))
        else:
            self._take_price(news)

    def view(self, symbols: Sequence[str], as_of: datetime) -> MarketView:
        """What is known of these symbols, whatever the newest refresh brought. Bars of a symbol that is held back end
        before its jump."""
        name = self._rules.timeframe.name
        view = MarketView.of([self._bars.get(symbol) or Bars.empty(symbol, name) for symbol in symbols], as_of)
        for prices in self._prices.told():
            view = view.with_prices(prices)
        return replace(view, doubtful=frozenset(self._inquiry.doubts.keys() & set(symbols)))

    async def _run(self, symbols: Sequence[str]) -> None:
        try:
            await self._refreshed(symbols)
        except SourceError as error:
            self._failure = error
        except ArgoError as error:
            self._failure = SourceError("REFUSED_ANSWER", f"{self.name}: {error}")

    async def _refreshed(self, symbols: Sequence[str]) -> None:
        now = self._clock.now()
        bars, prices = await asyncio.gather(self._newer_bars(symbols, now), self._vendor.last_prices(symbols))
        for symbol in tuple(self._inquiry.doubts):
            self._judge(symbol, now)
        for symbol, more in bars.items():
            self._follow(symbol, more, now)
        for price in prices.values():
            self._take_price(price)
        for symbol in tuple(self._inquiry.doubts):
            self._settle_if_back(symbol)
        self._inquiry.ask(self._bars, now)
        self._note(self._fitness.delays(self._known(symbols), now), now)
        self._asked = frozenset(symbols)
        self._failure, self._failures = None, {**unanswered(bars), **unanswered(prices)}

    async def _newer_bars(self, symbols: Sequence[str], now: datetime) -> PartialAnswer[Bars]:
        """The history of symbols that are new, up to today; then what came since the oldest of the known ends. A symbol
        whose history did not come stays new: its last hours alone would stand for all of it."""
        today, hour = _midnight(now), now.replace(minute=0, second=0, microsecond=0)
        frame, brought, failures = self._rules.timeframe, dict[str, Bars](), dict[str, SourceError]()
        fresh = [symbol for symbol in symbols if symbol not in self._bars]
        if fresh:
            history = await self._histories(fresh, today)
            brought, failures = dict(history), dict(unanswered(history))
            symbols = [symbol for symbol in symbols if symbol not in failures and symbol not in waiting(history)]
        known = [self._bars.get(symbol) or brought.get(symbol) for symbol in symbols]
        ends = [bars.known_at for bars in known if bars is not None and len(bars)]
        begin = max(min(ends, default=today), today - WEEK)
        if now - begin < timedelta(seconds=frame.seconds):
            return PartialAnswer(brought, failures)
        due = [symbol for symbol in symbols if self._reread_in.get(symbol, hour) != hour]
        rest = [symbol for symbol in symbols if symbol not in set(due)]
        questions = [(each, since) for each, since in ((due, min(begin, today - DAY)), (rest, begin)) if each]
        tails = await asyncio.gather(*(self._vendor.bars(asked, frame, since, now) for asked, since in questions))
        for symbol, tail in ((symbol, tail) for answer in tails for symbol, tail in answer.items()):
            first = brought.get(symbol)
            brought[symbol] = tail if first is None else first.joined(tail, self._rules.keep)
            self._reread_in[symbol] = hour
        for answer in tails:
            failures |= unanswered(answer)
        return PartialAnswer(brought, failures)

    async def _histories(self, symbols: Sequence[str], today: datetime) -> PartialAnswer[Bars]:
        """Up to today, of shares and of coins as far back as is kept of each. Raises SourceError if there is nothing of
        either."""
        frame = self._rules.timeframe
        asked = [(names, today - reach) for reach, names in self._rules.reaches(symbols).items()]
        answers = await asyncio.gather(
            *(self._vendor.bars(names, frame, since, today) for names, since in asked), return_exceptions=True
        )
        if errors := [answer for answer in answers if isinstance(answer, BaseException)]:
            others = [error for error in errors if not isinstance(error, SourceError)]
            if others or len(errors) == len(asked):
                raise (others or errors)[0]
        found, failures, late = dict[str, Bars](), dict[str, SourceError](), set[str]()
        for (names, _), answer in zip(asked, answers, strict=True):
            if isinstance(answer, SourceError):
                failures |= dict.fromkeys(names, answer)
            elif not isinstance(answer, BaseException):
                found, late = found | dict(answer), late | waiting(answer)
                failures |= unanswered(answer)
        return PartialAnswer(found, failures, late)

    def _follow(self, symbol: str, more: Bars, now: datetime) -> None:
        """Take `more`, unless it jumps from one session to the next, or tells otherwise what was told before."""
        known = self._bars.get(symbol)
        if known is not None and asset_type_of(symbol) is not AssetType.CRYPTO:
            ratio, row = restated_ratio(known, more), follower(known, more)
            session = self._numbers.of(now if row is None else from_instant64(more.start[row]))
            if row is not None and session > self._sound(symbol):
                ratio = max(ratio, jump_ratio(known, more))
            if ratio >= self._rules.jump_ratio:
                self._hold(symbol, Doubt(since=now, session=session, ratio=ratio, by_bars=True))
                return
        self._take_bars(symbol, more, now)

    def _judge(self, symbol: str, now: datetime) -> None:
        """A split makes every bar before it a wrong one: then the vendor's history, which it tells adjusted, is taken
        instead."""
        doubt, known, rules = self._inquiry.doubts[symbol], self._bars[symbol], self._rules
        told, held = doubt.told, self._numbers.open_seconds(doubt.since, now)
        shown = self._numbers.begun(told.known_at) if told is not None and len(told) else 0
        judgement = judged(known, doubt, shown, held, rules)
        if judgement.finding is Finding.HELD:
            return
        if judgement.finding is Finding.SPLIT and told is not None:
            self._bars[symbol] = told.last(rules.keep)
            self._prices.forget_far(symbol, float(told.close[-1]), rules.jump_ratio)
            self._reject(symbol, "split", judgement.factor, 1.0, now)
        else:
            self._sound_in[symbol] = doubt.session
            if told is not None:
                self._take_bars(symbol, told, now)
        self._inquiry.settle(symbol)

    def _settle_if_back(self, symbol: str) -> None:
        """There was a wrong price only, if the next is near the last close again, or if bars of its session follow
        without a jump."""
        doubt, price = self._inquiry.doubts[symbol], self._prices.of(symbol)
        if doubt.by_bars or price is None:
            return
        near = distance_ratio(price.price, float(self._bars[symbol].close[-1])) < self._rules.jump_ratio
        if near or self._sound(symbol) >= doubt.session:
            self._inquiry.settle(symbol)

    def _sound(self, symbol: str) -> int:
        """The newest session that has shown a sound bar or price of the symbol."""
        bars = self._bars.get(symbol)
        shown = 0 if bars is None or not len(bars) else self._numbers.begun(bars.known_at)
        return max(shown, self._sound_in.get(symbol, 0))

    def _take_bars(self, symbol: str, more: Bars, now: datetime) -> None:
        known = self._bars.get(symbol)
        try:
            self._bars[symbol] = more.last(self._rules.keep) if known is None else known.joined(more, self._rules.keep)
        except DataError:
            self._reject(symbol, "bad_bars", float(len(more)), 0.0, now)
            return
        self._note(self._fitness.holes(self._bars[symbol]), now)

    def _take_price(self, price: LastPrice) -> None:
        ahead = (price.at - price.received_at).total_seconds()
        if ahead > self._rules.skew_seconds:
            self._reject(price.symbol, "clock_skew", ahead, self._rules.skew_seconds, price.received_at)
            return
        self._prices.take(price)
        bars, is_coin = self._bars.get(price.symbol), asset_type_of(price.symbol) is AssetType.CRYPTO
        if is_coin or bars is None or not len(bars) or price.at < bars.known_at:
            return
        ratio, session = distance_ratio(price.price, float(bars.close[-1])), self._numbers.of(price.at)
        if session <= self._sound(price.symbol):
            return
        if ratio >= self._rules.jump_ratio:
            self._hold(price.symbol, Doubt(since=price.received_at, session=session, ratio=ratio, by_bars=False))
        elif price.symbol not in self._inquiry.doubts:
            self._sound_in[price.symbol] = self._numbers.begun(price.at)

    def _hold(self, symbol: str, doubt: Doubt) -> None:
        if self._inquiry.doubt(symbol, doubt):
            self._reject(symbol, "jump", doubt.ratio, self._rules.jump_ratio, doubt.since)

    def _known(self, symbols: Sequence[str]) -> list[Bars]:
        return [self._bars[symbol] for symbol in symbols if symbol in self._bars]

    def _note(self, faults: Sequence[Fault], now: datetime) -> None:
        for fault in faults:
            self._reject(fault.symbol, fault.kind, fault.measured, fault.limit, now)

    def _reject(self, symbol: str, kind: str, measured: float, limit: float, at: datetime) -> None:
        self._rejected.append(
            Rejection(vendor=self.name, symbol=symbol, kind=kind, measured=measured, limit=limit, at=at)
        )


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _close_of(bar: Bar, feed: str, now: datetime) -> LastPrice:
    """A pushed bar's close, a price of the moment when the bar ended."""
    at = min(bar.start + timedelta(seconds=Timeframe.parse(bar.timeframe).seconds), now)
    return LastPrice(symbol=bar.symbol, price=bar.close, at=at, received_at=now, feed=feed)
