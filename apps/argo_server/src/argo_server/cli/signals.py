"""`argo signals`: what has been published."""

from __future__ import annotations

from collections.abc import Set
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.signal import LoggedSignal

HEAD = (
    "index", "signal", "symbol", "action", "entry", "target", "stop", "confidence", "regime", "outcome", "%", "hash",
    "logged",
)  # fmt: skip


@click.command(epilog="Example:\n\n  argo signals --symbol AAPL --open --limit 5")
@click.option("--symbol", help="Only this symbol.")
@click.option("--open", "open_only", is_flag=True, help="Only signals without an outcome.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def signals(symbol: str | None, open_only: bool, limit: int, as_json: bool) -> None:
    """List published signals, newest first."""
    import msgspec

    from argo_core.model.asset import require_symbol
    from argo_core.model.query import SignalQuery
    from argo_server.cli.proofs import labelled
    from argo_server.cli.run import with_records
    from argo_server.cli.table import render_table
    from argo_server.settings import load_settings

    wanted = None if symbol is None else require_symbol(symbol)
    query = SignalQuery(symbol=wanted, open_only=open_only, limit=limit)
    page, sealed = with_records(load_settings(), labelled(query))
    if as_json:
        items = [
            {**msgspec.to_builtins(entry), "logged": entry.sealed.signal.signal_id in sealed} for entry in page.items
        ]
        click.echo(msgspec.json.encode({"items": items, "next_before": page.next_before}))
        return
    rows = [
        (
            entry.index, entry.sealed.signal.signal_id, entry.sealed.signal.symbol, entry.sealed.signal.action,
            entry.sealed.signal.entry_price, entry.sealed.signal.target_price, entry.sealed.signal.stop_price,
            entry.sealed.signal.confidence, entry.sealed.signal.regime, entry.outcome, entry.profit_loss_pct,
            entry.sealed.scheme, "yes" if _logged(entry, sealed) else "no",
        )
        for entry in page.items
    ]  # fmt: skip
    click.echo(render_table(HEAD, rows) if rows else "no signal matches: run `argo cycle` or loosen the filter")


def _logged(entry: LoggedSignal, sealed: Set[str]) -> bool:
    """Whether the provable log has it."""
    return entry.sealed.signal.signal_id in sealed
