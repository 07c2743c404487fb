"""`argo trade`: does the way to the venue work?"""

from __future__ import annotations

import sys

import click


@click.group()
def trade() -> None:
    """Try an executor's way to its venue."""


@trade.command(epilog="Example:\n\n  ARGO_CONFIG=executor.json argo trade test --symbol AAPL")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--symbol", default="AAPL", show_default=True, help="Of which a price is known and nothing is held.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test(executor: str | None, symbol: str, as_json: bool) -> None:
    """Buy one share (or a few units' worth of a coin) through every layer and sell it again, on a simulated or paper
    account. Exit status 1 if a layer denies it or something of it is left."""
    import msgspec

    from argo_server.cli.executor_calls import ask_executor
    from argo_server.cli.table import render_table

    tried = ask_executor(executor, lambda line: line.trade_test(symbol))
    if as_json:
        click.echo(msgspec.json.encode(tried))
        sys.exit(0 if tried.works else 1)
    layers = [
        (verdict.layer, getattr(verdict, "code", "allowed"), verdict.measured, verdict.limit)
        for verdict in tried.verdicts
    ]
    click.echo(render_table(("layer", "answer", "measured", "limit"), layers))
    orders = [
        (order.intent.action, order.intent.quantity, order.state.value, order.reason, order.intent.client_order_id)
        for order in tried.orders
    ]
    if orders:
        click.echo(render_table(("order", "quantity", "state", "reason", "our id"), orders))
    latency = "" if tried.accept_ms is None else f", the venue answered in {tried.accept_ms:.1f} ms"
    click.echo(f"{'ok' if tried.works else 'FAILED'}: {symbol}{latency}")
    sys.exit(0 if tried.works else 1)
