"""Expand, then contract: whether migrations leave the release before them something to work on.

A migration may add tables, columns that may be empty or have a default, indexes, views and triggers. What takes away,
renames or narrows comes a release later, when nobody runs the old one, and says so by writing its revision into
`schema_floor`: releases older than that refuse the database then.
"""

from __future__ import annotations

import ast
import re

FORBIDDEN_CALLS = frozenset({"drop_table", "drop_column", "rename_table", "alter_column", "drop_constraint"})
TAKES_AWAY = re.compile(
    r"\s*(DROP\s+(TABLE|COLUMN)|ALTER\s+TABLE\s+\S+\s+(RENAME|DROP|ALTER)|DELETE\s+FROM|TRUNCATE\s)", re.IGNORECASE
)
FLOOR = "schema_floor"


def takes_away(source: str) -> list[str]:
    """What a migration's `upgrade` does beyond adding, in words; empty where it writes a floor."""
    if FLOOR in source:
        return []
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "downgrade":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FORBIDDEN_CALLS:
            found.append(node.func.attr)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_column":
            found.extend(_narrow(node))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.extend(match.group(1) for match in [TAKES_AWAY.match(node.value)] if match)
    return found


def _narrow(added: ast.Call) -> list[str]:
    """A column that must be filled and has no default stops an older program's inserts."""
    for column in ast.walk(added):
        if not isinstance(column, ast.Call):
            continue
        given = {word.arg: word.value for word in column.keywords}
        filled = given.get("nullable")
        if isinstance(filled, ast.Constant) and filled.value is False and "server_default" not in given:
            return ["add_column nullable=False without server_default"]
    return []
