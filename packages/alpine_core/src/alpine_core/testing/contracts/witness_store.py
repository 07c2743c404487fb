"""What every witness's store must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest

from alpine_core.errors import WitnessMoved
from alpine_core.model.witness import Advance, Cosignature
from alpine_core.testing.sample_log import SAMPLE_ORIGIN, SampleLog
from alpine_core.testing.samples import MOMENT
from alpine_core.testing.signal_house import SignalHouse
from alpine_core.verify.merkle import EMPTY_ROOT


def cosignature(time: int, name: str = "w") -> Cosignature:
    return Cosignature(name, f"{name}+key", time, f"line of {name} at {time}\n")


def grown(log: SampleLog, expected: int | None, *cosignatures: Cosignature) -> Advance:
    """The log, one entry larger, cosigned."""
    log.add(f"entry {log.size}")
    return msgspec.structs.replace(log.advance(expected), cosignatures=cosignatures)


class WitnessStoreContract:
    async def test_of_an_unknown_origin_nothing_is_known(self, house: SignalHouse) -> None:
        assert await house.witness.state(SAMPLE_ORIGIN) is None
        assert await house.witness.origins() == ()
        assert await house.witness.root_at(SAMPLE_ORIGIN, 3) is None
        assert await house.mirror.checkpoint(SAMPLE_ORIGIN) is None

    async def test_what_was_advanced_is_the_state(self, house: SignalHouse) -> None:
        log = SampleLog()
        first = log.advance(None)
        await house.witness.advance(first, MOMENT)
        second = grown(log, 1, cosignature(5))
        await house.witness.advance(second, MOMENT + timedelta(hours=1))
        state = await house.witness.state(SAMPLE_ORIGIN)
        assert state is not None
        assert (state.size, state.root, state.note) == (2, second.root, second.note)
        assert (state.mirrored, state.halted, state.first_seen_at) == (0, False, MOMENT)
        assert await house.witness.origins() == (SAMPLE_ORIGIN,)
        roots = [await house.witness.root_at(SAMPLE_ORIGIN, size) for size in (0, 1, 2, 3)]
        assert roots == [EMPTY_ROOT, first.root, second.root, None]

    @pytest.mark.parametrize("expected", [None, 0, 2])
    async def test_an_advance_from_another_state_is_refused_and_changes_nothing(
        self, house: SignalHouse, expected: int | None
    ) -> None:
        log = SampleLog()
        await house.witness.advance(log.advance(None), MOMENT)
        before = await house.witness.state(SAMPLE_ORIGIN)
        with pytest.raises(WitnessMoved):
            await house.witness.advance(grown(log, expected, cosignature(5)), MOMENT)
        assert await house.witness.state(SAMPLE_ORIGIN) == before

    async def test_of_many_at_once_one_succeeds(self, house: SignalHouse) -> None:
        log = SampleLog()
        await house.witness.advance(log.advance(None), MOMENT)
        steps = [grown(log, 1) for _ in range(4)]
        tried = [house.witness.advance(step, MOMENT) for step in steps]
        answers = await asyncio.gather(*tried, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == ["NoneType", *["WitnessMoved"] * 3]

    async def test_the_same_size_again_adds_cosignatures_each_once(self, house: SignalHouse) -> None:
        log = SampleLog()
        step = msgspec.structs.replace(log.advance(None), cosignatures=(cosignature(5), cosignature(5, "x")))
        await house.witness.advance(step, MOMENT)
        again = msgspec.structs.replace(step, expected=1, cosignatures=(cosignature(5), cosignature(65)))
        await house.witness.advance(again, MOMENT + timedelta(minutes=1))
        kept = await house.mirror.checkpoint(SAMPLE_ORIGIN, 1)
        assert kept is not None
        assert [(one.name, one.time) for one in kept.cosignatures] == [("w", 65), ("w", 5), ("x", 5)]
        assert (kept.note, kept.received_at) == (step.note, MOMENT)

    async def test_origins_are_apart_from_each_other(self, house: SignalHouse) -> None:
        other = "other.localhost/signals"
        await house.witness.advance(SampleLog().advance(None), MOMENT)
        await house.witness.advance(grown(SampleLog(other), None), MOMENT)
        sizes = [await house.witness.state(origin) for origin in (SAMPLE_ORIGIN, other)]
        assert [None if one is None else one.size for one in sizes] == [1, 2]
        assert await house.witness.origins() == (SAMPLE_ORIGIN, other)
