"""`argo alert`: whether alerts arrive."""

from __future__ import annotations

import click


@click.group()
def alert() -> None:
    """Look after the alerts."""


@alert.command(epilog="Example:\n\n  argo alert test")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def test(as_json: bool) -> None:
    """Send one alert to each configured channel. Exit status 1 if one did not take it, or none is configured."""
    import asyncio

    import msgspec

    from argo_server.settings import load_settings
    from argo_server.wiring.alerting import try_alerts

    deliveries, not_kept = asyncio.run(try_alerts(load_settings()))
    if as_json:
        click.echo(msgspec.json.encode(deliveries))
    else:
        for one in deliveries:
            click.echo(f"{one.channel}: {'delivered' if one.delivered else 'FAILED'}, {one.detail}")
    if not_kept is not None:
        click.echo(f"the test is not kept among the alerts: {not_kept}", err=True)
    if not all(one.delivered for one in deliveries):
        raise SystemExit(1)
