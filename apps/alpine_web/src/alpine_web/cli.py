"""The `alpine` command. This version answers --help and --version; commands arrive with the features they run."""

from __future__ import annotations

import click

from alpine_web import __version__

_EPILOG = """\b
Examples:
  alpine --version
  alpine --help
"""


@click.group(epilog=_EPILOG, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="alpine")
@click.pass_context
def main(context: click.Context) -> None:
    """Distribute verified trading signals to subscribers.

    No server and no database yet: this version installs the command and the layout that they will grow in.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
