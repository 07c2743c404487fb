"""The page on personal data names every table that knows a person, and no other."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

from sqlalchemy import Table

import alpine_core.adapters.sql as adapters

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
PERSONAL = {"account_id", "email", "recipient", "customer_id"}


def tables() -> dict[str, Table]:
    found: dict[str, Table] = {}
    for module in pkgutil.walk_packages(adapters.__path__, f"{adapters.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Table):
                found[value.name] = value
    return found


def test_every_table_with_a_column_for_a_person_has_its_row() -> None:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    personal = {name for name, table in tables().items() if PERSONAL & {*table.columns.keys()}}
    assert sorted(named) == sorted(personal)


def test_what_goes_with_the_account_is_bound_to_it_by_the_schema() -> None:
    bound = {
        name
        for row in PAGE.splitlines()
        if row.startswith("| `") and "with the account |" in row
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    cascading = {
        name
        for name, table in tables().items()
        for key in table.foreign_keys
        if key.target_fullname == "accounts.account_id" and key.ondelete == "CASCADE"
    }
    assert bound - cascading == {"sessions"}, "these are removed by the deletion's own statement"
