"""Entry point: commands by name, one-line errors, exit status 2 for bad usage and 1 for a failed check."""

from __future__ import annotations

import click

from alpine_web.cli.alarms import alarms
from alpine_web.cli.alert import alert
from alpine_web.cli.backup import backup, restore
from alpine_web.cli.db import db
from alpine_web.cli.export import export
from alpine_web.cli.health import health
from alpine_web.cli.ledger import ledger
from alpine_web.cli.mail import mail
from alpine_web.cli.secrets import secrets
from alpine_web.cli.serve import serve
from alpine_web.cli.sync import sync
from alpine_web.cli.tiers import tiers
from alpine_web.cli.users import users


class OneLineErrors(click.Group):
    """Turns the errors that alpine_core raises on purpose into one line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        from alpine_core.errors import AlpineError

        try:
            return super().invoke(ctx)
        except AlpineError as error:
            raise click.ClickException(str(error)) from error


@click.group(
    cls=OneLineErrors,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Examples:\n\n  alpine db upgrade && alpine serve\n\n  alpine users create ada@example.com --tier premium",
)
@click.version_option(package_name="alpine-web", prog_name="alpine")
def alpine() -> None:
    """Distribute verified trading signals to subscribers: a server, its accounts and its record."""


for command in (serve, db, users, tiers, sync, ledger, alarms, alert, export, health, mail, backup, restore, secrets):
    alpine.add_command(command)


def main() -> None:
    """Run the command line. What the log says goes to standard error: the answer has standard output for itself."""
    from alpine_web.process_log import write_json_lines

    write_json_lines()
    alpine(prog_name="alpine")
