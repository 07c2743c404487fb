"""`alpine export`: the record as files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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

    try:
        with _written(output) as file:
            count = with_services(lambda services: export_record(services.feed, services.clock.now(), form, file))
    except OSError as error:
        raise click.ClickException(f"{output or 'the output'} cannot be written: {error.strerror}") from error
    click.echo(f"{count} signals written", err=True)


@contextmanager
def _written(output: Path | None) -> Iterator[TextIO]:
    """Where to write. A file is written beside its place and put there once it is whole: an export that fails leaves
    what was there before."""
    if output is None or (output.exists() and not output.is_file()):
        with click.open_file("-" if output is None else str(output), "w", encoding="utf-8") as file:
            yield cast(TextIO, file)
        return
    fresh = output.with_name(f"{output.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            yield file
        fresh.replace(output)
    finally:
        fresh.unlink(missing_ok=True)
