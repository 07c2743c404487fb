"""`argo ledger`: the provable log, for reading."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from argo_server.cli.ledger_change import correct, recover
from argo_server.cli.ledger_key import key


@click.group()
def ledger() -> None:
    """Look at the provable log, prove from it, keep it."""


@ledger.command(epilog="Example:\n\n  argo ledger checkpoint")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def checkpoint(as_json: bool) -> None:
    """Print the newest checkpoint with its cosignatures, and the keys to pin."""
    import msgspec

    from argo_server.cli.proofs import newest_checkpoint
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    found, keys = with_records(load_settings(), newest_checkpoint)
    if as_json:
        click.echo(msgspec.json.encode({**msgspec.to_builtins(found), "vkeys": keys}))
        return
    click.echo(found.checkpoint, nl=False)
    for vkey in keys:
        click.echo(f"key: {vkey}")


@ledger.command(
    epilog="Examples:\n\n  argo ledger proof 7\n\n  argo ledger proof --signal SIG-01KAY3 --size 120\n\n"
    "  argo ledger proof --decision DEC-01KAY3"
)
@click.argument("index", required=False, type=click.IntRange(0))
@click.option("--signal", help="The entry that commits to this signal.")
@click.option("--decision", help="This decision among those of its day, and the day's entry.")
@click.option("--size", type=click.IntRange(1), help="In the log of that many entries; the newest checkpoint's else.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON also where there is a tlog-proof.")
def proof(index: int | None, signal: str | None, decision: str | None, size: int | None, as_json: bool) -> None:
    """Prove that an entry is in the log: a C2SP tlog-proof where a checkpoint of that size is stored, else JSON."""
    import msgspec

    from argo_server.cli.proofs import decision_proof, entry_proof, signal_proof
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    named = {"INDEX": index, "--signal": signal, "--decision": decision}
    if sum(value is not None for value in named.values()) != 1:
        raise click.UsageError(f"name one of {', '.join(named)}")
    settings = load_settings()
    if decision is not None:
        click.echo(msgspec.json.encode(with_records(settings, decision_proof(decision, size))))
        return
    ask = entry_proof(index or 0, size) if signal is None else signal_proof(signal, size)
    found = with_records(settings, ask)
    if as_json or found.tlog_proof is None:
        click.echo(msgspec.json.encode(found))
    else:
        click.echo(found.tlog_proof, nl=False)


@ledger.command(epilog="Example:\n\n  argo ledger consistency 120 180")
@click.argument("old", metavar="FROM", type=click.IntRange(1))
@click.argument("new", metavar="TO", type=click.IntRange(1))
def consistency(old: int, new: int) -> None:
    """Prove that the log of TO entries begins with the log of FROM entries; JSON, hashes in hex."""
    import msgspec

    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    found = with_records(load_settings(), lambda records: records.ledger.prover.consistency(old, new))
    click.echo(msgspec.json.encode(found))


@ledger.command(epilog="Example:\n\n  argo ledger export record.jsonl && alpine-verify record.jsonl")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write the whole record into FILE: a header with the checkpoint, then one entry per line."""
    from argo_server.cli.proofs import write_export
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    count = with_records(load_settings(), lambda records: write_export(records, file))
    click.echo(f"{file}: {count:,} entries")


@ledger.command(epilog="Example:\n\n  argo ledger verify --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(as_json: bool) -> None:
    """Check the whole log: every entry, hash, root and note, and every row that an entry is about. Exit status 1 on a
    finding."""
    import msgspec

    from argo_server.cli.progress import shown_progress
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    progress = shown_progress("entries")
    report = with_records(load_settings(), lambda records: records.ledger.integrity.audit.run(progress))
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        for finding in report.findings:
            click.echo(f"{finding.code}: {finding.where}: {finding.words}")
        sealed = f"{report.signals} sealed, {report.revealed} revealed, {report.resolved} resolved"
        click.echo(f"{report.size} entries, {sealed}, {len(report.findings)} findings")
    sys.exit(1 if report.findings else 0)


@ledger.command(epilog="Example:\n\n  argo ledger anchor")
def anchor() -> None:
    """Have the newest checkpoint stamped now by the configured time-stamping authority, and keep the receipt."""
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    receipt = with_records(load_settings(), lambda records: records.ledger.anchoring.stamp())
    if receipt is None:
        click.echo("the newest checkpoint is stamped already, or there is none yet")
        return
    when = receipt.not_later_than.isoformat(timespec="seconds")
    click.echo(f"checkpoint {receipt.size} existed at {when}, says {receipt.authority}")


for command in (key, recover, correct):
    ledger.add_command(command)
