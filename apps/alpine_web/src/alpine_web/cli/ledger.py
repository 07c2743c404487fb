"""`alpine ledger`: does what is stored still hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alpine_web.services import Services


@click.group()
def ledger() -> None:
    """Look the stored record over."""


@ledger.command(epilog="Example:\n\n  alpine ledger audit --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--report", is_flag=True, help="Print JSON, the first findings only, and end with 0.")
def audit(as_json: bool, report: bool) -> None:
    """Look at every record, its row, hash and seal, and at every mirrored log, its entries, hashes and checkpoints.

    Exit status 1 on a finding.
    """
    import json
    import sys

    import msgspec

    from alpine_web.cli.run import with_services
    from alpine_web.record_audit import audit_record

    found = with_services(audit_record)
    if report:
        click.echo(msgspec.json.encode(found.first()))
        return
    if as_json:
        told = [{"signal_id": each.signal_id, "field": each.field, "problem": each.problem} for each in found.findings]
        click.echo(json.dumps({"checked": found.checked, "findings": told}))
    else:
        for each in found.findings:
            click.echo(f"{each.signal_id}: {each.field}: {each.problem}")
        click.echo(f"{found.checked} signals checked, {found.found} findings")
    sys.exit(1 if found.findings else 0)


@ledger.command(epilog="Example:\n\n  alpine ledger unlogged --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def unlogged(as_json: bool) -> None:
    """List the signals that came without a place in a log, newest first: no subscriber sees them."""
    from alpine_core.model import SignalQuery
    from alpine_core.model.query import Window
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    async def found(services: Services) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        before: int | None = None
        while True:
            page = await services.shelf.page(SignalQuery(limit=1000, before=before), Window())
            for one in page.items:
                fields = one.verified.fields
                if one.seal is None:
                    rows.append((fields.signal_id, fields.symbol, one.verified.scheme, one.received_at.isoformat()))
            before = page.next_before
            if before is None:
                return rows

    rows = with_services(found)
    show_rows(("signal_id", "symbol", "scheme", "received_at"), rows, as_json=as_json, empty="every signal is logged")


@ledger.command(epilog="Example:\n\n  alpine ledger policy > policy.txt")
def policy() -> None:
    """Print the policy: which logs and witnesses are believed, in the file format of C2SP tlog-policy."""
    from alpine_core.verify.policy_text import write_policy
    from alpine_web.cli.run import with_services

    async def text(services: Services) -> str:
        return write_policy(services.policy)

    click.echo(with_services(text), nl=False)


@ledger.command(epilog='Example:\n\n  alpine ledger repin provider.example/signals --reason "an old backup ran"')
@click.argument("origin")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
def repin(origin: str, reason: str) -> None:
    """Publish a log again that showed two histories, once you know why. What it showed goes on being kept."""
    from alpine_core.errors import OperatorError
    from alpine_core.model import Repin
    from alpine_web.cli.run import with_services

    async def decide(services: Services) -> None:
        state = await services.states.state(origin)
        if state is None or not reason.strip():
            raise OperatorError("name a log that was witnessed here, and a reason: alpine ledger policy lists the logs")
        await services.watch.repin(Repin(origin=origin, reason=reason.strip(), decided_at=services.clock.now()))

    with_services(decide)
    click.echo(f"{origin} is published again; the decision is kept with its reason")
