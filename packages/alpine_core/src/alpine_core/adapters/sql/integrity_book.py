"""The book of integrity checks on a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import INTEGRITY_CHECKS, INTEGRITY_FINDINGS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.model.integrity_check import CheckEnd, CheckStanding, StandingFinding, after_adding, after_check
from alpine_core.wire.moments import write_moment

_CHECKS = Reading(select(INTEGRITY_CHECKS).order_by(INTEGRITY_CHECKS.c.kind))
_STANDING = Reading(
    select(INTEGRITY_FINDINGS).order_by(INTEGRITY_FINDINGS.c.number).limit(bindparam("most", type_=Integer))
)
_FINDINGS = Question("SELECT number, subject, words, kind, found_at FROM integrity_findings ORDER BY number")
_CHECK = "SELECT kind, since, began_at, finished_at, checked, failed FROM integrity_checks WHERE kind = ?"
_FORGET_CHECK = "DELETE FROM integrity_checks WHERE kind = ?"
_FORGET = "DELETE FROM integrity_findings WHERE number = ?"


class SqlIntegrityBook:
    """`ports.IntegrityBook` and `IntegrityShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def expect(self, kind: str, at: datetime) -> None:
        def plan(answers: Answers) -> Plan:
            return Plan([] if answers[0] else _check_statements(_new(kind, at)), None)

        await self._database.transact("expecting a check", [Question(_CHECK, (kind,))], plan)

    async def begin(self, kind: str, at: datetime) -> None:
        def plan(answers: Answers) -> Plan:
            row = answers[0][0] if answers[0] else _new(kind, at)
            return Plan(_check_statements((*row[:2], write_moment(at), *row[3:])), None)

        await self._database.transact("beginning a check", [Question(_CHECK, (kind,))], plan)

    async def end(self, end: CheckEnd) -> None:
        def plan(answers: Answers) -> Plan:
            row = answers[0][0] if answers[0] else _new(end.kind, end.finished_at)
            ended = (*row[:3], write_moment(end.finished_at), end.checked, end.failed)
            found = _finding_statements(answers[1], lambda before: after_check(before, end))
            return Plan([*_check_statements(ended), *found], None)

        await self._database.transact("ending a check", [Question(_CHECK, (end.kind,)), _FINDINGS], plan)

    async def add(self, found: Sequence[StandingFinding]) -> None:
        def plan(answers: Answers) -> Plan:
            return Plan(_finding_statements(answers[0], lambda before: after_adding(before, found)), None)

        await self._database.transact("adding findings", [_FINDINGS], plan)

    async def checks(self) -> tuple[CheckStanding, ...]:
        return tuple(
            CheckStanding(
                kind=row.kind,
                since=datetime.fromisoformat(row.since),
                began_at=_moment(row.began_at),
                finished_at=_moment(row.finished_at),
                checked=row.checked,
                failed=row.failed,
            )
            for row in await self._database.read(_CHECKS)
        )

    async def standing(self, limit: int) -> tuple[StandingFinding, ...]:
        return tuple(_finding(tuple(row)) for row in await self._database.read(_STANDING, most=limit))


def _new(kind: str, at: datetime) -> Row:
    return (kind, write_moment(at), None, None, 0, 0)


def _check_statements(row: Row) -> list[Statement]:
    return [Statement(_FORGET_CHECK, [(row[0],)]), Statement(insert_into(INTEGRITY_CHECKS), [tuple(row)])]


def _finding_statements(
    rows: Sequence[Row], change: Callable[[Sequence[StandingFinding]], Sequence[StandingFinding]]
) -> list[Statement]:
    """What is no longer so goes; what is new comes behind. One that only changed keeps its place."""
    before = {(row[1], row[2]): row for row in rows}
    wanted = {(one.subject, one.words): one for one in change([_finding(tuple(row)) for row in rows])}
    numbers = iter(range(1 + max((row[0] for row in rows), default=0), 1 << 62))
    gone = [(row[0],) for place, row in before.items() if place not in wanted or _finding(tuple(row)) != wanted[place]]
    fresh = [
        (before[place][0] if place in before else next(numbers), *place, one.kind, write_moment(one.found_at))
        for place, one in wanted.items()
        if place not in before or _finding(tuple(before[place])) != one
    ]
    return [Statement(_FORGET, gone), Statement(insert_into(INTEGRITY_FINDINGS), fresh)]


def _finding(row: Sequence[Any]) -> StandingFinding:
    _, subject, words, kind, found_at = row
    return StandingFinding(subject=subject, words=words, kind=kind, found_at=datetime.fromisoformat(found_at))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
