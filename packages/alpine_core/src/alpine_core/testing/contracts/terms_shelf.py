"""What a shelf of changes to terms must do. Fixtures: `terms_shelf`, empty, and `security_log` over
the same storage."""

from __future__ import annotations

import msgspec
import pytest

from alpine_core.errors import OperatorError
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.model.tier import TermsChange, Tier
from alpine_core.ports.security_log import SecurityLog
from alpine_core.ports.terms_shelf import TermsShelf
from alpine_core.testing.samples import MOMENT


def change(value: str, name: str = "price_cents") -> TermsChange:
    return TermsChange(tier=Tier.BASIC, name=name, value=value, changed_at=MOMENT)


def fine(_: tuple[TermsChange, ...]) -> None:
    return None


class TermsShelfContract:
    async def test_changes_are_numbered_and_kept_in_order(self, terms_shelf: TermsShelf) -> None:
        assert await terms_shelf.changes() == ()
        first = await terms_shelf.add((change("100"), change('"Übersicht"', "name")), fine)
        both = await terms_shelf.add((change("200"),), fine)
        assert [(each.number, each.value) for each in both] == [(1, "100"), (2, '"Übersicht"'), (3, "200")]
        assert both[:2] == first
        assert await terms_shelf.changes() == both
        assert both[2] == msgspec.structs.replace(change("200"), number=3)

    async def test_the_check_sees_everything_and_its_refusal_stores_nothing(self, terms_shelf: TermsShelf) -> None:
        await terms_shelf.add((change("100"),), fine)
        seen: list[str] = []

        def refuse(changes: tuple[TermsChange, ...]) -> None:
            seen.extend(each.value for each in changes)
            raise OperatorError("no")

        with pytest.raises(OperatorError, match="no"):
            await terms_shelf.add((change("200"),), refuse)
        assert seen == ["100", "200"]
        assert [each.value for each in await terms_shelf.changes()] == ["100"]

    async def test_changes_are_in_the_security_log_and_refused_ones_are_not(
        self, terms_shelf: TermsShelf, security_log: SecurityLog
    ) -> None:
        def told(*details: str) -> tuple[SecurityEvent, ...]:
            kind = SecurityKind.TERMS_CHANGED
            whole = SecurityEvent(account_id=None, actor_id="root", kind=kind, at=MOMENT)
            return tuple(msgspec.structs.replace(whole, detail=each) for each in details)

        def refuse(_: tuple[TermsChange, ...]) -> None:
            raise OperatorError("no")

        await terms_shelf.add((change("100"), change("200")), fine, told("one", "two"))
        with pytest.raises(OperatorError, match="no"):
            await terms_shelf.add((change("300"),), refuse, told("three"))
        events = (await security_log.page()).items
        assert [(each.event_id, each.detail) for each in events] == [(2, "two"), (1, "one")]
