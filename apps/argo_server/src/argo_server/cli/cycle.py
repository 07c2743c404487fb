"""`argo cycle`: one cycle now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.decision import Decision


@click.command(epilog="Example:\n\n  argo cycle --symbols AAPL,BTC-USD --json")
@click.option("--symbols", help="Comma-separated symbols instead of the configured ones.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole record as JSON.")
def cycle(symbols: str | None, as_json: bool) -> None:
    """Run one cycle, store it, and show what was decided and why."""
    import msgspec

    from argo_server.cli.run import with_services
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings, with_symbols

    settings = with_symbols(load_settings(), symbols)
    report = with_services(settings, lambda services: services.generator.run_once())
    if as_json:
        click.echo(msgspec.json.encode(report))
        return
    record = report.record
    click.echo(f"{record.data_source} as of {record.as_of:%Y-%m-%d %H:%M} UTC, {report.duration_ms:.1f} ms")
    click.echo(
        render_table(("symbol", "status", "side", "confidence", "regime", "why"), [_row(d) for d in record.decisions])
    )


def _row(decision: Decision) -> tuple[object, ...]:
    why = decision.signal_id or (f"repeats {decision.repeat_of}" if decision.repeat_of else _veto(decision))
    return decision.symbol, decision.status, decision.direction, decision.confidence, decision.regime, why


def _veto(decision: Decision) -> str:
    rule = (decision.veto or "").replace("_", " ")
    if decision.measured is None or decision.limit is None:
        return rule
    return f"{rule}: {decision.measured:.4g}, limit {decision.limit:.4g}"
