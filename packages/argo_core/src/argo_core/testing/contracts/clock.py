"""What every Clock promises."""

from __future__ import annotations

from datetime import timedelta

from argo_core.ports import Clock


class ClockContract:
    """Subclass it, and give a fixture `clock`."""

    async def test_an_instant_is_aware_utc(self, clock: Clock) -> None:
        assert clock.now().utcoffset() == timedelta(0)

    async def test_a_later_question_never_gets_an_earlier_answer(self, clock: Clock) -> None:
        answers = [clock.now() for _ in range(200)]
        assert answers == sorted(answers)
