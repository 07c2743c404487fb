"""One writing transaction as data: what it asks first, and what it then does."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Row = Sequence[Any]
Answers = Sequence[Sequence[Row]]


class Question(NamedTuple):
    """A SELECT with `?` for each parameter; `{names}` compares with any of a parameter that is a list of texts."""

    sql: str
    parameters: tuple[Any, ...] = ()


class Statement(NamedTuple):
    """A change with `?` for each parameter, run once for each row. Nothing happens without rows."""

    sql: str
    rows: Sequence[Row]


class Plan(NamedTuple):
    """What to change, and what the transaction answers once the changes are durable."""

    statements: Sequence[Statement]
    result: Any


Planner = Callable[[Answers], Plan]
"""From the answers, in the order of the questions, to the plan. It may raise: then nothing is changed."""


def sqlite_question(question: Question) -> tuple[str, tuple[Any, ...]]:
    """The question as SQLite's driver takes it."""
    parameters = tuple(json.dumps(value) if isinstance(value, list) else value for value in question.parameters)
    return question.sql.replace("{names}", "IN (SELECT value FROM json_each(?))"), parameters


def postgresql_question(question: Question) -> tuple[str, tuple[Any, ...]]:
    """The question as asyncpg takes it."""
    return numbered(question.sql.replace("{names}", "= ANY(?)")), question.parameters


def numbered(sql: str) -> str:
    """`?` as `$1`, `$2`, … . No statement of ours has a question mark in a text."""
    first, *others = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))
