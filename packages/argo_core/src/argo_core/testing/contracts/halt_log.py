"""What every HaltLog promises."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.ports import HaltLog
from argo_core.testing.sample_cycles import MOMENT

FIRST = Halt(
    halt_id="argo-halt-1", executor_id="argo", code=HaltCode.DAILY_LOSS, reason="5.2 % of 5 %", by="monitor",
    at=MOMENT, until=MOMENT + timedelta(hours=8),
)  # fmt: skip
SECOND = Halt(
    halt_id="argo-halt-2", executor_id="argo", code=HaltCode.OPERATOR, reason="looks odd", by="ada",
    at=MOMENT + timedelta(minutes=1),
)  # fmt: skip


def resume_of(halt: Halt) -> Resume:
    """The end of a halt."""
    return Resume(
        halt_id=halt.halt_id, executor_id=halt.executor_id, reason="looked at it", by="ada",
        at=halt.at + timedelta(hours=1),
    )  # fmt: skip


class HaltLogContract:
    """Subclass it, and give a fixture `halts` that is empty."""

    async def test_without_a_halt_nothing_stands(self, halts: HaltLog) -> None:
        assert (await halts.standing(), await halts.history(10)) == (None, ())

    async def test_a_halt_stands_until_it_is_resumed(self, halts: HaltLog) -> None:
        await halts.halt(FIRST)
        assert await halts.standing() == FIRST
        await halts.resume(resume_of(FIRST))
        assert await halts.standing() is None

    async def test_the_newest_halt_stands_and_the_earlier_one_is_not_over_with_it(self, halts: HaltLog) -> None:
        await halts.halt(FIRST)
        await halts.halt(SECOND)
        assert await halts.standing() == SECOND
        await halts.resume(resume_of(SECOND))
        assert await halts.standing() == FIRST

    async def test_a_known_halt_with_another_content_changes_nothing(self, halts: HaltLog) -> None:
        await halts.halt(FIRST)
        await halts.halt(msgspec.structs.replace(FIRST, reason="another"))
        assert await halts.history(10) == (FIRST,)

    async def test_a_resumed_halt_is_neither_halted_nor_resumed_again(self, halts: HaltLog) -> None:
        await halts.halt(FIRST)
        await halts.resume(resume_of(FIRST))
        await halts.halt(FIRST)
        await halts.resume(msgspec.structs.replace(resume_of(FIRST), by="eve"))
        assert await halts.standing() is None
        assert await halts.history(10) == (resume_of(FIRST), FIRST)

    async def test_a_resume_of_a_halt_that_never_was_is_not_kept(self, halts: HaltLog) -> None:
        await halts.resume(resume_of(FIRST))
        await halts.halt(FIRST)
        assert await halts.standing() == FIRST

    async def test_the_history_is_newest_first_and_as_long_as_asked(self, halts: HaltLog) -> None:
        await halts.halt(FIRST)
        await halts.resume(resume_of(FIRST))
        await halts.halt(SECOND)
        assert await halts.history(2) == (SECOND, resume_of(FIRST))
