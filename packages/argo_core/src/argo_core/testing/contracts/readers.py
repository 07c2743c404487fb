"""What every signal reader and decision reader must do. Fixtures: an empty `log`, and its `reader`, `decisions`."""

from __future__ import annotations

from datetime import timedelta

from argo_core.errors import DataError
from argo_core.model.outcome import Result
from argo_core.model.query import DecisionQuery, SignalQuery, SignalStatistics
from argo_core.ports import DecisionReader, SignalLog, SignalReader
from argo_core.testing.sample_cycles import (
    MOMENT,
    published_cycle,
    sample_cycle,
    sample_decision,
    sample_outcome,
    sample_signal,
)


async def fill(log: SignalLog) -> None:
    """Five signals in three cycles, an hour apart: one won, one lost, one expired in profit, two open."""
    aapl, nvda = sample_signal("s1", symbol="AAPL", confidence=80.0), sample_signal("s2", symbol="NVDA", action="SELL")
    tsla = sample_signal("s3", symbol="TSLA", regime="CHOP", confidence=95.0)
    await log.append(sample_cycle("c1", signals=[aapl, nvda], decisions=[sample_decision("d1")], at=MOMENT))
    await log.append(
        sample_cycle(
            "c2",
            signals=[tsla],
            decisions=[
                sample_decision("d2", symbol="NVDA", status="repeat", veto="already_open", repeat_of="s2"),
                sample_decision("d3", symbol="TSLA", status="published", veto=None, signal_id="s3"),
            ],
            outcomes=[sample_outcome(aapl, profit_loss_pct=2.0)],
            at=MOMENT + timedelta(hours=1),
        )
    )
    await log.append(
        sample_cycle(
            "c3",
            signals=[sample_signal("s4"), sample_signal("s5", symbol="BTC-USD")],
            decisions=[sample_decision("d4", symbol="TSLA", veto="low_coverage")],
            outcomes=[
                sample_outcome(nvda, outcome="loss", result=Result.STOP, profit_loss_pct=-1.5),
                sample_outcome(tsla, outcome="expired", result=Result.EXPIRED, profit_loss_pct=1.0),
            ],
            at=MOMENT + timedelta(hours=2),
        )
    )


SIGNAL_ANSWERS: tuple[tuple[SignalQuery, list[str]], ...] = (
    (SignalQuery(), ["s5", "s4", "s3", "s2", "s1"]),
    (SignalQuery(symbol="AAPL"), ["s4", "s1"]),
    (SignalQuery(symbol="MSFT"), []),
    (SignalQuery(action="SELL"), ["s2"]),
    (SignalQuery(regime="CHOP"), ["s3"]),
    (SignalQuery(outcome="win"), ["s3", "s1"]),
    (SignalQuery(outcome="loss"), ["s2"]),
    (SignalQuery(open_only=True), ["s5", "s4"]),
    (SignalQuery(min_confidence=95.0), ["s3"]),
    (SignalQuery(min_confidence=82.5, symbol="AAPL"), ["s4"]),
    (SignalQuery(since=MOMENT + timedelta(hours=1)), ["s5", "s4", "s3"]),
    (SignalQuery(since=MOMENT + timedelta(hours=1, seconds=1)), ["s5", "s4"]),
    (SignalQuery(before=3), ["s2", "s1"]),
    (SignalQuery(before=1), []),
    (SignalQuery(symbol="' OR 1=1 --"), []),
)

DECISION_ANSWERS: tuple[tuple[DecisionQuery, list[str]], ...] = (
    (DecisionQuery(), ["d4", "d3", "d2", "d1"]),
    (DecisionQuery(symbol="TSLA"), ["d4", "d3"]),
    (DecisionQuery(status="vetoed"), ["d4", "d1"]),
    (DecisionQuery(status="repeat"), ["d2"]),
    (DecisionQuery(veto="low_coverage"), ["d4"]),
    (DecisionQuery(cycle_id="c2"), ["d3", "d2"]),
    (DecisionQuery(cycle_id="c2", status="published"), ["d3"]),
    (DecisionQuery(cycle_id="c9"), []),
)


