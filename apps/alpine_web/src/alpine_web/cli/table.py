"""Rows as plain text or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click


def show_rows(head: Sequence[str], rows: Sequence[Sequence[object]], *, as_json: bool, empty: str) -> None:
    """A table with a line per row, or a JSON list of objects; `empty` is said instead of a table without rows."""
    if as_json:
        click.echo(json.dumps([dict(zip(head, row, strict=True)) for row in rows], default=str))
    elif not rows:
        click.echo(empty)
    else:
        cells = [tuple(map(str, head)), *(tuple("–" if cell is None else str(cell) for cell in row) for row in rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo("  ".join(padded).rstrip())
