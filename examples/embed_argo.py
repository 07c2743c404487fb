"""A signal generator inside your own Litestar application.

    ARGO_CONFIG=config.json argo db upgrade
    ARGO_CONFIG=config.json uvicorn examples.embed_argo:create_host --factory --port 8080

Your pages stay where they are; the console is at /argo/, the API below /argo/api/.
"""

from __future__ import annotations

from litestar import Litestar, get

from argo_server import ArgoPlugin
from argo_server.settings import load_settings


@get("/", sync_to_thread=False)
def home() -> str:
    """The host's own page."""
    return "our own page; the generator is at /argo/"


def create_host() -> Litestar:
    """The host application, with the producer mounted under /argo."""
    return Litestar(route_handlers=[home], plugins=[ArgoPlugin(load_settings(), path="/argo")])
