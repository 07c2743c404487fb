"""`alpine mail`: what waits in the outbox, what was sent, what nobody would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alpine_core.model import QueuedMail

HEAD = ("number", "state", "attempts", "recipient", "subject", "created_at", "next_at", "last_error")


@click.group()
def mail() -> None:
    """Look into the outbox of mails."""


@mail.command("list", epilog="Example:\n\n  alpine mail list --state dead")
@click.option("--state", type=click.Choice(["waiting", "sent", "dead"]), help="Only those.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_mails(state: str | None, limit: int, as_json: bool) -> None:
    """List mails, newest first."""
    from alpine_core.model import MailState
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    wanted = MailState(state) if state else None
    rows = [_row(each) for each in with_services(lambda services: services.members.mail_shelf.mails(wanted, limit))]
    show_rows(HEAD, rows, as_json=as_json, empty="no mail")


@mail.command(epilog="Example:\n\n  alpine mail show 7")
@click.argument("number", type=click.IntRange(1))
def show(number: int) -> None:
    """Print one mail in plain words. Of a sent one the words are gone."""
    from alpine_web.cli.run import with_services

    found = with_services(lambda services: services.members.mail_shelf.one(number))
    if found is None:
        raise click.ClickException(f"there is no mail {number}: list them with: alpine mail list")
    for name, value in zip(HEAD, _row(found), strict=True):
        click.echo(f"{name}: {value}")
    click.echo(f"message id: {found.mail.message_id}\n\n{found.mail.text or 'the words are gone: it was sent'}")


@mail.command(epilog="Example:\n\n  alpine mail retry 7")
@click.argument("number", type=click.IntRange(1))
def retry(number: int) -> None:
    """Let the running server try a dead mail again. Exit status 1 if there is none of that number."""
    from alpine_web.cli.run import with_services

    if not with_services(lambda services: services.members.mail_shelf.retry(number, services.clock.now())):
        raise click.ClickException(f"there is no dead mail {number}: list them with: alpine mail list --state dead")
    click.echo(f"mail {number} is due again")


def _row(found: QueuedMail) -> tuple[object, ...]:
    mail = found.mail
    said = (found.created_at, found.next_at, found.last_error)
    return (found.mail_id, found.state.value, found.attempts, mail.recipient, mail.subject, *said)