class SignalReaderContract:
    async def test_filters_select_and_the_newest_comes_first(self, log: SignalLog, reader: SignalReader) -> None:
        await fill(log)
        for query, expected in SIGNAL_ANSWERS:
            found = [logged.sealed.signal.signal_id for logged in (await reader.signals(query)).items]
            assert (query, found) == (query, expected)

    async def test_pages_follow_each_other_without_gap_or_repeat(self, log: SignalLog, reader: SignalReader) -> None:
        await log.append(published_cycle("c1", ["AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD"]))
        first = await reader.signals(SignalQuery(limit=2))
        await log.append(published_cycle("c2", ["AAPL"]))
        second = await reader.signals(SignalQuery(limit=2, before=first.next_before))
        last = await reader.signals(SignalQuery(limit=2, before=second.next_before))
        assert [[logged.index for logged in page.items] for page in (first, second, last)] == [[5, 4], [3, 2], [1]]
        assert last.next_before is None

    async def test_a_full_last_page_has_no_successor(self, log: SignalLog, reader: SignalReader) -> None:
        await log.append(published_cycle("c1", ["AAPL", "NVDA"]))
        assert (await reader.signals(SignalQuery(limit=2))).next_before is None

    async def test_an_unknown_signal_is_none(self, reader: SignalReader) -> None:
        assert await reader.signal("nowhere") is None

    async def test_pages_outside_the_range_are_refused(self, reader: SignalReader) -> None:
        for limit in (0, 501):
            try:
                await reader.signals(SignalQuery(limit=limit))
            except DataError as error:
                assert error.code == "bad_limit"
            else:
                raise AssertionError(f"a page of {limit} was accepted")

    async def test_statistics_of_an_empty_log_are_zero(self, reader: SignalReader) -> None:
        found = await reader.statistics(MOMENT)
        assert (found.signals, found.open, found.decisions, found.cycles, found.last_hour) == (0, 0, 0, 0, 0)
        assert (found.average_win_pct, found.average_loss_pct, found.by_symbol) == (None, None, {})

    async def test_statistics_count_the_whole_log(self, log: SignalLog, reader: SignalReader) -> None:
        await fill(log)
        assert await reader.statistics(MOMENT + timedelta(hours=2)) == SignalStatistics(
            signals=5,
            open=2,
            wins=2,
            losses=1,
            last_hour=3,
            decisions=4,
            vetoed=2,
            repeats=1,
            cycles=3,
            symbols=4,
            by_symbol={"AAPL": 2, "NVDA": 1, "TSLA": 1, "BTC-USD": 1},
            by_action={"BUY": 4, "SELL": 1},
            by_regime={"BULL": 4, "CHOP": 1},
            by_veto={"below_threshold": 1, "already_open": 1, "low_coverage": 1},
            average_win_pct=1.5,
            average_loss_pct=-1.5,
        )


class DecisionReaderContract:
    async def test_a_decision_reads_back_as_it_was_made(self, log: SignalLog, decisions: DecisionReader) -> None:
        made = sample_decision("d1")
        await log.append(sample_cycle("c1", decisions=[made]))
        assert (await decisions.decisions(DecisionQuery())).items == (made,)

    async def test_filters_select_and_the_newest_comes_first(self, log: SignalLog, decisions: DecisionReader) -> None:
        await fill(log)
        for query, expected in DECISION_ANSWERS:
            found = [decision.decision_id for decision in (await decisions.decisions(query)).items]
            assert (query, found) == (query, expected)

    async def test_pages_follow_each_other_under_a_filter(self, log: SignalLog, decisions: DecisionReader) -> None:
        for number in range(5):
            await log.append(
                sample_cycle(
                    f"c{number}",
                    decisions=[
                        sample_decision(f"a{number}", symbol="AAPL"),
                        sample_decision(f"t{number}", symbol="TSLA"),
                    ],
                )
            )
        pages, before = [], None
        for _ in range(3):
            page = await decisions.decisions(DecisionQuery(symbol="AAPL", limit=2, before=before))
            pages.append([decision.decision_id for decision in page.items])
            before = page.next_before
        assert pages == [["a4", "a3"], ["a2", "a1"], ["a0"]]
        assert before is None

    async def test_cycles_keep_their_figures(self, log: SignalLog, decisions: DecisionReader) -> None:
        await fill(log)
        newest, middle, oldest = await decisions.cycles(500)
        assert (newest.cycle_id, middle.cycle_id, oldest.cycle_id) == ("c3", "c2", "c1")
        figures = (middle.symbols, middle.skipped, middle.evaluated, middle.published, middle.repeats, middle.vetoed)
        assert figures == (3, 1, 2, 1, 1, 0)
        assert (middle.outcomes, middle.stage_ms) == (1, {"vote": 1.5, "consensus": 0.25})
        assert middle.started_at == MOMENT + timedelta(hours=1) - timedelta(milliseconds=12)
        assert middle.as_of == MOMENT

    async def test_only_as_many_cycles_as_asked_for(self, log: SignalLog, decisions: DecisionReader) -> None:
        await fill(log)
        assert [cycle.cycle_id for cycle in await decisions.cycles(2)] == ["c3", "c2"]

    async def test_cycles_are_counted_by_the_minute_and_the_end_is_outside(
        self, log: SignalLog, decisions: DecisionReader
    ) -> None:
        minute = MOMENT.replace(second=0, microsecond=0)
        for number, seconds in enumerate((0, 59, 60, 180)):
            await log.append(sample_cycle(f"m{number}", at=minute + timedelta(seconds=seconds)))
        after = timedelta(minutes=1)
        assert await decisions.cycle_minutes(minute, minute + 3 * after) == ((minute, 2), (minute + after, 1))
        assert await decisions.cycle_minutes(minute + 2 * after, minute + 4 * after) == ((minute + 3 * after, 1),)
        assert await decisions.cycle_minutes(minute - after, minute) == ()

    async def test_pages_outside_the_range_are_refused(self, decisions: DecisionReader) -> None:
        for limit in (0, 501):
            for ask in (decisions.cycles(limit), decisions.decisions(DecisionQuery(limit=limit))):
                try:
                    await ask
                except DataError as error:
                    assert error.code == "bad_limit"
                else:
                    raise AssertionError(f"a page of {limit} was accepted")
