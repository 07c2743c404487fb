"""`argo parity`: a day that ran live beside its replay."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.parity import Agreement, ParityReport

SHOWN = 50


@click.command(epilog="Examples:\n\n  argo parity\n\n  argo parity --day 2026-03-02 --executor argo --json")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="UTC day of the wall clock. [default: yesterday]")
@click.option("--executor", help="Only this one. [default: every executor whose records can be read here]")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def parity(day: datetime | None, executor: str | None, as_json: bool) -> None:
    """Run a recorded day through the engine again and show what differs, with the cause of each difference.

    The reports are stored beside those of the daily job. Exit status 1 below parity.min_score.
    """
    import asyncio

    import msgspec

    from argo_server.settings import load_settings

    settings = load_settings()
    reports = asyncio.run(_run(day, executor))
    if as_json:
        click.echo(msgspec.json.encode([{**msgspec.structs.asdict(each), "score": each.score} for each in reports]))
    else:
        for report in reports:
            _print(report)
    least = settings.file.parity.min_score
    sys.exit(1 if any(each.score is not None and each.score < least for each in reports) else 0)


async def _run(day: datetime | None, executor: str | None) -> tuple[ParityReport, ...]:
    from datetime import timedelta

    from argo_server.settings import load_settings
    from argo_server.wiring.parity import open_parity

    async with open_parity(load_settings()) as services:
        yesterday = services.clock.now() - timedelta(days=1)
        return await services.run((yesterday if day is None else day).date(), executor)


def _print(report: ParityReport) -> None:
    from argo_server.cli.table import render_table

    click.echo(f"{report.day}, {report.executor_id}: {_share(report.together)} of signals and fills agree")
    if report.note is not None:
        click.echo(report.note)
    parts = (("signals", report.signals), ("fills", report.fills), ("trades", report.trades))
    click.echo(render_table(("", "agree", "of"), [(name, each.agreed, each.compared) for name, each in parts]))
    if report.result is not None:
        result = report.result
        click.echo(f"live {result.live:,.2f}, replayed {result.replayed:,.2f}, difference {result.difference:,.2f}")
        money = sorted(result.by_cause.items())
        if money:
            click.echo(render_table(("cause", "live less replayed"), money))
    if report.differences:
        rows = [
            (each.what.value, each.symbol, each.action, f"{each.at:%Y-%m-%d %H:%M}", each.cause.value, each.amount,
             each.detail)
            for each in report.differences[:SHOWN]
        ]  # fmt: skip
        click.echo(render_table(("what", "symbol", "side", "market time", "cause", "amount", "because"), rows))
        left = len(report.differences) - SHOWN
        if left > 0:
            click.echo(f"and {left} more: --json shows all")


def _share(agreement: Agreement) -> str:
    ratio = agreement.ratio
    if ratio is None:
        return "there was nothing to compare: no share"
    return f"{100 * ratio:.2f} % ({agreement.agreed} of {agreement.compared})"
