"""A halt is durable first, ends only by a record, and takes everything off where it is meant to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.model.alert import Severity
from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.model.order import OrderIntent, OrderState, OrderType, Quote
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.pipeline.executor_rig import SHARES, ExecutorRig, bar


@pytest.fixture
async def rig() -> ExecutorRig:
    made = ExecutorRig()
    await made.begin()
    return made


async def test_the_kill_switch_cancels_every_order_and_closes_every_position(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    halt, flattening = await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert (await rig.held(), await rig.open_orders()) == ({}, [])
    assert flattening is not None
    assert (flattening.called_at, flattening.last_cancelled_at, flattening.flat_at) == (MOMENT, MOMENT, MOMENT)
    assert rig.asked()[-1] == f"{halt.halt_id}-AAPL" == "argo-halt-1-AAPL"
    assert rig.notifier.matters["argo-halt"].severity is Severity.CRITICAL


async def test_a_halted_executor_denies_every_signal(rig: ExecutorRig) -> None:
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    await rig.trade("s1")
    assert (rig.code_of("s1"), await rig.held()) == ("halted", {})


async def test_no_restart_lifts_a_halt(rig: ExecutorRig) -> None:
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    rig.start()
    await rig.executor.recover()
    assert rig.executor.standing is not None
    await rig.trade("s1")
    assert rig.code_of("s1") == "halted"


async def test_only_a_recorded_resume_lets_it_trade_again(rig: ExecutorRig) -> None:
    halt, _ = await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    (resume,) = await rig.executor.resume("looked at it", "bob")
    assert await rig.halts.history(10) == (resume, halt)
    assert (resume.by, resume.reason) == ("bob", "looked at it")
    rig.start()
    await rig.executor.recover()
    await rig.trade("s1")
    assert await rig.held() == {"AAPL": SHARES}
    assert rig.notifier.matters["argo-halt"].resolved


async def test_a_halt_that_could_not_be_stored_cancels_nothing(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.halts.down = True
    with pytest.raises(StoreError, match="try again"):
        await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert await rig.held() == {"AAPL": SHARES}
    assert await rig.open_orders() == ["argo-s1-stop", "argo-s1-target"]
    assert rig.executor.standing is None


async def test_the_halt_is_durable_even_where_the_venue_cannot_be_reached(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.down = True
    with pytest.raises(StoreError, match="cannot be reached"):
        await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert await rig.halts.standing() is not None
    rig.venue.down = False
    rig.clock.advance(timedelta(seconds=5))
    checked = await rig.executor.check()
    assert checked.flattening is not None
    assert (await rig.held(), checked.flattening.seconds) == ({}, 5.0)


async def test_flattening_is_repeated_at_each_check_until_nothing_is_left_under_one_id(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.patient = True
    _, flattening = await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert flattening is not None
    assert (flattening.last_cancelled_at, flattening.flat_at) == (MOMENT, None)
    rig.clock.advance(timedelta(seconds=5))
    await rig.executor.check()
    assert [name for name in rig.asked() if "halt" in name] == ["argo-halt-1-AAPL"]
    rig.venue.fill("argo-halt-1-AAPL", SHARES, 175.0)
    checked = await rig.executor.check(refresh=True)
    assert checked.flattening is not None
    assert checked.flattening.seconds == 5.0


async def test_a_closing_order_that_the_venue_called_off_is_followed_by_another(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    rig.venue.patient = True
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    rig.venue.lose_leg("argo-halt-1-AAPL")
    rig.venue.patient = False
    await rig.executor.check()
    assert [name for name in rig.asked() if "halt" in name] == ["argo-halt-1-AAPL", "argo-halt-1-AAPL-2"]
    assert await rig.held() == {}


async def test_a_process_that_died_after_the_halt_flattens_when_it_comes_back(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    halt = Halt(
        halt_id="argo-halt-9", executor_id="argo", code=HaltCode.OPERATOR, reason="odd", by="ada", at=rig.clock.now()
    )
    await rig.halts.halt(halt)
    rig.start()
    checked = await rig.executor.recover()
    assert (await rig.held(), await rig.open_orders()) == ({}, [])
    assert checked.flattening is not None
    assert checked.flattening.flat_at is not None


async def test_orders_of_others_are_cancelled_too(rig: ExecutorRig) -> None:
    await rig.venue.submit(
        OrderIntent(
            client_order_id="outside",
            signal_id="external",
            symbol="MSFT",
            action="BUY",
            quantity=1.0,
            order_type=OrderType.LIMIT,
            limit_price=1.0,
            decided_on=Quote(price=1.0, as_of=MOMENT),
        )
    )
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert rig.state("outside") is OrderState.CANCELLED


async def test_what_waited_to_be_placed_is_withdrawn_by_the_kill_switch_and_not_placed_after_the_resume(
    rig: ExecutorRig,
) -> None:
    await rig.trade("s1")
    rig.venue.patient = True
    await rig.trade("s2", "SELL")
    rig.venue.patient = False
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    assert rig.store.withdrawals == {"argo-s2": "halted: operator"}
    await rig.executor.resume("looked at it", "ada")
    rig.start()
    await rig.executor.recover()
    assert (await rig.held(), "argo-s2" in rig.asked()) == ({}, False)


async def test_a_second_call_of_the_kill_switch_is_the_same_halt(rig: ExecutorRig) -> None:
    first, _ = await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    second, _ = await rig.executor.halt(HaltCode.OPERATOR, "again", "bob")
    assert second == first
    assert len(await rig.halts.history(10)) == 1


async def test_beyond_the_days_loss_no_new_risk_until_the_next_anchor(rig: ExecutorRig) -> None:
    await rig.trade("s1")
    await rig.executor.mark([bar(70.0, 5)])
    halt = rig.executor.standing
    assert halt is not None
    assert (halt.code, halt.by) == (HaltCode.DAILY_LOSS, "monitor")
    assert halt.until is not None
    # The position keeps its stop: such a halt closes nothing.
    assert await rig.held() == {"AAPL": SHARES}
    await rig.trade("s2", symbol="MSFT")
    assert rig.code_of("s2") == "halted"
    rig.start()
    await rig.executor.recover()
    assert rig.executor.standing == halt
    minutes = int((halt.until - MOMENT).total_seconds() // 60)
    await rig.executor.mark([bar(70.0, minutes - 1)])
    assert rig.executor.standing == halt
    await rig.executor.mark([bar(70.0, minutes + 1)])
    assert rig.halted() is None
    newest = (await rig.halts.history(1))[0]
    assert isinstance(newest, Resume)
    assert newest.by == "anchor"


async def test_an_operators_halt_does_not_end_at_an_anchor(rig: ExecutorRig) -> None:
    await rig.executor.halt(HaltCode.OPERATOR, "looks odd", "ada")
    await rig.executor.mark([bar(175.0, 3 * 1440)])
    assert rig.executor.standing is not None


async def test_resuming_what_is_not_halted_records_nothing(rig: ExecutorRig) -> None:
    assert await rig.executor.resume("nothing", "ada") == ()
    assert await rig.halts.history(10) == ()
