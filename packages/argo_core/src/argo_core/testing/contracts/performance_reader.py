"""What every PerformanceReader promises."""

from __future__ import annotations

from datetime import timedelta

from argo_core.model.outcome import Result
from argo_core.model.performance import DayOutcomes, OutcomeCounts, Span, SymbolOutcomes
from argo_core.ports.performance_reader import PerformanceReader
from argo_core.testing.sample_cycles import MOMENT, sample_outcome, sample_signal

DAY = timedelta(days=1)
SIGNALS = (
    sample_signal("c1-s0", confidence=96.0, at=MOMENT - 20 * DAY),
    sample_signal("c1-s1", confidence=95.0, at=MOMENT - 7 * DAY - timedelta(hours=15, minutes=29)),
    sample_signal("c1-s2", symbol="NVDA", confidence=94.999, at=MOMENT - DAY),
    sample_signal("c1-s3", symbol="NVDA", confidence=99.0, at=MOMENT - DAY),
    sample_signal("c1-s4", confidence=99.0, at=MOMENT),
)
OUTCOMES = (
    sample_outcome(SIGNALS[0], profit_loss_pct=4.0),
    sample_outcome(SIGNALS[1], profit_loss_pct=3.0),
    sample_outcome(SIGNALS[2], outcome="loss", result=Result.STOP, profit_loss_pct=-2.0),
    sample_outcome(SIGNALS[3], outcome="expired", result=Result.EXPIRED, profit_loss_pct=-1.0),
)
WEEK = Span(since=(MOMENT - 7 * DAY).date(), until=MOMENT)
"""It begins with its first day: `c1-s1` lies 16 minutes behind midnight, more than seven times 24 hours ago."""


class PerformanceReaderContract:
    """Subclass it, and give a fixture `reader` of a log with SIGNALS and OUTCOMES."""

    async def test_a_week_begins_with_its_first_day(self, reader: PerformanceReader) -> None:
        assert await reader.counts(WEEK) == OutcomeCounts(
            signals=4, completed=3, wins=1, losses=2, average_win_pct=3.0, average_loss_pct=-1.5
        )

    async def test_all_time_has_no_beginning(self, reader: PerformanceReader) -> None:
        found = await reader.counts(Span(since=None, until=MOMENT))
        assert (found.signals, found.completed, found.wins, found.average_win_pct) == (5, 4, 2, 3.5)

    async def test_what_comes_later_is_not_counted(self, reader: PerformanceReader) -> None:
        found = await reader.counts(Span(since=None, until=MOMENT - 2 * DAY))
        assert (found.signals, found.losses, found.average_loss_pct) == (2, 0, None)

    async def test_a_confidence_of_the_limit_counts_and_one_just_below_does_not(
        self, reader: PerformanceReader
    ) -> None:
        found = await reader.counts(Span(since=WEEK.since, until=MOMENT, min_confidence=95.0))
        assert (found.signals, found.wins, found.losses) == (3, 1, 1)

    async def test_days_and_symbols_add_up_to_the_span(self, reader: PerformanceReader) -> None:
        first = str(WEEK.since)
        assert await reader.by_day(WEEK) == (
            DayOutcomes(day=first, signals=1, wins=1, losses=0, gross_pct=3.0),
            DayOutcomes(day="2026-03-01", signals=2, wins=0, losses=2, gross_pct=-3.0),
            DayOutcomes(day="2026-03-02", signals=1, wins=0, losses=0, gross_pct=0.0),
        )
        assert await reader.by_symbol(WEEK) == (
            SymbolOutcomes(symbol="AAPL", signals=2, wins=1, losses=0, mean_pct=3.0),
            SymbolOutcomes(symbol="NVDA", signals=2, wins=0, losses=2, mean_pct=-1.5),
        )

    async def test_an_empty_span_counts_nothing(self, reader: PerformanceReader) -> None:
        empty = Span(since=None, until=MOMENT - 100 * DAY)
        assert await reader.counts(empty) == OutcomeCounts(
            signals=0, completed=0, wins=0, losses=0, average_win_pct=None, average_loss_pct=None
        )
        assert await reader.by_day(empty) == () == await reader.by_symbol(empty)
