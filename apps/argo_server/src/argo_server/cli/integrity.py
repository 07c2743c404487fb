"""`argo integrity`: is what is stored still what was published?"""

from __future__ import annotations

import sys

import click


@click.command(epilog="Examples:\n\n  argo integrity --sample 100\n\n  argo integrity --json")
@click.option("--sample", type=click.IntRange(1, 100_000), help="So many signals at random, instead of everything.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: success, checked, failed, findings.")
def integrity(sample: int | None, as_json: bool) -> None:
    """Check signals through every step, and without --sample the whole log too. Exit status 1 on a finding."""
    import msgspec

    from argo_server.cli.progress import shown_progress
    from argo_server.cli.run import with_records
    from argo_server.settings import load_settings

    progress = shown_progress("entries")
    report = with_records(
        load_settings(),
        lambda records: (
            records.ledger.integrity.everything(progress) if sample is None else records.ledger.integrity.sample(sample)
        ),
    )
    if as_json:
        click.echo(msgspec.json.encode(report))
    else:
        for finding in report.findings:
            click.echo(f"{finding.code}: {finding.where}: {finding.words}")
        click.echo(f"{'ok' if report.success else 'FAILED'}: {report.checked} signals checked, {report.failed} failed")
    sys.exit(0 if report.success else 1)
