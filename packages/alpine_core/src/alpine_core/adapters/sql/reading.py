"""A SELECT that is written once and asked often: building and compiling one costs more than its answer."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect


class Reading:
    """One SELECT; what changes from time to time are its bind parameters, given by name.

    Rows have the SELECT's columns as attributes, whichever database answers.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement

    @cached_property
    def sqlite(self) -> SqliteReading:
        """The same as the plain driver takes it."""
        compiled = self.statement.compile(dialect=sqlite_dialect(), compile_kwargs={"render_postcompile": True})
        names = compiled.positiontup or ()
        columns = [column.name for column in self.statement.selected_columns]
        return SqliteReading(compiled.string, names, compiled.params, columns)


class SqliteReading:
    """`sql` with a `?` for each of `names`, in this order; what is not given has its value in `known`."""

    def __init__(self, sql: str, names: Sequence[str], known: Mapping[str, Any], columns: Sequence[str]) -> None:
        self.sql = sql
        self._names, self._known = tuple(names), dict(known)
        row = namedtuple("Row", columns, rename=True)  # type: ignore[misc]
        self.row: Callable[[Sequence[Any]], Any] = row._make

    def parameters(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the order of the question marks."""
        values = {**self._known, **given}
        return tuple(values[name] for name in self._names)
