"""Alpine inside an application of your own: a Litestar host with a page of its own, Alpine below /signals.

    alpine db upgrade
    python -m examples.embed_alpine            # http://127.0.0.1:8080/ and http://127.0.0.1:8080/signals

Settings come from the environment and .env, as for `alpine serve`. `templates` may name a folder whose files stand in
for Alpine's of the same name; `pages=False` mounts the API without pages.
"""

from __future__ import annotations

from pathlib import Path

import uvicorn
from litestar import Litestar, MediaType, get

from alpine_web import AlpinePlugin
from alpine_web.settings import Settings, load_settings

HOST, PORT = "127.0.0.1", 8080


@get("/", media_type=MediaType.HTML, sync_to_thread=False)
def home() -> str:
    """The host's own page."""
    return '<!doctype html><title>My desk</title><h1>My desk</h1><p><a href="/signals/dashboard">Signals</a></p>'


def create_host(settings: Settings, templates: Path | None = None, pages: bool = True) -> Litestar:
    """The host application with the plugin in it."""
    return Litestar([home], plugins=[AlpinePlugin(settings, path="/signals", templates=templates, pages=pages)])


def main() -> None:
    """Serve the host until it is interrupted."""
    host = create_host(load_settings())
    print(f"http://{HOST}:{PORT}/ and http://{HOST}:{PORT}/signals")
    # Live streams stay open for as long as their readers want: a server that stops must not wait for them for ever.
    uvicorn.run(host, host=HOST, port=PORT, timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
