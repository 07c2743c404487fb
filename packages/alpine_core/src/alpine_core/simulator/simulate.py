"""The whole simulation: the follower, the record as published, and holding, side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, localcontext

from alpine_core.simulator.assumptions import assumptions_of
from alpine_core.simulator.exact import EXACT, HUNDRED, MONEY, PERCENT, exact, told
from alpine_core.simulator.held import Held
from alpine_core.simulator.plan import FollowPlan
from alpine_core.simulator.price_book import PriceBook
from alpine_core.simulator.recorded_signal import RecordedSignal
from alpine_core.simulator.result import CurvePoint, Simulation
from alpine_core.simulator.walk import Walk, Walked


def simulate(signals: Sequence[RecordedSignal], book: PriceBook, plan: FollowPlan) -> Simulation:
    """What a follower with this plan would have got of these signals, in any order, at the prices of the book.

    Deterministic: decimals of 34 digits, rounded half to even where they are told, quantities cut to eight decimals.
    With `plan.published()` every closed trade has the published result.
    """
    ordered = sorted(signals, key=lambda signal: (signal.at, signal.cursor))
    with localcontext(EXACT):
        followed = Walk(plan, book).through(ordered)
        published = Walk(plan.published(), book).through(ordered)
        held = Held((each.symbol for each in ordered), plan.capital, ordered[0].at, book) if ordered else None
        held_final = None if held is None else held.final()
        return Simulation(
            plan=plan,
            signals=len(ordered),
            trades=followed.trades,
            open=followed.open,
            skipped=followed.skipped,
            figures=followed.figures,
            published=published.figures,
            held_final=None if held_final is None else told(held_final, MONEY),
            held_return_pct=None if held_final is None else _return_pct(held_final, plan),
            unpriced=() if held is None else held.unpriced,
            curve=() if held is None else _curve(ordered[0].at, plan, followed, published, held, book),
            assumptions=assumptions_of(plan),
        )


def _return_pct(final: Decimal, plan: FollowPlan) -> float:
    return told((final / exact(plan.capital) - 1) * HUNDRED, PERCENT)


def _curve(
    first: datetime, plan: FollowPlan, followed: Walked, published: Walked, held: Held, book: PriceBook
) -> tuple[CurvePoint, ...]:
    capital = exact(plan.capital)
    moments = sorted({first, *(at for each in (followed, published) for at, _ in each.steps)})
    points = [
        _point(at, _equity_at(followed, at, capital), _equity_at(published, at, capital), held.at(at)) for at in moments
    ]
    ends = [trade.marked_at for each in (followed, published) for trade in each.open if trade.marked_at is not None]
    lasts = [bar.start for bar in map(book.last, held.symbols) if bar is not None]
    return (*points, _point(max([*moments, *ends, *lasts]), followed.final, published.final, held.final()))


def _point(at: datetime, followed: Decimal, published: Decimal, held: Decimal | None) -> CurvePoint:
    return CurvePoint(
        at=at,
        followed=told(followed, MONEY),
        published=told(published, MONEY),
        held=None if held is None else told(held, MONEY),
    )


def _equity_at(walked: Walked, moment: datetime, capital: Decimal) -> Decimal:
    at = bisect_right(walked.steps, moment, key=lambda step: step[0])
    return walked.steps[at - 1][1] if at else capital
