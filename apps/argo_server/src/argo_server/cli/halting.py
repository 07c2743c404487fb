"""`argo halt`, `argo resume`, `argo trading`: who may trade."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from argo_server.cli.person import person

if TYPE_CHECKING:
    from argo_core.pipeline.executor_watch import HaltOutcome

REASON = "halted by an operator"
Command = Callable[..., Any]


def _by(command: Command) -> Command:
    return click.option("--by", default=person, show_default="the user", help="Who asks, for the record.")(command)


@click.command(epilog="Examples:\n\n  argo halt all\n\n  argo halt prop_firm --reason 'news at 14:00' --by ada")
@click.argument("executor")
@click.option("--reason", default=REASON, show_default=True, help="Why, for the record.")
@_by
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def halt(executor: str, reason: str, by: str, as_json: bool) -> None:
    """The kill switch of EXECUTOR, or of `all`: stop, cancel every order, close every position.

    It lasts until `argo resume`, also over restarts. Where the executor's own process does not run and this is its
    configuration, the halt is recorded for its next start. Exit status 1 if one could not be halted.
    """
    from argo_server.cli.executor_calls import halt_executors

    _tell(halt_executors(executor, reason, by), as_json=as_json)


@click.command(epilog="Example:\n\n  argo resume prop_firm --reason 'checked with the firm' --by ada")
@click.argument("executor")
@click.option("--reason", required=True, help="Why it may trade again, for the record.")
@_by
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def resume(executor: str, reason: str, by: str, as_json: bool) -> None:
    """Let EXECUTOR trade again. What caused the halt and still holds halts again at the next look."""
    _resume(executor, reason, by, as_json=as_json)


@click.group()
def trading() -> None:
    """Switch an executor's trading on or off, recorded and lasting."""


@trading.command(epilog="Example:\n\n  ARGO_CONFIG=executor.json argo trading disable --reason 'holidays'")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--reason", default="trading was disabled by an operator", show_default=True, help="For the record.")
@_by
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def disable(executor: str | None, reason: str, by: str, as_json: bool) -> None:
    """The same as `argo halt` for the configured executor: nothing is held by an account that nobody trades."""
    from argo_server.cli.executor_calls import halt_executors

    _tell(halt_executors(_own_name(executor), reason, by), as_json=as_json)


@trading.command(epilog="Example:\n\n  ARGO_CONFIG=executor.json argo trading enable --reason 'back from holidays'")
@click.option("--executor", help="Which executor, where the configuration does not say: argo or prop_firm.")
@click.option("--reason", default="trading was enabled by an operator", show_default=True, help="For the record.")
@_by
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def enable(executor: str | None, reason: str, by: str, as_json: bool) -> None:
    """The same as `argo resume` for the configured executor. `trading.auto_execute` must be on as well."""
    _resume(_own_name(executor), reason, by, as_json=as_json)


def _own_name(executor: str | None) -> str:
    from argo_server.settings import executor_role, load_settings

    return executor_role(load_settings(), executor).executor_id


def _resume(executor: str, reason: str, by: str, *, as_json: bool) -> None:
    import msgspec

    from argo_server.cli.executor_calls import ask_executor

    ended = ask_executor(executor, lambda line: line.resume(reason, by)).resumed
    if as_json:
        click.echo(msgspec.json.encode(ended))
        return
    for one in ended:
        click.echo(f"{one.executor_id} trades again: {one.halt_id} ended by {one.by}")


def _tell(outcomes: tuple[HaltOutcome, ...], *, as_json: bool) -> None:
    import msgspec

    if as_json:
        click.echo(msgspec.json.encode(outcomes))
    for one in () if as_json else outcomes:
        left = "nothing is left" if one.flat else "not flat yet: it goes on at each look"
        what = f"halted, {left}" if one.halted else f"NOT HALTED: {one.error}"
        click.echo(f"{one.executor_id}: {what}")
    sys.exit(0 if all(one.halted for one in outcomes) else 1)
