"""Entry point: commands by name, one-line errors, exit status 2 for bad usage and 1 for a failed check."""

from __future__ import annotations

import sys

import click

from argo_server.cli.config import config
from argo_server.cli.cycle import cycle
from argo_server.cli.db import db
from argo_server.cli.serve import serve
from argo_server.cli.signals import signals
from argo_server.cli.verify import verify


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Examples:\n\n  argo db upgrade && argo serve\n\n  argo cycle --symbols AAPL,BTC-USD --json",
)
@click.version_option(package_name="argo-server")
def argo() -> None:
    """Argo produces trading signals: votes, Weighted Consensus v6.0, hashed signals in an append-only database."""


for command in (serve, cycle, signals, verify, config, db):
    argo.add_command(command)


def main() -> None:
    """Run the command line. A mistake of the user's ends in one line on standard error, never in a traceback."""
    from argo_core.errors import ArgoError

    try:
        argo(prog_name="argo", standalone_mode=True)
    except ArgoError as error:
        click.echo(f"argo: {error}", err=True)
        sys.exit(1)
