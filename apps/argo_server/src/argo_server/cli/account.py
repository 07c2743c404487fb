"""`argo account`: which account an executor trades, and whether it may."""

from __future__ import annotations

import sys

import click


@click.group()
def account() -> None:
    """The account of an executor."""


@account.command(epilog="Example:\n\n  ARGO_CONFIG=prop_firm.json argo account status")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(executor: str | None, as_json: bool) -> None:
    """Ask a running executor which account it is pinned to and how it stands. Exit status 1 unless it can trade."""
    import msgspec

    from argo_server.cli.executor_calls import ask_executor
    from argo_server.cli.table import render_table

    found = ask_executor(executor, lambda line: line.status())
    held = found.account
    facts = {
        "executor": found.executor_id,
        "type": found.type,
        "rules": found.rules,
        "mode": found.mode,
        "pinned account": found.account_number,
        "answers as": None if held is None else held.account_number,
        "state": found.state.value,
        "auto_execute": found.auto_execute,
        "equity": None if held is None else held.equity,
        "buying power": None if held is None else held.buying_power,
        "blocked by the venue": None if held is None else held.trading_blocked,
        "what is wrong": found.error or (found.halt and found.halt.reason),
    }
    click.echo(msgspec.json.encode(facts) if as_json else render_table(("", "account"), list(facts.items())))
    sound = held is not None and not held.trading_blocked and held.account_number == found.account_number
    sys.exit(0 if sound and found.halt is None and found.reconciled else 1)
