"""Nothing is traded while our books and the venue's differ, and what others did becomes ours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.execution import Execution
from argo_core.model.halt import HaltCode, Resume
from argo_core.model.order import OrderState
from argo_core.model.trade import Trade
from tests.argo.pipeline.executor_rig import SHARES, ExecutorRig


@pytest.fixture
async def rig() -> ExecutorRig:
    made = ExecutorRig()
    await made.begin()
    return made


async def test_books_that_differ_halt_until_they_agree_again(rig: ExecutorRig) -> None:
    rig.venue.forgetful = True
    rig.venue.others_trade("AAPL", "BUY", 3.0, 175.0)
    checked = await rig.executor.check()
    assert [(one.symbol, one.ours, one.theirs) for one in checked.differences] == [("AAPL", 0.0, 3.0)]
    assert rig.halted() is HaltCode.UNRECONCILED
    await rig.trade("s1")
    assert rig.code_of("s1") == "halted"
    rig.venue.forgetful = False
    await rig.executor.check()
    assert rig.halted() is None
    newest = (await rig.halts.history(1))[0]
    assert isinstance(newest, Resume)
    assert newest.by == "reconciliation"


async def test_a_start_that_does_not_agree_trades_nothing_that_waits(rig: ExecutorRig) -> None:
    rig.venue.down = True
    with pytest.raises(StoreError):
        await rig.trade("s1")
    rig.venue.down, rig.venue.forgetful = False, True
    rig.venue.others_trade("MSFT", "BUY", 3.0, 300.0)
    rig.start()
    await rig.executor.recover()
    assert (rig.code_of("s1"), rig.asked()) == ("halted", [])


async def test_a_venue_that_cannot_be_reached_at_the_start_refuses_the_start(rig: ExecutorRig) -> None:
    rig.venue.down = True
    rig.start()
    with pytest.raises(StoreError, match="cannot be reached"):
        await rig.executor.recover()


async def test_after_a_failed_check_no_signal_is_decided_until_one_succeeds(rig: ExecutorRig) -> None:
    rig.venue.down = True
    with pytest.raises(StoreError):
        await rig.executor.check()
    assert "argo-unreachable" in rig.notifier.matters
    with pytest.raises(StoreError):
        await rig.trade("s1")
    assert rig.verdicts() == []
    rig.venue.down = False
    await rig.executor.work()
    assert await rig.held() == {"AAPL": SHARES}
    await rig.executor.check()
    assert rig.notifier.matters["argo-unreachable"].resolved


async def test_a_manual_close_is_adopted_and_ends_the_trade_of_the_signal(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.clock.advance(timedelta(minutes=1))
    rig.venue.others_trade("AAPL", "SELL", SHARES, 178.0)
    checked = await rig.executor.check()
    assert checked.differences == ()
    (trade,) = rig.store.trades
    assert (trade.signal_id, trade.exit, trade.exit_price) == ("s1", "external", 178.0)
    told = [one for one in rig.store.reported if isinstance(one, Execution)]
    assert [(one.signal_id, one.profit_loss_pct) for one in told] == [("s1", None), ("s1", pytest.approx(1.569187))]
    # Its exits are left without a position.
    assert rig.state("argo-s1-stop") is OrderState.CANCELLED


async def test_what_no_signal_asked_for_is_kept_and_not_reported(rig: ExecutorRig) -> None:
    rig.venue.others_trade("AAPL", "BUY", 3.0, 175.0)
    await rig.executor.check()
    rig.venue.others_trade("AAPL", "SELL", 3.0, 176.0)
    await rig.executor.check()
    assert [(trade.signal_id, trade.exit) for trade in rig.store.trades] == [("external", "external")]
    assert [one for one in rig.store.reported if isinstance(one, Execution | Trade)] == []


async def test_the_venue_is_asked_for_everything_every_thirty_seconds(rig: ExecutorRig) -> None:
    # A trade back and forth leaves the positions as they were: only a refresh can show it.
    rig.venue.others_trade("AAPL", "BUY", 3.0, 175.0)
    rig.venue.others_trade("AAPL", "SELL", 3.0, 176.0)
    rig.clock.advance(timedelta(seconds=29))
    await rig.executor.check()
    assert rig.store.trades == []
    rig.clock.advance(timedelta(seconds=1))
    await rig.executor.check()
    assert len(rig.store.trades) == 1


async def test_an_intent_that_grew_old_in_an_outage_is_withdrawn(rig: ExecutorRig) -> None:
    rig.venue.patient = True
    await rig.trade("s1")
    rig.venue.fill("argo-s1", SHARES, 175.25)
    await rig.executor.check()
    await rig.trade("s2", "SELL")
    # The close is placed, the other side waits for it.
    assert rig.asked() == ["argo-s1", "argo-s2-close"]
    rig.clock.advance(timedelta(seconds=301))
    rig.start()
    rig.venue.fill("argo-s2-close", SHARES, 175.0)
    await rig.executor.recover()
    assert rig.store.withdrawals == {"argo-s2": "too old when it could be placed"}
    assert await rig.held() == {}


async def test_the_other_side_is_opened_when_the_close_is_done(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.patient = True
    await rig.trade("s2", "SELL")
    assert rig.asked() == ["argo-s1", "argo-s2-close"]
    rig.venue.fill("argo-s2-close", SHARES, 175.0)
    rig.venue.patient = False
    await rig.executor.check()
    assert await rig.held() == {"AAPL": -SHARES}
    assert [(trade.signal_id, trade.exit) for trade in rig.store.trades] == [("s1", "signal")]


async def test_signals_that_waited_out_an_outage_expire_by_their_age(rig: ExecutorRig) -> None:
    rig.venue.down = True
    with pytest.raises(StoreError):
        await rig.trade("s1")
    rig.clock.advance(timedelta(hours=6))
    rig.venue.down = False
    rig.start()
    await rig.executor.recover()
    assert (rig.code_of("s1"), rig.asked()) == ("stale_signal", [])
