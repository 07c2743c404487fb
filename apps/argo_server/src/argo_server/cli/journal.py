"""`argo journal`: every finished trade, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.reports.journal import Journal

HEAD = ("closed", "symbol", "side", "quantity", "entry", "exit", "by", "fees", "net", "net %")
FIGURES = ("figure", "value", "low", "high", "unit", "of")


@click.command(epilog="Examples:\n\n  argo journal --json\n\n  argo journal --executor argo --tradervue trades.csv")
@click.option("--executor", help="Only this one's trades. [default: every executor that reported]")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Trades shown, the newest.")
@click.option("--tradervue", type=click.Path(dir_okay=False, path_type=Path), help="Write Tradervue's import to FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def journal(executor: str | None, limit: int, tradervue: Path | None, as_json: bool) -> None:
    """Show every finished trade that executors reported: entry, exit, costs, result, and what they come to."""
    import msgspec

    from argo_core.reports.tradervue import tradervue_csv
    from argo_server.cli.run import with_reports
    from argo_server.wiring.reports import write_file

    every = with_reports(lambda services: services.maker.journals())
    found = [each for each in every if executor in (None, each.executor_id)]
    if executor is not None and not found:
        raise click.ClickException(f"{executor} has reported no finished trade: argo journal shows who has")
    if tradervue is not None:
        write_file(tradervue, tradervue_csv(entry.trade for each in found for entry in each.trades))
        click.echo(f"written: {tradervue}", err=True)
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    click.echo("\n\n".join(_told(each, limit) for each in found) or "no executor has reported a finished trade yet")


def _told(journal: Journal, limit: int) -> str:
    from argo_server.cli.table import render_table

    trades = [
        (f"{trade.closed_at:%Y-%m-%d %H:%M}", trade.symbol, trade.action, trade.quantity, trade.entry_price,
         trade.exit_price, trade.exit, trade.fees, entry.net, trade.net_pct)
        for entry in journal.trades[-limit:]
        for trade in (entry.trade,)
    ]  # fmt: skip
    figures = [
        (each.title, each.value, each.low, each.high, each.unit, f"{each.count} {each.cases}")
        for each in journal.figures
    ]
    title = f"{journal.name}: {len(journal.trades)} trades, percentages of a capital of {journal.capital:,.2f}"
    return "\n".join([title, "", render_table(HEAD, trades), "", render_table(FIGURES, figures)])
