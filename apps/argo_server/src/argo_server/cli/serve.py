"""`argo serve`: the generator process."""

from __future__ import annotations

import click


@click.command(epilog="Example:\n\n  ARGO_CONFIG=config.json argo serve --port 7999")
@click.option("--role", type=click.Choice(["generator"]), default="generator", show_default=True, expose_value=False)
@click.option("--host", help="Address to listen on; beyond loopback a console password must be configured.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """Run the signal cycle, the API and the console until interrupted."""
    import asyncio

    from argo_server.serving import serve_generator
    from argo_server.settings import load_settings, with_server

    settings = with_server(load_settings(), host, port)
    asyncio.run(serve_generator(settings))
