"""`alpine users`: accounts by hand."""

from __future__ import annotations

import click

TIERS = click.Choice(["free", "basic", "premium", "institutional"])
ROLES = click.Choice(["subscriber", "support", "admin"])
HEAD = ("email", "tier", "role", "created_at")


@click.group()
def users() -> None:
    """Create accounts, list them, set their tier."""


@users.command(epilog="Example:\n\n  alpine users create ada@example.com --tier premium")
@click.argument("email")
@click.option("--tier", type=TIERS, default="free", show_default=True, help="What the account sees.")
@click.option("--role", type=ROLES, default="subscriber", show_default=True)
@click.password_option(
    help="Asked for if it is not given; ALPINE_NEW_PASSWORD in scripts.", envvar="ALPINE_NEW_PASSWORD"
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(email: str, tier: str, role: str, password: str, as_json: bool) -> None:
    """Create an account with a password."""
    from alpine_core.model import Role, Tier
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    enrol = (email, password, Tier(tier), Role(role))
    account = with_services(lambda services: services.enrolment.create(*enrol))
    show_rows(HEAD, [_row(account)], as_json=as_json, empty="")


@users.command("list", epilog="Example:\n\n  alpine users list --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_users(as_json: bool) -> None:
    """Every account, by e-mail."""
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    accounts = with_services(lambda services: services.accounts.accounts())
    rows = [_row(account) for account in accounts]
    show_rows(HEAD, rows, as_json=as_json, empty="no account: run `alpine users create EMAIL`")


@users.command("set-tier", epilog="Example:\n\n  alpine users set-tier ada@example.com institutional")
@click.argument("email")
@click.argument("tier", type=TIERS)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def set_tier(email: str, tier: str, as_json: bool) -> None:
    """Change what an account sees, from its next request on."""
    from alpine_core.model import Tier
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    account = with_services(lambda services: services.enrolment.set_tier(email, Tier(tier)))
    show_rows(HEAD, [_row(account)], as_json=as_json, empty="")


@users.command("role", epilog="Example:\n\n  alpine users role ada@example.com support")
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def set_role(email: str, role: str, as_json: bool) -> None:
    """Change what an account may do: support reads the pages of administrators, admin acts there."""
    from alpine_core.model import Role
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    account = with_services(lambda services: services.enrolment.set_role(email, Role(role)))
    show_rows(HEAD, [_row(account)], as_json=as_json, empty="")


@users.command("reset-second-factor", epilog="Example:\n\n  alpine users reset-second-factor ada@example.com")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reset_second_factor(email: str, as_json: bool) -> None:
    """Take away the second factor of somebody who lost app and codes. Their sessions end, a mail tells them."""
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    account = with_services(lambda services: services.desk.second_factor.reset(email))
    show_rows(HEAD, [_row(account)], as_json=as_json, empty="")


def _row(account: object) -> tuple[object, ...]:
    return tuple(getattr(account, name) for name in HEAD)
