"""What everybody who watches logs must tell. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.witness import OverdueReveal, Repin
from alpine_core.testing.contracts.log_mirror import step_of
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SampleLog
from alpine_core.testing.samples import MOMENT, sample_members
from alpine_core.testing.signal_house import SignalHouse

DUE = datetime(2026, 1, 3, 14, 30, 0, 123456, tzinfo=UTC)


def split_view(offered: str) -> Alarm:
    return Alarm(
        kind=AlarmKind.SPLIT_VIEW, subject=SAMPLE_ORIGIN, stored="", offered=offered, evidence=b"", raised_at=MOMENT
    )


class LogWatchContract:
    async def test_a_disclosure_is_overdue_after_its_time_until_it_is_mirrored(self, house: SignalHouse) -> None:
        log = SampleLog()
        log.seal(sample_members("a"))
        log.seal(sample_members("b"))
        log.reveal(sample_members("b"))
        await house.mirror.append(step_of(log), log.advance(None), MOMENT)
        assert await house.watch.overdue(DUE, 9) == ()
        late = await house.watch.overdue(DUE + timedelta(microseconds=1), 9)
        assert late == (OverdueReveal(origin=SAMPLE_ORIGIN, leaf_index=1, reveal_by="2026-01-03T14:30:00.123456Z"),)

    async def test_checkpoints_come_in_order_and_in_parts(self, house: SignalHouse) -> None:
        log = SampleLog()
        await house.witness.advance(log.advance(None), MOMENT)
        for size in (1, 2, 3):
            log.add(f"entry {size}")
            await house.witness.advance(log.advance(size), MOMENT)
        assert [one.size for one in await house.watch.checkpoints(SAMPLE_ORIGIN, -1, 3)] == [1, 2, 3]
        assert [one.size for one in await house.watch.checkpoints(SAMPLE_ORIGIN, 3, 3)] == [4]
        assert await house.watch.checkpoints("nobody/knows", -1, 3) == ()

    async def test_two_histories_halt_until_an_operator_decides_with_a_reason(self, house: SignalHouse) -> None:
        log = SampleLog()
        await house.witness.advance(log.advance(None), MOMENT)
        halted = []
        repin = Repin(origin=SAMPLE_ORIGIN, reason="an old backup ran for a minute", decided_at=MOMENT)
        for act in (None, split_view("x"), repin, split_view("x"), split_view("y"), repin):
            if isinstance(act, Alarm):
                await house.store.raise_alarm(act)
            elif act is not None:
                await house.watch.repin(act)
            state = await house.witness.state(SAMPLE_ORIGIN)
            assert state is not None
            halted.append(state.halted)
        # The evidence that was decided upon is no news; other evidence is.
        assert halted == [False, True, False, False, True, False]
        assert await house.watch.repins() == (repin, repin)
