"""`alpine ledger`: does what is stored still hold?"""

from __future__ import annotations

import click


@click.group()
def ledger() -> None:
    """Look the stored record over."""


@ledger.command(epilog="Example:\n\n  alpine ledger audit --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(as_json: bool) -> None:
    """Look at every record, its row and its hash, from the columns and from the body. Exit status 1 on a finding."""
    import json
    import sys

    from alpine_web.cli.run import with_services
    from alpine_web.record_audit import audit_record

    report = with_services(lambda services: audit_record(services.audit))
    if as_json:
        found = [
            {"signal_id": each.signal_id, "field": each.field, "problem": each.problem} for each in report.findings
        ]
        click.echo(json.dumps({"checked": report.checked, "findings": found}))
    else:
        for each in report.findings:
            click.echo(f"{each.signal_id}: {each.field}: {each.problem}")
        click.echo(f"{report.checked} signals checked, {len(report.findings)} findings")
    sys.exit(1 if report.findings else 0)
