"""What every signal store must do with seals. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

import msgspec
import pytest

from alpine_core.errors import WitnessMoved
from alpine_core.model.signal import VerifiedSignal
from alpine_core.model.witness import Cosignature
from alpine_core.testing.contracts.log_mirror import step_of
from alpine_core.testing.contracts.log_watch import split_view
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SampleLog
from alpine_core.testing.samples import MOMENT, sample_members, sample_outcome, sample_verified
from alpine_core.testing.signal_house import SignalHouse


async def codes(house: SignalHouse, *signals: VerifiedSignal) -> list[str | None]:
    return [receipt.code for receipt in await house.store.store(signals, MOMENT)]


class SealedSignalsContract:
    async def test_signal_seal_checkpoint_and_cosignature_are_stored_together(self, house: SignalHouse) -> None:
        log = SampleLog()
        sealed = log.sealed(sample_verified("a"))
        step = log.advance(None)
        line = Cosignature("w", "w+key", 5, "line\n")
        await house.store.store([sealed], MOMENT, [msgspec.structs.replace(step, cosignatures=(line,))])
        stored = await house.shelf.by_id("a")
        assert stored is not None
        assert stored.verified == sealed
        kept = await house.mirror.checkpoint(SAMPLE_ORIGIN)
        assert kept is not None
        assert (kept.size, kept.cosignatures) == (2, (line,))

    async def test_where_the_witness_moved_nothing_is_stored(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        late = log.sealed(sample_verified("b"))
        with pytest.raises(WitnessMoved):
            await house.store.store([late], MOMENT, [log.advance(1)])
        assert await house.shelf.by_id("b") is None
        assert await house.shelf.newest_cursor() == 1

    async def test_a_seal_of_a_log_that_was_never_witnessed_or_is_halted_is_not_stored(
        self, house: SignalHouse
    ) -> None:
        log = SampleLog()
        with pytest.raises(WitnessMoved):
            await house.store.store([log.sealed(sample_verified("a"))], MOMENT)
        await house.witness.advance(log.advance(None), MOMENT)
        await house.store.raise_alarm(split_view("x"))
        with pytest.raises(WitnessMoved):
            await house.store.store([log.sealed(sample_verified("b"))], MOMENT)
        assert await house.shelf.newest_cursor() == 0

    async def test_numbers_are_dense_also_within_one_call(self, house: SignalHouse) -> None:
        log = SampleLog()
        signals = [log.sealed(sample_verified(name)) for name in ("a", "b", "c", "d", "e")]
        await house.witness.advance(log.advance(None), MOMENT)
        assert await codes(house, signals[1]) == ["seq_gap"]
        assert await codes(house, signals[0], signals[2], signals[1], signals[2]) == [None, "seq_gap", None, None]
        assert await codes(house, signals[4]) == ["seq_gap"]
        assert await codes(house, signals[3], signals[4]) == [None, None]

    async def test_one_number_and_one_place_are_one_signals(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        again = log.sealed(sample_verified("b"), seq=0)
        assert await codes(house, again) == ["seq_duplicate"]
        elsewhere = SampleLog().sealed(sample_verified("c"))
        assert await codes(house, elsewhere) == ["seq_duplicate"]

    async def test_what_is_missing_may_be_in_the_mirror(self, house: SignalHouse) -> None:
        log = SampleLog()
        log.sealed(sample_verified("undelivered"))
        third = log.sealed(sample_verified("b"))
        await house.witness.advance(log.advance(None), MOMENT)
        assert await codes(house, third) == ["seq_gap"]
        await house.mirror.append(step_of(log), log.advance(3), MOMENT)
        assert await codes(house, third) == [None]
        following = log.sealed(sample_verified("c"))
        assert await codes(house, following) == [None]

    async def test_streams_count_on_their_own(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a")], MOMENT)
        other = log.sealed(sample_verified("b"), stream="second", seq=0)
        assert await codes(house, other) == [None]

    async def test_an_outcome_of_a_logged_signal_is_logged_and_its_own(self, house: SignalHouse) -> None:
        log = SampleLog()
        await log.store_in(house.store, [sample_verified("a"), sample_verified("b")], MOMENT)
        bare = await house.store.store_outcomes([sample_outcome("a")], MOMENT)
        assert [(one.status.value, one.code) for one in bare] == [("refused", "unlogged_outcome")]
        of_b = log.resolve(sample_outcome("b"))
        wrong = await house.store.store_outcomes([sample_outcome("a")], MOMENT, {"a": of_b})
        assert [(one.status.value, one.code) for one in wrong] == [("refused", "bad_entry")]
        assert [one.status.value for one in await log.resolve_in(house.store, sample_outcome("a"), MOMENT)] == [
            "accepted"
        ]

    async def test_an_unlogged_signal_has_an_unlogged_outcome(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        receipts = await house.store.store_outcomes([sample_outcome("a", net_pct=5.1)], MOMENT)
        assert [one.status.value for one in receipts] == ["accepted"]
        stored = await house.shelf.by_id("a")
        assert stored is not None
        assert (stored.outcome, stored.outcome_seal) == (sample_outcome("a", net_pct=5.1), None)

    async def test_a_mirror_knows_the_numbers_of_what_it_holds(self, house: SignalHouse) -> None:
        log = SampleLog()
        log.seal(sample_members("undelivered"))
        await house.mirror.append(step_of(log), log.advance(None), MOMENT)
        following = log.sealed(sample_verified("b"))
        assert await codes(house, following) == [None]
