"""Changes to terms on a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.security_log import LAST_EVENT, tell
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import TIER_TERMS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.security_event import SecurityEvent
from alpine_core.model.tier import TermsChange, Tier
from alpine_core.wire.moments import write_moment

_ALL = Reading(select(TIER_TERMS).order_by(TIER_TERMS.c.id))
_KNOWN = Question("SELECT id, tier, name, value, changed_at FROM tier_terms ORDER BY id")
_INSERT = insert_into(TIER_TERMS)


class SqlTermsShelf:
    """`ports.TermsShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changes(self) -> tuple[TermsChange, ...]:
        return _read(await self._database.read(_ALL))

    async def add(
        self,
        changes: tuple[TermsChange, ...],
        check: Callable[[tuple[TermsChange, ...]], None],
        told: tuple[SecurityEvent, ...] = (),
    ) -> tuple[TermsChange, ...]:
        def plan(answers: Answers) -> Plan:
            known = _read(answers[0])
            new = [msgspec.structs.replace(each, number=len(known) + 1 + at) for at, each in enumerate(changes)]
            check(whole := (*known, *new))
            rows = [
                (each.number, each.tier.value, each.name, each.value, write_moment(each.changed_at)) for each in new
            ]
            return Plan([Statement(_INSERT, rows), tell(told, answers[1])], whole)

        stored: tuple[TermsChange, ...] = await self._database.transact(
            "changing the terms", [_KNOWN, LAST_EVENT], plan
        )
        return stored


def _read(rows: Iterable[Any]) -> tuple[TermsChange, ...]:
    return tuple(
        TermsChange(number=number, tier=Tier(tier), name=name, value=value, changed_at=datetime.fromisoformat(at))
        for number, tier, name, value, at in rows
    )
