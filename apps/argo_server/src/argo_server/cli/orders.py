"""`argo orders`: what an executor has ordered."""

from __future__ import annotations

import click


@click.command(epilog="Example:\n\n  ARGO_CONFIG=executor.json argo orders --limit 5 --json")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def orders(executor: str | None, limit: int, as_json: bool) -> None:
    """List orders with their state, the one that changed last first."""
    import msgspec

    from argo_server.cli.run import with_executor
    from argo_server.cli.table import render_table

    found = with_executor(executor, lambda records: records.reader.orders(limit))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    rows = [
        (
            order.order_id, order.intent.symbol, order.intent.action, order.intent.order_type.value,
            order.intent.quantity, order.fills[0].price if order.fills else None, order.state.value, order.reason,
            order.intent.client_order_id,
        )
        for order in found
    ]  # fmt: skip
    head = ("order", "symbol", "action", "type", "quantity", "price", "state", "reason", "our id")
    click.echo(render_table(head, rows) if rows else "nothing has been ordered yet")
