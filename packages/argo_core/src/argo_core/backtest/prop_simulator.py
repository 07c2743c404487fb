"""How likely a strategy passes a prop firm's challenge, how it fails, and how long either takes."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.random import PCG64, Generator

from argo_core.backtest.prop_course import PropCourse
from argo_core.backtest.prop_paths import PathEnd, PropPaths, walk_course
from argo_core.backtest.prop_standing import FRESH, PropStanding
from argo_core.backtest.prop_trades import OtherRecords, OwnTrades, TradePlan, WinLoss
from argo_core.errors import DataError
from argo_core.measures.block_bootstrap import bootstrap_indices
from argo_core.measures.intervals import wilson
from argo_core.measures.percentiles import percentile

PATHS_AT_ONCE = 10_000
"""Walked together where many records are, small enough for memory. Another number would draw other paths."""
_PERCENTILES = (5.0, 25.0, 50.0, 75.0, 95.0)


class PropRun(msgspec.Struct, frozen=True, kw_only=True):
    """`paths` challenges; `days` at most for each step; the same `seed` gives the same result. `confidence` 0–1 of all
    intervals. For the interval that a record's length leaves, `records` such as it might have been are each walked by
    `record_paths`. Raises DataError `bad_count`."""

    seed: int = 42
    paths: int = 10_000
    days: int = 365
    confidence: float = 0.95
    records: int = 100
    record_paths: int = 500

    def __post_init__(self) -> None:
        if not (100 <= self.paths <= 1_000_000 and 1 <= self.days <= 5000 and self.seed >= 0):
            raise DataError("bad_count", "give 100 to 1,000,000 paths, 1 to 5000 days and a seed from 0 on")
        if not (20 <= self.records <= 10_000 and 100 <= self.record_paths <= 100_000):
            raise DataError("bad_count", "give 20 to 10,000 records and 100 to 100,000 paths of each")


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """A share of the paths, 0–1, and the interval that their number leaves."""

    share: float
    low: float
    high: float


class DayCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Days with trading over all steps, of those paths that ended so: mean and 5th, 25th, 50th, 75th, 95th percentile.
    None where no path did."""

    mean: float | None
    percentiles: tuple[float | None, ...]


class PropResult(msgspec.Struct, frozen=True, kw_only=True):
    """`passed`, `daily_loss`, `drawdown` and `undecided` add up to 1. `steps` (of the course): the share that got past
    each. `record` is the interval of passing that the record's length leaves, None without a record of trades."""

    pack: str
    label: str
    source: str
    seed: int
    paths: int
    confidence: float
    passed: Chance
    daily_loss: Chance
    drawdown: Chance
    undecided: Chance
    steps: tuple[Chance, ...]
    days_to_pass: DayCounts
    days_to_breach: DayCounts
    record: tuple[float, float] | None
    trades_in_record: int | None
    assumptions: tuple[str, ...]


def simulate_challenge(
    course: PropCourse, trades: WinLoss | OwnTrades, plan: TradePlan, run: PropRun, standing: PropStanding = FRESH
) -> PropResult:
    """Walks the course many times, from where the account stands. Pure: the same arguments give the same result. Raises
    DataError for bad trades."""
    found = walk_course(course, trades, plan, run.paths, run.days, Generator(PCG64(run.seed)), standing)
    breached = (found.ends == PathEnd.DAILY_LOSS) | (found.ends == PathEnd.DRAWDOWN)
    return PropResult(
        pack=course.rules.name,
        label=course.rules.label,
        source=f"{course.rules.source} ({course.rules.source_date})",
        seed=run.seed,
        paths=run.paths,
        confidence=run.confidence,
        passed=_chance(found, PathEnd.PASSED, run),
        daily_loss=_chance(found, PathEnd.DAILY_LOSS, run),
        drawdown=_chance(found, PathEnd.DRAWDOWN, run),
        undecided=_chance(found, PathEnd.UNDECIDED, run),
        steps=tuple(_share(int((found.steps > step).sum()), run) for step in range(len(course.targets_pct))),
        days_to_pass=_days(found.days[found.ends == PathEnd.PASSED].tolist()),
        days_to_breach=_days(found.days[breached].tolist()),
        record=_record_interval(course, trades, plan, run, standing) if isinstance(trades, OwnTrades) else None,
        trades_in_record=int(trades.multiples.size) if isinstance(trades, OwnTrades) else None,
        assumptions=assumptions(course, trades, plan, run, standing),
    )


