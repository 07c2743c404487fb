"""`alpine backup` and `alpine restore`: the database, kept elsewhere and known to be good."""

from __future__ import annotations

import sys

import click


@click.command(epilog="Examples:\n\n  alpine backup\n\n  alpine backup --list\n\n  alpine backup --lifecycle")
@click.option("--list", "listed", is_flag=True, help="List the backups in the folder instead.")
@click.option("--lifecycle", is_flag=True, help="Tell the bucket to keep backups for seven years instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--report", is_flag=True, hidden=True, help="Status 0 wherever there is a report.")
def backup(listed: bool, lifecycle: bool, as_json: bool, report: bool) -> None:
    """Back the database up beside its writer, restore the backup in a scratch place, audit it there, and upload it.

    Exit status 1 if it does not hold or could not be uploaded.
    """
    import asyncio
    from datetime import UTC, datetime

    import msgspec

    from alpine_web.cli.table import show_rows
    from alpine_web.settings import load_settings
    from alpine_web.web.lines import lines_of
    from alpine_web.web.site import open_site
    from alpine_web.wiring.backups import backup_house, keep_seven_years

    settings = load_settings()
    if lifecycle:
        days = asyncio.run(keep_seven_years(settings))
        click.echo(f"backups in the bucket are kept for {days:,} days, then removed")
        return
    house = backup_house(settings, lines_of(open_site()))
    if listed:
        head = ("name", "bytes", "verified", "elsewhere", "finding")
        rows = [
            (one.name, one.bytes, one.verified_at and one.verified_at.isoformat(), one.elsewhere, one.finding)
            for one in asyncio.run(house.records())
        ]
        show_rows(head, rows, as_json=as_json, empty="no backup")
        return
    done = asyncio.run(house.round(lambda: datetime.now(UTC)))
    if as_json:
        click.echo(msgspec.json.encode(done).decode())
    else:
        for name in done.damaged:
            click.echo(f"an older backup cannot be read, see alpine backup --list: {name}")
        where = f", uploaded to {done.backup.uploaded_to}" if done.backup.uploaded_to else ""
        good = f"ok: {done.backup.name} holds, {done.backup.bytes:,} bytes{where}"
        click.echo(f"FAILED: {done.why}" if done.why else good)
    sys.exit(1 if done.why and not report else 0)


@click.command(
    epilog="Examples:\n\n  alpine restore alpine-20261122T031000Z --into sqlite+aiosqlite:////srv/alpine/restored.db\n\n"
    "  alpine restore alpine-20261122T031000Z --from s3://my-backups/backups --into postgresql+asyncpg://alpine@db/new"
)
@click.argument("backup")
@click.option("--from", "source", help="Bring it from there first: s3://BUCKET/PREFIX.")
@click.option("--into", "url", required=True, help="The address of a database that holds nothing yet.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(backup: str, source: str | None, url: str, as_json: bool) -> None:
    """Restore BACKUP (a name or a folder) into an empty place and audit it there. Exit status 1 if it does not hold."""
    import asyncio

    import msgspec

    from alpine_web.settings import load_settings
    from alpine_web.web.lines import lines_of
    from alpine_web.web.site import open_site
    from alpine_web.wiring.backups import restore_backup

    manifest, findings = asyncio.run(restore_backup(load_settings(), lines_of(open_site()), backup, source, url))
    if as_json:
        click.echo(msgspec.json.encode({"manifest": manifest, "findings": findings}).decode())
    else:
        for finding in findings:
            click.echo(finding)
        rows = sum(manifest.rows.values())
        click.echo("FAILED: nothing to work with" if findings else f"ok: {rows:,} rows restored and audited")
    sys.exit(1 if findings else 0)
