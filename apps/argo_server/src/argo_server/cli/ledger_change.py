"""`argo ledger recover` and `argo ledger correct`: what an operator does to the log, and everybody sees."""

from __future__ import annotations

import click


@click.command(
    epilog="Examples:\n\n  argo ledger recover\n\n  argo ledger recover --from https://alpine.example\n\n"
    "  argo ledger recover --from logs"
)
@click.option("--from", "copy", help="The mirror's address, or a folder of log files; the distributor's mirror else.")
def recover(copy: str | None) -> None:
    """Take lost entries back from a copy, as far as our own signature proves them. Stop the generator first."""
    import asyncio

    from argo_server.settings import load_settings
    from argo_server.wiring.ledger_writing import recover_ledger

    done = asyncio.run(recover_ledger(load_settings(), copy))
    click.echo(f"{done.after - done.before:,} entries taken back, the log has {done.after:,}")
    if done.hidden:
        click.echo(
            f"{done.hidden} of them are sealed signals whose salts are lost: they stay unrevealed, and count as such"
        )


@click.command(
    epilog="Example:\n\n  argo ledger correct 41 --reason 'exit price restated by the venue' "
    "--replaces '{\"exit_price\": 184.01}'"
)
@click.argument("leaf", type=click.IntRange(0))
@click.option("--reason", required=True, help="What was wrong, for everybody to read.")
@click.option("--replaces", required=True, help="The members that no longer hold, with their right values: JSON.")
def correct(leaf: int, reason: str, replaces: str) -> None:
    """Append a correction of entry LEAF; the entry itself stays. Stop the generator first."""
    import asyncio

    import msgspec

    from argo_core.errors import DataError
    from argo_server.settings import load_settings
    from argo_server.wiring.ledger_writing import open_ledger_writer

    try:
        members = msgspec.json.decode(replaces, type=dict[str, object])
    except msgspec.DecodeError as error:
        raise DataError(
            "bad_correction", f'--replaces is not a JSON object, for instance {{"x": 1}}: {error}'
        ) from error

    async def append() -> int:
        async with open_ledger_writer(load_settings()) as writer:
            batch = await writer.ledger.correct(leaf, reason, members, writer.clock.now(), writer.topics)
            return batch.start

    click.echo(f"entry {asyncio.run(append())} corrects entry {leaf}")
