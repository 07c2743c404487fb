"""`alpine alarms`: what the provider contradicted itself in."""

from __future__ import annotations

import click

HEAD = ("number", "kind", "subject", "stored", "offered", "raised_at")
SHOWN = 60


@click.command(epilog="Example:\n\n  alpine alarms --json")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, contents in full.")
def alarms(limit: int, as_json: bool) -> None:
    """List the alarms, newest first: a second content under a known name. Exit status 1 if there are any."""
    import sys

    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    found = with_services(lambda services: services.alarms.newest(limit))
    cut = None if as_json else SHOWN
    rows = [
        (
            each.alarm_id,
            each.kind.value,
            each.subject,
            each.stored[:cut],
            each.offered[:cut],
            each.raised_at.isoformat(),
        )
        for each in found
    ]
    show_rows(HEAD, rows, as_json=as_json, empty="no alarm")
    sys.exit(1 if rows else 0)
