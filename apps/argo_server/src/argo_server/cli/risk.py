"""`argo risk`: an account against its limits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from argo_core.pipeline.executor_status import ExecutorStatus


@click.command(epilog="Example:\n\n  ARGO_CONFIG=prop_firm.json argo risk --json")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def risk(executor: str | None, as_json: bool) -> None:
    """Ask a running executor for its limits, floors and denials. Exit status 1 while it is halted or its books differ
    from the venue's."""
    import msgspec

    from argo_server.cli.executor_calls import ask_executor

    status = ask_executor(executor, lambda line: line.status())
    if as_json:
        shown = {name: getattr(status, name) for name in ("executor_id", "state", "halt", "error", "risk", "counts")}
        click.echo(msgspec.json.encode({**shown, "equity": None if status.account is None else status.account.equity}))
    else:
        _print(status)
    sys.exit(0 if status.halt is None and status.reconciled else 1)


def _print(status: ExecutorStatus) -> None:
    from argo_server.cli.table import render_table

    account, standing = status.account, status.risk
    click.echo(f"{status.executor_id} ({status.type}, {status.rules}): {status.state.value}")
    if status.halt is not None:
        click.echo(f"halted ({status.halt.code.value}) by {status.halt.by}: {status.halt.reason}")
    if account is None or standing is None:
        click.echo(f"the account cannot be read: {status.error}")
        return
    click.echo(
        f"level {standing.level.value}: equity {account.equity:,.2f}, nearest floor {standing.floor.name} at "
        f"{standing.floor.equity:,.2f}; getting out would cost {standing.flatten_cost:,.2f} and leave "
        f"{standing.equity_after_flatten:,.2f}"
    )
    meters = [(meter.name, meter.used, meter.limit, meter.pct) for meter in standing.meters]
    click.echo(render_table(("limit", "used", "of", "percent"), meters))
    if status.counts.denied_by:
        click.echo(render_table(("denied by", "signals"), sorted(status.counts.denied_by.items())))
