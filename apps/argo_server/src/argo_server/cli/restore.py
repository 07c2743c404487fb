"""`argo restore`: a backup into an empty place."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.restored_database import WitnessedLog


@click.command(
    epilog="Examples:\n\n  argo restore argo-20261122T024000Z --into sqlite+aiosqlite:////srv/argo/data/restored.db\n\n"
    "  argo restore argo-20261122T024000Z --from s3://my-backups/backups --into postgresql+asyncpg://argo@db/restored"
)
@click.argument("backup")
@click.option("--from", "source", help="Bring it from there first: s3://BUCKET/PREFIX.")
@click.option("--into", "url", required=True, help="The address of a database that holds nothing yet.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(backup: str, source: str | None, url: str, as_json: bool) -> None:
    """Restore BACKUP (a name or a folder), look at every row, and ask the witnesses and the configured database whether
    it is the newest there was. Nothing is signed. Exit status 1 if it does not hold, or one of them has more."""
    import asyncio

    import msgspec

    from argo_core.errors import Disputed
    from argo_core.model.restored_database import RestoreReport
    from argo_server.cli.progress import shown_progress
    from argo_server.settings import load_settings
    from argo_server.wiring.backups import fetched, restore_backup, witnessed_log

    settings = load_settings()

    async def restored() -> tuple[RestoreReport, WitnessedLog | None, str]:
        folder = await fetched(settings, backup, source)
        report = await restore_backup(settings, folder, url, shown_progress("entries"))
        if report.checked.findings:
            return report, None, f"{folder.name} does not hold: {'; '.join(report.checked.findings[:3])}"
        try:
            return report, await witnessed_log(settings, url, beside=True), ""
        except Disputed as error:
            return report, None, f"{folder.name}: {error} with ARGO_DATABASE_URL set to what was restored"

    report, seen, why = asyncio.run(restored())
    rows = sum(report.manifest.facts.rows.values())
    unknown = "" if seen is None else seen.unknown
    if as_json:
        told = {"manifest": report.manifest, "checked": report.checked, "witnesses": seen, "unknown": unknown}
        click.echo(msgspec.json.encode(told | {"why": why}))
    else:
        for note in (*report.checked.notes, *_notes(seen)):
            click.echo(f"note: {note}")
        confirmed = "" if seen is None else "".join(f", confirmed by {name}" for name in seen.confirmed)
        click.echo(f"FAILED: {why}" if why else f"ok: {rows:,} rows restored and verified{confirmed}")
    sys.exit(1 if why else 0)


def _notes(seen: WitnessedLog | None) -> list[str]:
    if seen is None:
        return []
    end = "the next start of argo asks it before anything is signed"
    notes = [f"{name} did not answer: {end}" for name in seen.unreachable]
    notes += [seen.unknown] if seen.unknown else []
    notes += [f"{seen.beside} holds nothing beyond it"] if seen.beside else []
    return [*notes, f"not compared with the configured database: {seen.not_beside}"] if seen.not_beside else notes
