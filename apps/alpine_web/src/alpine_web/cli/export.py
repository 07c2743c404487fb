"""`alpine export`: the record as files."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO, cast

import click


@click.group()
def export() -> None:
    """Write what is stored to files."""


@export.command(
    epilog="Examples:\n\n  alpine export signals > signals.jsonl\n\n  alpine export signals --format csv -o s.csv"
)
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file; default: the terminal.")
def signals(form: str, output: Path | None) -> None:
    """Every signal with its hash and outcome, newest first, one per line."""
    from alpine_web.cli.run import with_services
    from alpine_web.record_export import export_record

    with click.open_file("-" if output is None else str(output), "w", encoding="utf-8") as file:
        count = with_services(
            lambda services: export_record(services.feed, services.clock.now(), form, cast(TextIO, file))
        )
    click.echo(f"{count} signals written", err=True)
