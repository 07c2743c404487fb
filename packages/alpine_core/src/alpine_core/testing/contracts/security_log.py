"""What a log of security events must do. Fixture: `security_log`, empty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from alpine_core.model.security_event import EventQuery, SecurityEvent, SecurityKind
from alpine_core.ports.security_log import SecurityLog
from alpine_core.testing.samples import MOMENT


def event(number: int, account_id: str | None = "ada") -> SecurityEvent:
    return SecurityEvent(
        account_id=account_id,
        actor_id="root",
        kind=SecurityKind.SIGNED_IN,
        detail=f"time {number}",
        address="127.0.0.1",
        agent="a browser",
        at=MOMENT + timedelta(seconds=number),
    )


class SecurityLogContract:
    async def test_what_is_appended_is_read_whole_and_numbered(self, security_log: SecurityLog) -> None:
        stored = [await security_log.append(event(number)) for number in range(3)]
        assert stored == [msgspec.structs.replace(event(number), event_id=number + 1) for number in range(3)]
        assert (await security_log.page()).items == tuple(reversed(stored))

    async def test_each_account_has_its_own(self, security_log: SecurityLog) -> None:
        for number, whose in enumerate(("ada", "bob", None, "ada")):
            await security_log.append(event(number, whose))
        assert [found.event_id for found in (await security_log.page("ada")).items] == [4, 1]
        assert [found.account_id for found in (await security_log.page()).items] == ["ada", None, "bob", "ada"]
        assert (await security_log.page("nobody")).items == ()

    async def test_pages_follow_each_other(self, security_log: SecurityLog) -> None:
        for number in range(5):
            await security_log.append(event(number))
        seen, before = [], None
        while True:
            page = await security_log.page("ada", before, 2)
            seen.append([found.event_id for found in page.items])
            if page.next_before is None:
                break
            before = page.next_before
        assert seen == [[5, 4], [3, 2], [1]]

    async def test_events_are_found_by_everything_that_is_asked(self, security_log: SecurityLog) -> None:
        for number, whose in enumerate(("ada", "bob", None, "ada")):
            kind = SecurityKind.SIGNED_IN if number else SecurityKind.TIER_CHANGED
            await security_log.append(msgspec.structs.replace(event(number, whose), kind=kind, actor_id=whose))

        async def found(**asked: Any) -> tuple[list[int], int | None]:
            page = await security_log.find(EventQuery(**asked))
            return [each.event_id for each in page.items], page.next_before

        assert await found() == ([4, 3, 2, 1], None)
        assert await found(kind=SecurityKind.SIGNED_IN, account_id="ada") == ([4], None)
        assert await found(actor_id="bob") == ([2], None)
        assert await found(kind=SecurityKind.SIGNED_IN, limit=2) == ([4, 3], 3)
        assert await found(kind=SecurityKind.SIGNED_IN, limit=2, before=3) == ([2], None)
