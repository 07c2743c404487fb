"""`argo verify`: does a stored signal still hold, from its hash to the witnesses' signatures?"""

from __future__ import annotations

import sys

import click

MARKS = {"ok": "ok", "failed": "FAILED", "absent": "--"}


@click.command(epilog="Example:\n\n  argo verify SIG-01KAY3N3Q5GQ6X4M0T4C6T8C8W")
@click.argument("signal_id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(signal_id: str, as_json: bool) -> None:
    """Check a stored signal step by step: hash, commitment, inclusion in the log, checkpoint, cosignatures, reveal,
    outcome. Exit status 1 if a step fails or the signal is unknown. What cannot be checked is marked --."""
    import msgspec

    from argo_core.errors import DataError
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    if not signal_id.isascii() or not 1 <= len(signal_id) <= 64:
        raise DataError("bad_signal_id", "a signal id has 1 to 64 ASCII characters: list them with: argo signals")
    check = with_records(load_settings(), lambda records: records.ledger.checker.check(signal_id))
    if as_json:
        click.echo(msgspec.json.encode(check))
    else:
        for step in check.steps:
            click.echo(f"{MARKS[step.state]:>6}  {step.step:<13} {step.words}")
        click.echo(f"{signal_id} {'verified' if check.ok else 'FAILED'}")
    sys.exit(0 if check.ok else 1)
