"""`alpine serve`: the server, until it is interrupted."""

from __future__ import annotations

import click


@click.command(epilog="Example:\n\n  alpine serve --port 9001")
@click.option("--host", help="Address to listen on; beyond loopback ALPINE_SECRET_KEY is needed.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """Take deliveries, serve pages and push signals until interrupted."""
    import asyncio

    from alpine_web.cli.settings import settings_with
    from alpine_web.serving import serve as run

    asyncio.run(run(settings_with(host, port)))
