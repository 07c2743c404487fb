"""What every mirror must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

import pytest

from alpine_core.errors import WitnessMoved
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.witness import MirrorStep
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SampleLog
from alpine_core.testing.samples import MOMENT, sample_members, sample_verified
from alpine_core.testing.signal_house import SignalHouse
from alpine_core.verify.mirroring import mirror_step
from alpine_core.verify.stored_hashes import Frontier, root_plan


def step_of(log: SampleLog, start: int = 0, frontier: Frontier | None = None) -> MirrorStep:
    """Everything of the log from `start` on."""
    return mirror_step(frontier or Frontier(), log.entries[start:], {log.size: log.advance().root}, {})


class LogMirrorContract:
    async def test_entries_and_hashes_read_back(self, house: SignalHouse) -> None:
        log = SampleLog()
        for number in range(6):
            log.add(f"entry {number} \u00fc")
        await house.mirror.append(step_of(log), log.advance(None), MOMENT)
        assert await house.mirror.entries(SAMPLE_ORIGIN, 0, 99) == tuple(log.entries)
        assert await house.mirror.entries(SAMPLE_ORIGIN, 5, 1) == ("entry 4 \u00fc",)
        assert await house.mirror.entries(SAMPLE_ORIGIN, 7, 9) == ()
        plan = root_plan(7)
        kept = await house.mirror.hashes(SAMPLE_ORIGIN, (*plan.positions, 99))
        assert plan.build(kept) == (log.advance().root,)
        assert 99 not in kept
        state = await house.witness.state(SAMPLE_ORIGIN)
        assert state is not None
        assert (state.size, state.mirrored) == (7, 7)
        assert await house.witness.root_at(SAMPLE_ORIGIN, 4) is not None

    async def test_a_second_part_follows_the_first(self, house: SignalHouse) -> None:
        log = SampleLog()
        first = step_of(log)
        await house.mirror.append(first, log.advance(None), MOMENT)
        log.add("second")
        frontier, _ = Frontier().extend([first.hashes[0]])
        second = step_of(log, 1, frontier)
        await house.mirror.append(second, log.advance(1), MOMENT)
        assert await house.mirror.entries(SAMPLE_ORIGIN, 0, 9) == tuple(log.entries)
        with pytest.raises(WitnessMoved):
            await house.mirror.append(second, log.advance(2), MOMENT)
        assert await house.mirror.entries(SAMPLE_ORIGIN, 0, 9) == tuple(log.entries)

    async def test_a_part_that_does_not_begin_at_the_end_is_refused_whole(self, house: SignalHouse) -> None:
        log = SampleLog()
        log.add("second")
        step = step_of(log)
        late = MirrorStep(start=1, entries=step.entries, hashes=step.hashes, signals=(), reveals=())
        with pytest.raises(WitnessMoved):
            await house.mirror.append(late, log.advance(None), MOMENT)
        assert await house.witness.state(SAMPLE_ORIGIN) is None

    async def test_nothing_is_mirrored_while_publication_stands_still(self, house: SignalHouse) -> None:
        log = SampleLog()
        await house.witness.advance(log.advance(None), MOMENT)
        await house.store.raise_alarm(
            Alarm(
                kind=AlarmKind.SPLIT_VIEW, subject=SAMPLE_ORIGIN, stored="", offered="", evidence=b"", raised_at=MOMENT
            )
        )
        with pytest.raises(WitnessMoved):
            await house.mirror.append(step_of(log), log.advance(1), MOMENT)

    async def test_a_mirrored_reveal_discloses_its_signal(self, house: SignalHouse) -> None:
        log, members = SampleLog(), sample_members("a")
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        log.reveal(members)
        await house.mirror.append(step_of(log), log.advance(2), MOMENT)
        stored = await house.shelf.by_id("a")
        assert stored is not None
        assert stored.reveal is not None
        assert (stored.reveal.leaf_index, stored.reveal.revealed_at) == (2, MOMENT)
        (record,) = await house.shelf.after(0, 9)
        assert record.stored.reveal is None

    async def test_a_reveal_of_another_content_discloses_nothing(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        log.reveal(sample_members("a", entry_price=175.5))
        await house.mirror.append(step_of(log), log.advance(2), MOMENT)
        stored = await house.shelf.by_id("a")
        assert stored is not None
        assert stored.reveal is None
