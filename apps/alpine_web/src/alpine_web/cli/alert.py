"""`alpine alert`: whether alerts arrive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alpine_core.ports.alert_channel import AlertChannel


@click.group()
def alert() -> None:
    """Look after the alerts to the operator."""


@alert.command(epilog="Example:\n\n  alpine alert test")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test(as_json: bool) -> None:
    """Send one alert to each configured channel. Exit status 1 if one did not take it, or none is configured."""
    from alpine_core.errors import OperatorError
    from alpine_web.cli.table import show_rows

    rows = asyncio.run(_try())
    if not rows:
        raise OperatorError("no channel is configured: set SLACK_WEBHOOK_URL, PAGERDUTY_INTEGRATION_KEY or EMAIL_TO")
    show_rows(("channel", "delivered", "detail"), rows, as_json=as_json, empty="")
    if not all(row[1] for row in rows):
        raise SystemExit(1)


@alert.command("list", epilog="Example:\n\n  alpine alert list --limit 20")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_alerts(limit: int, as_json: bool) -> None:
    """List what the operator was told, newest first, with what became of it at each channel."""
    from alpine_web.cli.run import with_services
    from alpine_web.cli.table import show_rows

    rows = [
        (
            one.alert.at.isoformat(timespec="seconds"),
            one.alert.state,
            one.alert.key,
            one.alert.message,
            ", ".join(f"{each.channel} {each.state}" for each in one.deliveries),
        )
        for one in with_services(lambda services: services.alerts.newest(limit))
    ]
    show_rows(("at", "state", "matter", "message", "channels"), rows, as_json=as_json, empty="no alert")


async def _try() -> list[tuple[object, ...]]:
    from alpine_core.alerts.rules import trial
    from alpine_web.settings import load_settings
    from alpine_web.wiring.alert_channels import opened_channels

    async def one(name: str, channel: AlertChannel) -> tuple[object, ...]:
        from alpine_core.errors import DeliveryError

        try:
            await channel.tell(told)
        except DeliveryError as error:
            return name, False, str(error)
        return name, True, "taken"

    async with opened_channels(load_settings()) as (channels, now):
        told = trial(now)
        return list(await asyncio.gather(*(one(name, each) for name, each in channels.items())))