def assumptions(
    course: PropCourse, trades: WinLoss | OwnTrades, plan: TradePlan, run: PropRun, standing: PropStanding = FRESH
) -> tuple[str, ...]:
    """What the figures rest on, one sentence each."""
    number = (
        f"a Poisson number of trades a day, {plan.per_day:g} on average"
        if plan.varying
        else (f"{plan.per_day:g} trades on each day")
    )
    drawn = (
        f"trades are independent: {100 * trades.win_rate:g} % win {trades.win_r:g} R, others lose {trades.loss_r:g} R"
        if isinstance(trades, WinLoss)
        else f"the record of {trades.multiples.size} trades is redrawn in runs of {trades.block:.1f} trades on average"
    )
    targets = ", ".join(f"{target:g} %" for target in course.targets_pct)
    moved = (
        "each moves the account as one of its own trades did, in percent of the initial capital"
        if plan.measured
        else f"each risks {plan.risk_pct:g} % of the {'initial capital' if plan.of_initial else 'balance'}"
    )
    return (
        drawn,
        f"{number}, one after the other, {moved}",
        *_begins(standing, len(course.targets_pct)),
        f"each step asks for {targets} of its initial capital, and {course.minimum_days} days with a trade",
        "floors are checked at each trade's close, before the target: what a trade loses meanwhile is not modelled",
        "an account that touches a floor has failed; the live guard gets out before it",
        "once the target is reached nothing more is risked; days that are missing pass with trades of no size",
        *(
            ()
            if course.best_day_pct is None
            else (f"a day that brought more than {course.best_day_pct:g} % of the profit only postpones the end",)
        ),
        f"a step that is not decided within {run.days} days counts as undecided, never as passed",
        "the firm's other rules and its costs beyond those in the trades are not modelled",
    )


def _begins(at: PropStanding, steps: int) -> tuple[str, ...]:
    if at == FRESH:
        return ("each step begins with a fresh account",)
    days = at.traded_days + at.today_traded
    begun = (
        f"the account stands at {100 * at.balance:.2f} % of its initial capital, open positions closed at their last "
        f"prices; its day began at {100 * at.anchor:.2f} %, its highest was {100 * at.peak:.2f} %, it traded on {days} "
        "days so far; the day under way counts as a whole one"
    )
    further = f"it is taken to be in the first of {steps} steps, and further ones begin with a fresh account"
    return (begun,) if steps == 1 else (begun, further)


def _record_interval(
    course: PropCourse, trades: OwnTrades, plan: TradePlan, run: PropRun, standing: PropStanding
) -> tuple[float, float]:
    """Where the chance of passing lies for other records of this length that the strategy might have made."""
    generator = Generator(PCG64((run.seed, 1)))
    records = bootstrap_indices(trades.multiples.size, run.records, trades.block, generator)
    at_once, shares = max(1, PATHS_AT_ONCE // run.record_paths), list[float]()
    for first in range(0, run.records, at_once):
        some = trades.multiples[records[first : first + at_once]]
        other = OtherRecords(some, run.record_paths, trades.block)
        found = walk_course(course, other, plan, len(some) * run.record_paths, run.days, generator, standing)
        shares.extend((found.ends == PathEnd.PASSED).reshape(len(some), -1).mean(axis=1).tolist())
    low, high = np.quantile(shares, (0.5 - run.confidence / 2, 0.5 + run.confidence / 2))
    return float(low), float(high)


def _chance(found: PropPaths, end: PathEnd, run: PropRun) -> Chance:
    return _share(int((found.ends == end).sum()), run)


def _share(count: int, run: PropRun) -> Chance:
    low, high = wilson(count, run.paths, run.confidence)
    return Chance(share=count / run.paths, low=low, high=high)


def _days(days: list[int]) -> DayCounts:
    return DayCounts(
        mean=sum(days) / len(days) if days else None, percentiles=tuple(percentile(days, q) for q in _PERCENTILES)
    )
