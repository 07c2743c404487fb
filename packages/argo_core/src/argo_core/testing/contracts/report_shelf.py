"""What every ReportShelf promises."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from argo_core.model.kept_report import KeptReport
from argo_core.model.performance import ReportKind
from argo_core.ports.report_shelf import ReportShelf
from argo_core.testing.sample_cycles import MOMENT

KEPT = KeptReport(name="2026/week_20260302", kind=ReportKind.WEEKLY, until=MOMENT, made_at=MOMENT, forms=("csv", "txt"))
EARLIER = msgspec.structs.replace(KEPT, name="2026/week_20260223", until=MOMENT - timedelta(days=7))
CONTENTS = {"csv": b"a,b\r\n", "txt": b"one\n"}


class ReportShelfContract:
    """Subclass it, and give a fixture `shelf` that is empty."""

    async def test_what_was_put_is_listed_newest_first_and_read_back(self, shelf: ReportShelf) -> None:
        await shelf.put(KEPT, CONTENTS)
        await shelf.put(EARLIER, {"csv": b"", "txt": b"earlier\n"})
        assert (await shelf.kept()).reports == (KEPT, EARLIER)
        assert await shelf.read(KEPT.name, "txt") == b"one\n"
        assert await shelf.read(EARLIER.name, "csv") == b""

    async def test_what_is_known_changes_without_the_contents(self, shelf: ReportShelf) -> None:
        await shelf.put(KEPT, CONTENTS)
        after = msgspec.structs.replace(KEPT, uploaded=("csv", "txt"), mailed=True)
        await shelf.put(after, {})
        assert (await shelf.kept()).reports == (after,)
        assert await shelf.read(KEPT.name, "csv") == b"a,b\r\n"

    async def test_a_report_of_the_same_name_takes_the_place_of_the_earlier(self, shelf: ReportShelf) -> None:
        await shelf.put(msgspec.structs.replace(KEPT, mailed=True), CONTENTS)
        await shelf.put(KEPT, {"csv": b"new", "txt": b"new"})
        assert (await shelf.kept()).reports == (KEPT,)
        assert await shelf.read(KEPT.name, "txt") == b"new"

    @pytest.mark.parametrize("name", ["2026/week_20260309", "../2026/week_20260302", "2026/week_20260302/x", ""])
    async def test_what_is_not_there_is_none(self, shelf: ReportShelf, name: str) -> None:
        await shelf.put(KEPT, CONTENTS)
        assert await shelf.read(name, "txt") is None
        assert await shelf.read(KEPT.name, "html") is None
        await shelf.remove(name)
        assert (await shelf.kept()).reports == (KEPT,)

    async def test_what_is_removed_is_gone_whole(self, shelf: ReportShelf) -> None:
        await shelf.put(KEPT, CONTENTS)
        await shelf.remove(KEPT.name)
        assert (await shelf.kept()).reports == ()
        assert await shelf.read(KEPT.name, "txt") is None
