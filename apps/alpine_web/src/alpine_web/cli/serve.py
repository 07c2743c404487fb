"""`alpine serve`: the server, until it is interrupted."""

from __future__ import annotations

import click


@click.command(epilog="Example:\n\n  alpine serve --port 9001")
@click.option("--host", help="Address to listen on; beyond loopback ALPINE_SECRET_KEY is needed.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the address; more than one needs PostgreSQL.",
)
def serve(host: str | None, port: int | None, workers: int) -> None:
    """Take deliveries, serve pages and push signals until interrupted."""
    from alpine_web.cli.settings import settings_with
    from alpine_web.serving import serve as run

    run(settings_with(host, port), workers)
