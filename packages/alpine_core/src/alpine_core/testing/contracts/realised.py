"""What every store of finished trades, and its shelf, must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import msgspec

from alpine_core.model.realised import PlacedRealised, RealisedFigures, RealisedTrade, StoredRealised
from alpine_core.model.seal import OutcomeSeal
from alpine_core.testing.contracts.log_mirror import step_of
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SampleLog
from alpine_core.testing.samples import MOMENT, sample_members, sample_trade, sample_verified
from alpine_core.testing.signal_house import SignalHouse

NAME = "desk-4-a"


async def told(
    house: SignalHouse, *trades: RealisedTrade, seals: dict[str, OutcomeSeal] | None = None
) -> list[tuple[str, str | None]]:
    placed = [PlacedRealised(trade, (seals or {}).get(trade.trade_id)) for trade in trades]
    receipts = await house.trades.store(placed, MOMENT)
    return [(receipt.status.value, receipt.code) for receipt in receipts]


class RealisedContract:
    async def test_a_logged_trade_is_stored_with_its_place_and_read_back(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        trade, seal = log.realise(sample_trade("a"))
        assert await told(house, trade, seals={NAME: seal}) == [("accepted", None)]
        stored = StoredRealised(trade=trade, seal=seal, recorded_at=MOMENT)
        assert await house.realised.of_signal("a") == (stored,)
        assert await house.realised.of_trade(NAME) == stored
        assert (await house.realised.of_signal("b"), await house.realised.of_trade("x")) == ((), None)

    async def test_the_same_again_is_a_duplicate_also_within_one_call(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        assert await told(house, sample_trade("a"), sample_trade("a")) == [
            ("accepted", None), ("duplicate", "duplicate")
        ]  # fmt: skip
        assert await told(house, sample_trade("a")) == [("duplicate", "duplicate")]
        assert len(await house.realised.of_signal("a")) == 1
        assert await house.alarms.count_alarms() == 0

    async def test_another_content_is_a_conflict_with_one_alarm_and_the_first_stands(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        await told(house, sample_trade("a"))
        better = sample_trade("a", exit="stop")
        assert await told(house, better, better) == [("conflict", "conflict")] * 2
        (alarm,) = await house.alarms.newest(9)
        assert (alarm.kind.value, alarm.subject) == ("realised_conflict", NAME)
        assert (json.loads(alarm.stored)["exit"], json.loads(alarm.offered)["exit"]) == ("target", "stop")
        (stored,) = await house.realised.of_signal("a")
        assert stored.trade.exit == "target"

    async def test_what_contradicts_its_signal_is_refused(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a"), sample_verified("b")], MOMENT)
        of_a, seal_a = log.realise(sample_trade("a"))
        as_b = msgspec.structs.replace(of_a, signal_id="b")
        sold = msgspec.structs.replace(of_a, action="SELL")
        assert await told(house, sample_trade("never"), of_a) == [
            ("refused", "unknown_signal"), ("refused", "unlogged_realised")
        ]  # fmt: skip
        assert await told(house, as_b, seals={NAME: seal_a}) == [("refused", "bad_entry")]
        assert await told(house, sold, seals={NAME: seal_a}) == [("refused", "realised_mismatch")]
        elsewhere = msgspec.structs.replace(seal_a, origin="other/log")
        assert await told(house, of_a, seals={NAME: elsewhere}) == [("refused", "bad_entry")]
        assert await house.realised.of_signal("a") == ()

    async def test_figures_are_of_logged_trades_on_disclosed_signals(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a"), sample_verified("b")], MOMENT)
        await house.store.store([sample_verified("c")], MOMENT)
        for number, (signal, net) in enumerate((("a", 5.0), ("a", -2.0), ("b", 50.0))):
            trade, seal = log.realise(sample_trade(signal, trade_id=f"t{number}", net_pct=net))
            await told(house, trade, seals={f"t{number}": seal})
        await told(house, sample_trade("c", net_pct=70.0))
        assert await house.realised.figures() == ()
        log.reveal(sample_members("a"))
        await house.mirror.append(step_of(log), log.advance(3), MOMENT)
        only = RealisedFigures(executor_id="desk", mode="simulated", trades=2, mean_net_pct=1.5, low=None, high=None)
        assert await house.realised.figures() == (only,)

    async def test_thirty_trades_have_an_interval(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        logged = [log.realise(sample_trade("a", trade_id=f"t{n}", net_pct=1.0 + (-1) ** n)) for n in range(30)]
        await told(house, *(trade for trade, _ in logged), seals={trade.trade_id: seal for trade, seal in logged})
        log.reveal(sample_members("a"))
        await house.mirror.append(step_of(log), log.advance(2), MOMENT)
        (figures,) = await house.realised.figures()
        assert figures.mean_net_pct == 1.0
        assert figures.low is not None and figures.high is not None
        assert (round(figures.low, 6), round(figures.high, 6)) == (0.636044, 1.363956)

    async def test_rows_are_numbered_from_one_and_page_on(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        trade, seal = log.realise(sample_trade("a"))
        await told(house, trade, seals={NAME: seal})
        await house.store.store([sample_verified("c")], MOMENT + timedelta(seconds=1))
        await told(house, sample_trade("c"))
        first, second = await house.realised.rows(0, 9)
        assert (first.number, first.trade_id, first.origin, first.leaf_index, first.place) == (
            1, NAME, SAMPLE_ORIGIN, seal.leaf_index, 1
        )  # fmt: skip
        assert hashlib.sha256(first.statement.encode()).hexdigest() == json.loads(first.entry or "")["sha256"]
        assert (second.number, second.signal_id, second.origin, second.place) == (2, "c", None, None)
        assert await house.realised.rows(0, 1) == (first,)
        assert await house.realised.rows(1, 9) == (second,)
