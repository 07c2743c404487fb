"""The few kinds of columns that our tables are made of."""

from __future__ import annotations

from sqlalchemy import REAL, BigInteger, Column, Double, Integer, Text
from sqlalchemy.types import TypeEngine

# SQLite knows a row's number only as INTEGER, and a float as REAL; PostgreSQL's REAL would halve the digits.
POSITION: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
FIGURE: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")


def number(name: str = "id") -> Column[int]:
    """A table's row number, given by us."""
    return Column(name, POSITION, primary_key=True, autoincrement=False)


def text(name: str, *, required: bool = False) -> Column[str]:
    """Text; None is NULL."""
    return Column(name, Text(), nullable=not required)


def figure(name: str, *, required: bool = False) -> Column[float]:
    """A float of 64 bits; None is NULL."""
    return Column(name, FIGURE, nullable=not required)
