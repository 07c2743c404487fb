"""`argo backup`: the database, kept elsewhere and known to be good."""

from __future__ import annotations

import sys

import click


@click.command(epilog="Examples:\n\n  argo backup\n\n  argo backup --list\n\n  argo backup --lifecycle")
@click.option("--list", "listed", is_flag=True, help="List the backups in the folder instead.")
@click.option("--lifecycle", is_flag=True, help="Tell the bucket to keep backups for seven years instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--report", is_flag=True, hidden=True, help="Status 0 wherever there is a report.")
def backup(listed: bool, lifecycle: bool, as_json: bool, report: bool) -> None:
    """Back the database up beside its writer, restore the backup in a scratch place, look at every row there, and
    upload it. Exit status 1 if it does not hold or could not be uploaded."""
    import asyncio

    import msgspec

    from argo_core.pipeline.keep_backups import BackupKeeper, BackupRun
    from argo_server.cli.progress import shown_progress
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings
    from argo_server.wiring.backups import open_backups

    async def asked(keeper: BackupKeeper) -> BackupRun | str:
        if lifecycle:
            return f"backups in the bucket are kept for {await keeper.lifecycle():,} days, then removed"
        if not listed:
            return await keeper.run()
        records = await keeper.shelf.records()
        if as_json:
            return msgspec.json.encode(records).decode()
        rows = [(one.name, one.bytes, one.verified_at or "-", one.uploaded_to or one.upload_error,
                 "; ".join(one.findings[:1])) for one in records]  # fmt: skip
        return render_table(("backup", "bytes", "verified", "elsewhere", "finding"), rows)

    async def answered() -> BackupRun | str:
        async with open_backups(load_settings(), shown_progress("entries")) as keeper:
            return await asked(keeper)

    done = asyncio.run(answered())
    if isinstance(done, str):
        click.echo(done)
        return
    click.echo(msgspec.json.encode(done).decode() if as_json else _said(done))
    sys.exit(0 if done.ok or report else 1)


def _said(done: object) -> str:
    from argo_core.pipeline.keep_backups import BackupRun

    assert isinstance(done, BackupRun)
    lines = [f"note: {note}" for note in done.backup.notes]
    lines += [f"removed after its time: {name}" for name in done.removed]
    lines += [f"an older backup cannot be read, see argo backup --list: {name}" for name in done.damaged]
    where = f", uploaded to {done.backup.uploaded_to}" if done.backup.uploaded_to else ""
    good = f"ok: {done.backup.name} holds, {done.backup.bytes:,} bytes{where}"
    return "\n".join([*lines, good if done.ok else f"FAILED: {done.fault}"])
