"""`argo positions`: what an executor holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.model.position import AccountSnapshot


@click.command(epilog="Example:\n\n  ARGO_CONFIG=executor.json argo positions --json")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole account as JSON.")
def positions(executor: str | None, as_json: bool) -> None:
    """Show the account and its open positions at the last known prices, with the stop and target of each.

    A simulated account is read from its database, another from the executor's process.
    """
    import msgspec

    from argo_core.pipeline.executor_status import held_positions
    from argo_server.cli.table import render_table

    account = _account(executor)
    if as_json:
        click.echo(msgspec.json.encode(account))
        return
    kind = "simulated account" if account.simulated else "account"
    click.echo(f"{kind} {account.account_number}: equity {account.equity:,.2f}, cash {account.cash:,.2f}")
    rows = [
        (
            held.symbol, held.quantity, held.average_price, held.market_price, held.worth, held.gain, held.stop_price,
            held.target_price,
        )
        for held in held_positions(account)
    ]  # fmt: skip
    head = ("symbol", "quantity", "average price", "market price", "worth", "gain", "stop", "target")
    click.echo(render_table(head, rows) if rows else "no position is open")


def _account(executor: str | None) -> AccountSnapshot:
    from argo_core.errors import StoreError
    from argo_server.cli.executor_calls import ask_executor
    from argo_server.cli.run import with_executor
    from argo_server.services import ExecutorRecords

    async def stored(records: ExecutorRecords) -> AccountSnapshot | None:
        return None if records.broker is None else await records.broker.snapshot()

    account = with_executor(executor, stored)
    if account is None:
        account = ask_executor(executor, lambda line: line.status()).account
    if account is None:
        raise StoreError("the venue does not answer the executor: try again")
    return account
