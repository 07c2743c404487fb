"""Changes of accounts, all of one act in one transaction, on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.account_steps import AccountSteps
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.transaction import Answers, Plan, Statement
from alpine_core.model.account_change import AccountChange

_OFF = Plan([], False)


class SqlAccountActs:
    """`ports.AccountActs` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    async def commit(self, changes: Sequence[AccountChange]) -> bool:
        steps = AccountSteps(self._box).steps(changes)

        def plan(answers: Answers) -> Plan:
            statements: list[Statement] = []
            for step, answer in zip(steps, answers, strict=True):
                planned = step.plan(answer)
                if planned is None:
                    return _OFF
                statements += planned
            return Plan(statements, True)

        done: bool = await self._database.transact("changing an account", [step.question for step in steps], plan)
        return done
