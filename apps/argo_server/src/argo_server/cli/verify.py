"""`argo verify`: does a stored signal still have the hash it was published with?"""

from __future__ import annotations

import sys

import click


@click.command(epilog="Example:\n\n  argo verify SIG-01KAY3N3Q5GQ6X4M0T4C6T8C8W")
@click.argument("signal_id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(signal_id: str, as_json: bool) -> None:
    """Recompute the hash of a stored signal from its nine fields. Exit status 1 if it differs or is unknown."""
    import msgspec

    from argo_core.errors import DataError
    from argo_core.ledger import verify_signal
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    if not signal_id.isascii() or not 1 <= len(signal_id) <= 64:
        raise DataError("bad_signal_id", "a signal id has 1 to 64 ASCII characters: list them with: argo signals")
    found = with_records(load_settings(), lambda records: records.signals.signal(signal_id))
    if found is None:
        raise DataError("unknown_signal", f"no signal {signal_id}: list them with: argo signals")
    sealed = found.sealed
    verdict = verify_signal(sealed.signal.hashed_fields(), sealed.verification_hash, sealed.scheme, allow_legacy=True)
    if as_json:
        click.echo(msgspec.json.encode(verdict))
    else:
        word = "verified" if verdict.ok else f"FAILED ({verdict.code})"
        click.echo(f"{signal_id} {word}: {sealed.scheme} {sealed.verification_hash}")
    sys.exit(0 if verdict.ok else 1)
