"""What every MinuteLog promises."""

from __future__ import annotations

from alpine_core.ports.minute_log import MinuteLog


class MinuteLogContract:
    """Subclass it, and give the fixture `minutes`, empty."""

    async def test_nothing_is_known_of_an_empty_log(self, minutes: MinuteLog) -> None:
        assert (await minutes.first(), await minutes.count(0, 99), await minutes.gaps(0, 99, 9)) == (None, 0, ())

    async def test_a_minute_counts_once_and_the_end_is_outside(self, minutes: MinuteLog) -> None:
        for minute in (29_400_001, 29_400_000, 29_400_001, 29_400_002):
            await minutes.note(minute)
        assert await minutes.first() == 29_400_000
        assert await minutes.count(29_400_001, 29_400_002) == 1
        assert await minutes.count(0, 29_400_003) == 3

    async def test_gaps_lie_between_noted_minutes_the_newest_first(self, minutes: MinuteLog) -> None:
        for minute in (10, 11, 15, 16, 18, 30):
            await minutes.note(minute)
        assert await minutes.gaps(0, 99, 9) == ((18, 30), (16, 18), (11, 15))
        assert await minutes.gaps(0, 99, 1) == ((18, 30),)
        assert await minutes.gaps(15, 30, 9) == ((16, 18),)
