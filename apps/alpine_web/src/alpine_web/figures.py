"""The public figures: counted from what everybody may see, kept for a few seconds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from alpine_core.feed import SignalFeed
from alpine_core.model import Position, SignalQuery, Tier
from alpine_core.ports import Clock
from alpine_core.tiers import SignalView

KEPT_SECONDS = 5.0
PAGE = 1000
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class SymbolRow:
    """`outcomes` counts by `win`, `loss`, `expired`, `open`; a word that does not occur counts 0."""

    symbol: str
    signals: int
    outcomes: Counter[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """`signals`, `outcomes` and `replayed` of what the public sees.

    `records` is everything that was stored by the time until which the public sees: a live count would tell strangers
    when something was issued.
    """

    signals: int
    replayed: int
    outcomes: Counter[str]
    symbols: tuple[SymbolRow, ...]
    records: int
    delay_seconds: float
    history_days: float | None


class PublicFigures:
    """Counts again at most every few seconds, whoever asks."""

    def __init__(self, feed: SignalFeed, clock: Clock) -> None:
        self._feed, self._clock = feed, clock
        self._kept: tuple[float, Figures] | None = None

    async def now(self) -> Figures:
        """The figures of this moment. Raises StoreError."""
        at = self._clock.now().timestamp()
        if self._kept is not None and 0 <= at - self._kept[0] < KEPT_SECONDS:
            return self._kept[1]
        figures = await self._count()
        self._kept = (at, figures)
        return figures

    async def _count(self) -> Figures:
        by_symbol: dict[str, Counter[str]] = {}
        replayed = 0
        before: int | None = None
        for _ in range(MOST_PAGES):
            page = await self._feed.page(SignalQuery(limit=PAGE, before=before), Tier.FREE, self._clock.now())
            for view in page.items:
                by_symbol.setdefault(view.symbol, Counter())[_ending(view)] += 1
                replayed += view.replayed
            before = page.next_before
            if before is None:
                break
        terms = self._feed.entitlements.terms(Tier.FREE)
        outcomes = sum(by_symbol.values(), Counter())
        rows = (SymbolRow(symbol, each.total(), each) for symbol, each in sorted(by_symbol.items()))
        return Figures(
            signals=outcomes.total(),
            replayed=replayed,
            outcomes=outcomes,
            symbols=tuple(rows),
            records=Position.parse(await self._feed.start(Tier.FREE, self._clock.now())).delayed,
            delay_seconds=terms.delay_seconds,
            history_days=terms.history_days,
        )


def _ending(view: SignalView) -> str:
    return "open" if view.outcome is None else view.outcome.outcome
