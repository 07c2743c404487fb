"""`alpine health`: what the running server says of itself."""

from __future__ import annotations

import click


@click.command(epilog="Example:\n\n  alpine health --url http://127.0.0.1:9001")
@click.option("--url", help="Where the server runs; default: host and port of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def health(url: str | None, as_json: bool) -> None:
    """Ask the running server. Exit status 1 unless it is healthy."""
    import json
    import sys

    from alpine_web.settings import load_settings
    from alpine_web.sync_trial import ask_health

    told = ask_health(load_settings(), url)
    shown = json.dumps(told) if as_json else "\n".join(f"{name}: {value}" for name, value in told.items())
    click.echo(shown)
    sys.exit(0 if told.get("status") == "healthy" else 1)
