"""`argo positions`: what an executor holds."""

from __future__ import annotations

import click


@click.command(epilog="Example:\n\n  ARGO_CONFIG=executor.json argo positions --json")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole account as JSON.")
def positions(executor: str | None, as_json: bool) -> None:
    """Show the account and its open positions at the last known prices."""
    import msgspec

    from argo_server.cli.run import with_executor
    from argo_server.cli.table import render_table

    account = with_executor(executor, lambda records: records.broker.snapshot())
    if as_json:
        click.echo(msgspec.json.encode(account))
        return
    kind = "simulated account" if account.simulated else "account"
    click.echo(f"{kind} {account.account_number}: equity {account.equity:,.2f}, cash {account.cash:,.2f}")
    rows = [
        (held.symbol, held.quantity, held.average_price, held.market_price, held.quantity * held.market_price)
        for held in account.positions
    ]
    head = ("symbol", "quantity", "average price", "market price", "worth")
    click.echo(render_table(head, rows) if rows else "no position is open")
