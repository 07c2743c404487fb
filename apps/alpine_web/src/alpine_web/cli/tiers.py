"""`alpine tiers`: what each tier sees, may do and costs."""

from __future__ import annotations

import click

from alpine_web.cli.users import TIERS


@click.group()
def tiers() -> None:
    """Show the terms of the tiers, and change them."""


@tiers.command(epilog="Example:\n\n  alpine tiers show --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(as_json: bool) -> None:
    """The rows that pages show and that are enforced: one line for each member of each tier."""
    from alpine_core.model import Tier
    from alpine_web.cli.run import with_services

    async def rows(services: object) -> list[tuple[object, ...]]:
        entitlements = services.feed.entitlements  # type: ignore[attr-defined]
        return [line for tier in Tier for line in _lines(entitlements.terms(tier))]

    _print(with_services(rows), as_json=as_json)


@tiers.command("set", epilog="Example:\n\n  alpine tiers set basic price_cents=2900 currency=EUR")
@click.argument("tier", type=TIERS)
@click.argument("changes", nargs=-1, required=True, metavar="NAME=VALUE...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def set_terms(tier: str, changes: tuple[str, ...], as_json: bool) -> None:
    """Change members of one tier, all or none; running servers follow within seconds.

    VALUE is a number, true, false, none, a text, or for lists texts parted by a semicolon.
    """
    from alpine_core.model import Tier
    from alpine_web.cli.run import with_services

    given = dict(_pair(change) for change in changes)
    if len(given) != len(changes):
        raise click.UsageError("a name is given twice: give each one once")
    row = with_services(lambda services: services.terms.change(Tier(tier), given))
    _print(_lines(row), as_json=as_json)


def _pair(change: str) -> tuple[str, str]:
    name, equals, text = change.partition("=")
    if not equals:
        raise click.UsageError(f"{change!r} has no '=': write NAME=VALUE")
    return name.strip(), text.strip()


def _lines(row: object) -> list[tuple[object, ...]]:
    tier = row.tier.value  # type: ignore[attr-defined]
    names = [name for name in row.__struct_fields__ if name != "tier"]  # type: ignore[attr-defined]
    return [(tier, name, _shown(getattr(row, name))) for name in names]


def _shown(value: object) -> object:
    return "; ".join(map(str, value)) if isinstance(value, tuple) else value


def _print(rows: list[tuple[object, ...]], *, as_json: bool) -> None:
    from alpine_web.cli.table import show_rows

    show_rows(("tier", "name", "value"), rows, as_json=as_json, empty="")
