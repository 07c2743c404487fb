"""Unknown user and wrong password, taken and free address: the database is asked and told the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from alpine_core.accounts import AccountParts, Attempts, SignIn, open_desk
from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql import (
    Database,
    SqlAccountActs,
    SqlAccounts,
    SqlCredentials,
    SqlFailedSignIns,
    SqlOutbox,
    SqlSessions,
    upgrade,
)
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.transaction import Plan, Planner, Question
from alpine_core.testing.samples import sample_account
from tests.alpine.core.accounts.house import ADA, GOOD, HERE, House
from tests.alpine.core.places import MIGRATIONS


class Counted(Database):
    """Writes down every question and statement, without its values."""

    said: list[str]
    house: House

    async def read_each(self, reading: Reading, many: Sequence[Mapping[str, Any]]) -> Sequence[Sequence[Any]]:
        self.said.append(str(reading.statement))
        return await super().read_each(reading, many)

    async def transact(self, act: str, questions: Sequence[Question], planner: Planner) -> Any:
        def listening(answers: Any) -> Plan:
            plan = planner(answers)
            self.said += [f"{statement.sql} x {len(statement.rows)}" for statement in plan.statements]
            return plan

        self.said += [question.sql for question in questions]
        return await super().transact(act, questions, listening)


@pytest.fixture
async def counted(database_url: str) -> Any:
    await upgrade(database_url, MIGRATIONS)
    database = await Counted.open(database_url)
    assert isinstance(database, Counted)
    database.said, database.house = [], House()
    yield database
    await database.close()


async def work(database: Counted, act: str, email: str, *, verified: bool = True) -> list[str]:
    """What was said to the database while it was done."""
    house, box = database.house, SecretBox("key")
    parts = AccountParts(
        **{
            **{name: getattr(house.parts, name) for name in AccountParts.__slots__},
            "accounts": SqlAccounts(database),
            "credentials": SqlCredentials(database, box),
            "acts": SqlAccountActs(database, box),
            "attempts": Attempts(SqlFailedSignIns(database)),
        }
    )
    await parts.accounts.put(msgspec.structs.replace(sample_account(ADA), email_verified=verified))
    database.said.clear()
    if act == "sign in":
        await SignIn(parts, SqlSessions(database)).sign_in(email, "a wrong password", HERE)
    elif act == "sign in unverified":
        await SignIn(parts, SqlSessions(database)).sign_in(email, "correct horse", HERE)
    elif act == "sign up":
        await open_desk(parts).sign_up.sign_up(email, GOOD, HERE)
    else:
        await open_desk(parts).passwords.ask_reset(email, HERE)
    return [re.sub(r"\s+", " ", one) for one in database.said]


@pytest.mark.parametrize(("act", "least"), [("sign in", 6), ("sign up", 9), ("reset", 7)])
async def test_known_and_unknown_addresses_make_the_same_statements(counted: Counted, act: str, least: int) -> None:
    known = await work(counted, act, ADA)
    unknown = await work(counted, act, "free@example.com")
    assert known == unknown
    assert len(known) >= least


async def test_a_right_password_before_the_address_is_verified_is_a_wrong_one(counted: Counted) -> None:
    right = await work(counted, "sign in unverified", ADA, verified=False)
    wrong = await work(counted, "sign in", "free@example.com")
    assert right == wrong


async def test_secrets_and_mails_cannot_be_read_in_the_database(counted: Counted) -> None:
    box = SecretBox("key")
    await work(counted, "reset", ADA)
    outbox = SqlOutbox(counted, box)
    (mail,) = await outbox.mails(None, 9)
    assert len(mail.mail.text) == 43
    from sqlalchemy import select

    from alpine_core.adapters.sql.tables import MAILS, SINGLE_USE_TOKENS

    for table in (MAILS, SINGLE_USE_TOKENS):
        rows = await counted.read(Reading(select(table)))
        assert len(rows) == 1
        assert mail.mail.text not in repr(rows)
