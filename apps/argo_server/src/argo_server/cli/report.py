"""`argo report`: what signals and trades came to, as text, page, table and workbook."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.kept_report import KeptReport
    from argo_core.reports.performance_report import PerformanceReport
    from argo_server.services import ReportServices

HEAD = ("report", "kind", "until", "made", "forms", "uploaded", "mailed", "failed")
KINDS = {
    "weekly": "The last week and all time, as on Sundays.",
    "premium": "Signals with a confidence of 95 and more.",
    "all-time": "All signals from the first.",
}


@click.group(epilog="Examples:\n\n  argo report weekly --ending 2026-03-01\n\n  argo report list")
def report() -> None:
    """Write a report of what signals and trades came to, or list those that there are."""


def _command(name: str, title: str) -> click.Command:
    @click.option("--ending", type=click.DateTime(["%Y-%m-%d"]), help="The report's last UTC day. [default: today]")
    @click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
    def write(ending: datetime | None, as_json: bool) -> None:
        import msgspec

        from argo_core.reports.performance_text import performance_text
        from argo_server.cli.run import with_reports

        async def made(services: ReportServices) -> tuple[PerformanceReport, KeptReport]:
            return await _written(services, name, ending)

        told, kept = with_reports(made)
        click.echo(msgspec.json.encode(told) if as_json else performance_text(told), nl=as_json)
        click.echo(f"written: {kept.name} as {', '.join(kept.forms)}", err=True)
        if kept.failed is not None:
            raise click.ClickException(f"{kept.failed}: the files are kept, and the generator tries again")

    write.__doc__ = f"{title} Its files go into reports.folder, and where it is configured to S3 and by mail."
    return click.command(name, epilog=f"Example:\n\n  argo report {name}")(write)


for _name, _title in KINDS.items():
    report.add_command(_command(_name, _title))


async def _written(
    services: ReportServices, name: str, ending: datetime | None
) -> tuple[PerformanceReport, KeptReport]:
    from argo_core.model.performance import ReportKind
    from argo_core.reports.report_calendar import report_moment

    for why in services.left_out().values():
        click.echo(f"left out: {why}", err=True)
    until = report_moment(None if ending is None else ending.date(), services.clock.now())
    kept, told = await services.keeper.write(ReportKind(name), until)
    done = await services.keeper.deliver()
    if done.why:
        click.echo(f"note: {done.why}", err=True)
    carried = {each.name: each for each in done.carried}
    return told, carried.get(kept.name, kept)


@report.command("list", epilog="Example:\n\n  argo report list --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_reports(as_json: bool) -> None:
    """List the reports that were written, newest first, and how far each has come."""
    import msgspec

    from argo_server.cli.run import with_reports
    from argo_server.cli.table import render_table

    held = with_reports(lambda services: services.shelf.kept())
    for finding in held.findings:
        click.echo(f"note: {finding}", err=True)
    found = held.reports
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    rows = [
        (each.name, each.kind.value, f"{each.until:%Y-%m-%d %H:%M}", f"{each.made_at:%Y-%m-%d %H:%M:%S}",
         " ".join(each.forms), " ".join(each.uploaded) or None, "yes" if each.mailed else "no", each.failed)
        for each in found
    ]  # fmt: skip
    click.echo(render_table(HEAD, rows) if rows else "no report has been written yet: argo report weekly writes one")
