"""What every signal log must do. Fixtures: an empty `log`; `reader`, `decisions`, `outbox` over the same storage."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import msgspec

from argo_core.errors import StoreError
from argo_core.model.cycle import CycleRecord, OutboxMessage
from argo_core.model.outcome import Result
from argo_core.model.query import DecisionQuery, SignalQuery
from argo_core.ports import DecisionReader, Outbox, SignalLog, SignalReader
from argo_core.testing.sample_cycles import (
    MOMENT,
    published_cycle,
    sample_cycle,
    sample_decision,
    sample_message,
    sample_outcome,
    sample_signal,
    sample_vote,
)


class SignalLogContract:
    async def test_indices_are_dense_and_start_at_one(self, log: SignalLog) -> None:
        first = await log.append(published_cycle("c1", ["AAPL", "NVDA"]))
        quiet = await log.append(sample_cycle("c2", decisions=[sample_decision("d-quiet")]))
        last = await log.append(published_cycle("c3", ["TSLA"]))
        assert (first.cycle_id, first.indices) == ("c1", (1, 2))
        assert (quiet.cycle_id, quiet.indices) == ("c2", ())
        assert (last.cycle_id, last.indices) == ("c3", (3,))

    async def test_a_signal_reads_back_as_it_was_sealed(self, log: SignalLog, reader: SignalReader) -> None:
        sealed = sample_signal("s1", symbol="BTC-USD", action="SELL")
        await log.append(sample_cycle("c1", signals=[sealed]))
        logged = await reader.signal("s1")
        assert logged is not None
        assert logged.sealed == sealed
        assert logged.index == 1

    async def test_created_at_is_the_whole_second_of_the_decision(self, log: SignalLog, reader: SignalReader) -> None:
        await log.append(published_cycle("c1", ["AAPL"], at=datetime(2026, 3, 2, 15, 30, 59, 999_999, tzinfo=UTC)))
        logged = await reader.signal("c1-s0")
        assert logged is not None
        assert logged.created_at == datetime(2026, 3, 2, 15, 30, 59, tzinfo=UTC)

    async def test_the_newest_bar_that_was_sent_is_known_by_symbol(self, log: SignalLog) -> None:
        def marks(key: str, *starts: str, symbol: str = "AAPL", topic: str = "sync") -> OutboxMessage:
            rows = [[start, 1.0, 1.0, 1.0, 1.0, 0.0] for start in starts]
            series = [{"symbol": symbol, "timeframe": "1Min", "bars": rows}]
            body = {"origin": "live", "as_of": "2026-03-02T17:00:00.000000Z", "series": series}
            return sample_message(f"marks:{key}", topic=topic, payload=msgspec.json.encode(body))

        early, late = "2026-03-02T14:00:00.000000Z", "2026-03-02T14:01:00.000000Z"
        at = [MOMENT + timedelta(minutes=minute) for minute in range(3)]
        assert await log.marked(at[0]) == {}
        sent = [marks("c1", late, topic=topic) for topic in ("sync", "executor")]
        await log.append(sample_cycle("c1", outbox=[*sent, sample_message("signal:c1")], at=at[0]))
        await log.append(sample_cycle("c2", outbox=[marks("c2", early, late, symbol="BTC-USD")], at=at[1]))
        await log.append(sample_cycle("c3", outbox=[marks("c3", early)], at=at[2]))
        newest = {symbol: datetime(2026, 3, 2, 14, 1, tzinfo=UTC) for symbol in ("AAPL", "BTC-USD")}
        assert await log.marked(at[0]) == newest
        assert await log.marked(at[1]) == {**newest, "AAPL": datetime(2026, 3, 2, 14, 0, tzinfo=UTC)}
        assert await log.marked(at[2] + timedelta(minutes=1)) == {}

    async def test_an_absent_stop_stays_absent(self, log: SignalLog, reader: SignalReader) -> None:
        sealed = sample_signal("s1")
        bare = msgspec.structs.replace(sealed.signal, stop_price=None, target_price=None, horizon_at=None, votes=())
        await log.append(sample_cycle("c1", signals=[msgspec.structs.replace(sealed, signal=bare)]))
        logged = await reader.signal("s1")
        assert logged is not None
        assert logged.sealed.signal == bare

    async def test_a_cycle_appended_twice_is_refused_by_its_name(self, log: SignalLog, reader: SignalReader) -> None:
        await log.append(published_cycle("c1", ["AAPL"]))
        again = sample_cycle("c1", signals=[sample_signal("another")])
        assert "cycle c1" in await _refusal(log, again)
        assert await reader.signal("another") is None

    async def test_a_known_signal_undoes_the_whole_cycle(
        self, log: SignalLog, reader: SignalReader, decisions: DecisionReader, outbox: Outbox
    ) -> None:
        await log.append(published_cycle("c1", ["AAPL"]))
        failing = sample_cycle(
            "c2",
            signals=[sample_signal("fresh"), sample_signal("c1-s0")],
            decisions=[sample_decision("d-fresh")],
            outbox=[sample_message("m-fresh")],
        )
        assert "signal c1-s0" in await _refusal(log, failing)
        assert await reader.signal("fresh") is None
        assert [cycle.cycle_id for cycle in await decisions.cycles(10)] == ["c1"]
        assert [found.decision_id for found in (await decisions.decisions(DecisionQuery())).items] == ["c1-d0"]
        assert [waiting.message.key for waiting in await outbox.pending("sync", 10)] == ["c1-s0"]

    async def test_a_refused_cycle_leaves_no_gap_in_the_indices(self, log: SignalLog) -> None:
        await log.append(published_cycle("c1", ["AAPL"]))
        await _refusal(log, sample_cycle("c2", signals=[sample_signal("fresh"), sample_signal("c1-s0")]))
        assert (await log.append(published_cycle("c3", ["TSLA"]))).indices == (2,)

    async def test_a_signal_twice_in_one_cycle_is_refused(self, log: SignalLog, reader: SignalReader) -> None:
        assert "signal s1" in await _refusal(
            log, sample_cycle("c1", signals=[sample_signal("s1"), sample_signal("s1")])
        )
        assert (await reader.signals(SignalQuery())).items == ()

    async def test_known_decisions_and_messages_are_refused_by_name(self, log: SignalLog) -> None:
        await log.append(published_cycle("c1", ["AAPL"]))
        assert "decision c1-d0" in await _refusal(log, sample_cycle("c2", decisions=[sample_decision("c1-d0")]))
        assert "message sync/c1-s0" in await _refusal(log, sample_cycle("c2", outbox=[sample_message("c1-s0")]))

    async def test_the_first_outcome_stands(self, log: SignalLog, reader: SignalReader) -> None:
        sealed = sample_signal("s1")
        await log.append(sample_cycle("c1", signals=[sealed]))
        await log.append(sample_cycle("c2", outcomes=[sample_outcome(sealed, profit_loss_pct=2.5)]))
        second = sample_outcome(sealed, outcome="loss", result=Result.STOP, profit_loss_pct=-1.0)
        assert "outcome of s1" in await _refusal(log, sample_cycle("c3", outcomes=[second]))
        logged = await reader.signal("s1")
        assert logged is not None
        assert (logged.outcome, logged.result, logged.profit_loss_pct) == ("win", "target", 2.5)

    async def test_an_expired_signal_counts_by_the_sign_of_its_result(
        self, log: SignalLog, reader: SignalReader
    ) -> None:
        results = {"up": 0.01, "flat": 0.0, "down": -0.01}
        signals = [sample_signal(name) for name in results]
        outcomes = [
            sample_outcome(
                sealed, outcome="expired", result=Result.EXPIRED, profit_loss_pct=results[sealed.signal.signal_id]
            )
            for sealed in signals
        ]
        await log.append(sample_cycle("c1", signals=signals))
        await log.append(sample_cycle("c2", outcomes=outcomes))
        found = (await reader.signals(SignalQuery())).items
        assert {logged.sealed.signal.signal_id: logged.outcome for logged in found} == {
            "up": "win",
            "flat": "loss",
            "down": "loss",
        }
        assert {logged.result for logged in found} == {"expired"}

    async def test_an_outcome_of_no_signal_is_refused(self, log: SignalLog, decisions: DecisionReader) -> None:
        await _refusal(log, sample_cycle("c1", outcomes=[sample_outcome(sample_signal("ghost"))]))
        assert await decisions.cycles(10) == ()

    async def test_a_decision_that_names_no_stored_signal_is_refused(
        self, log: SignalLog, decisions: DecisionReader
    ) -> None:
        ghost = sample_decision("d1", status="published", veto=None, signal_id="ghost")
        await _refusal(log, sample_cycle("c1", decisions=[ghost]))
        repeat = sample_decision("d2", status="repeat", veto="already_open", repeat_of="ghost")
        await _refusal(log, sample_cycle("c1", decisions=[repeat]))
        assert await decisions.cycles(10) == ()

    async def test_figures_that_are_not_finite_stop_at_the_door(
        self, log: SignalLog, decisions: DecisionReader
    ) -> None:
        for bad in (math.nan, math.inf, -math.inf):
            for cycle in _poisoned(bad):
                await _refusal(log, cycle)
        assert await decisions.cycles(10) == ()

    async def test_open_signals_are_those_without_an_outcome_oldest_first(self, log: SignalLog) -> None:
        signals = [sample_signal(name) for name in ("a", "b", "c")]
        await log.append(sample_cycle("c1", signals=signals))
        await log.append(
            sample_cycle("c2", signals=[sample_signal("d")], outcomes=[sample_outcome(signals[1], at=MOMENT)])
        )
        found = await log.open_signals()
        assert [logged.sealed.signal.signal_id for logged in found] == ["a", "c", "d"]
        assert found[0].sealed == signals[0]

    async def test_a_signal_may_be_resolved_in_the_cycle_that_brings_it(
        self, log: SignalLog, reader: SignalReader
    ) -> None:
        sealed = sample_signal("s1")
        await log.append(sample_cycle("c1", signals=[sealed], outcomes=[sample_outcome(sealed)]))
        logged = await reader.signal("s1")
        assert logged is not None
        assert logged.outcome == "win"

    async def test_times_before_the_last_cycle_are_not_the_logs_business(self, log: SignalLog) -> None:
        await log.append(published_cycle("c1", ["AAPL"], at=MOMENT))
        receipt = await log.append(published_cycle("c2", ["AAPL"], at=MOMENT - timedelta(days=1)))
        assert receipt.indices == (2,)


def _poisoned(bad: float) -> list[CycleRecord]:
    """Cycles that differ from a good one in a single figure."""
    replace = msgspec.structs.replace
    sealed, decision = sample_signal("s1"), sample_decision("d1")
    vote = replace(sample_vote(), evidence={"momentum": bad})
    return [
        sample_cycle("c1", signals=[replace(sealed, signal=replace(sealed.signal, stop_price=bad))]),
        sample_cycle("c1", signals=[replace(sealed, signal=replace(sealed.signal, votes=(vote,)))]),
        sample_cycle("c1", signals=[replace(sealed, signal=replace(sealed.signal, win_probability=bad))]),
        sample_cycle("c1", decisions=[replace(decision, measured=bad)]),
        sample_cycle("c1", decisions=[replace(decision, volatility=bad)]),
        sample_cycle("c1", decisions=[replace(decision, votes=(vote,))]),
        sample_cycle("c1", signals=[sealed], outcomes=[sample_outcome(sealed, profit_loss_pct=bad)]),
        replace(sample_cycle("c1"), stage_ms={"vote": bad}),
    ]


async def _refusal(log: SignalLog, cycle: CycleRecord) -> str:
    """The one line with which the log refuses `cycle`."""
    try:
        await log.append(cycle)
    except StoreError as error:
        assert "\n" not in str(error)
        return str(error)
    raise AssertionError(f"cycle {cycle.cycle_id} was stored, and should have been refused")
