"""Rows are numbered on without a gap, and a call is stored whole or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, create_engine, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.errors import InvariantError

TABLE = Table("log", MetaData(), Column("id", Integer, primary_key=True), Column("a", Integer), Column("b", Text))
Row = Mapping[str, object]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path / 'rows.db'}")
    TABLE.metadata.create_all(engine)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def kept(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.id))]


def test_each_call_goes_on_where_the_last_one_ended(connection: Connection) -> None:
    append_rows(connection, TABLE, [{"a": 7, "b": "x"}, {"b": "y", "a": 8}])
    append_rows(connection, TABLE, [])
    append_rows(connection, TABLE, [{"a": 9}])
    assert kept(connection) == [(1, 7, "x"), (2, 8, "y"), (3, 9, None)]


@pytest.mark.parametrize("second", [{"a": 2, "b": "lost"}, {}, {"b": "other"}])
def test_a_row_of_other_columns_is_refused_with_all_of_its_call(connection: Connection, second: Row) -> None:
    with pytest.raises(InvariantError, match="log: rows of one call with columns"):
        append_rows(connection, TABLE, [{"a": 1}, second])
    assert kept(connection) == []
