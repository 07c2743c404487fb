"""`argo sources`: whether each source's vendor is there and takes our key."""

from __future__ import annotations

import sys

import click


@click.group()
def sources() -> None:
    """The six sources and their vendors."""


@sources.command(
    epilog="Examples:\n\n  argo sources check\n\n  ARGO_CONFIG=config.json argo sources check --no-models --json"
)
@click.option("--models/--no-models", default=True, help="Ask the language models too: about a cent each.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(models: bool, as_json: bool) -> None:
    """Ask each vendor one cheap question, with the configured keys and addresses. Needs no database and no running
    generator. Exit status 1 if one that is configured does not answer; a source without a key is none.

    Quota left: of the day's calls, those of other processes included, as Redis or the cache folder has kept them. Rate
    limit left: what the vendor's answer says. A dash where nobody knows."""
    import asyncio

    import msgspec

    from argo_server.cli.table import render_table
    from argo_server.process_log import write_log
    from argo_server.settings import load_settings
    from argo_server.wiring.vendor_check import check_vendors

    write_log()
    checks = asyncio.run(check_vendors(load_settings(), models=models))
    if as_json:
        click.echo(msgspec.json.encode(checks))
    else:
        head = ("source", "vendor", "key", "reachable", "ms", "quota left", "rate limit left", "error", "address")
        words = {True: "yes", False: "no", None: "not asked"}
        rows = [
            (one.source, one.vendor, one.key, words[one.reachable], one.latency_ms, one.quota_left,
             one.rate_limit_left, one.error, one.place)
            for one in checks
        ]  # fmt: skip
        click.echo(render_table(head, rows))
    sys.exit(1 if any(one.failed for one in checks) else 0)
