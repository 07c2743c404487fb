"""The producer inside somebody else's Litestar application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from litestar import Litestar, asgi
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin
from litestar.types import ASGIApp, Receive, Scope, Send

from argo_core.errors import ConfigError
from argo_server.jobs import working
from argo_server.settings import Settings
from argo_server.web.app import create_app
from argo_server.wiring.generator import open_services


class ArgoPlugin(InitPlugin):
    """Mounts API, console and jobs of a generator under `path`; they live as long as the host does.

    `templates`: a folder whose files win over ours of the same name. `pages=False` mounts the API only. The database
    must be at its newest schema (`argo db upgrade`). Raises ConfigError for a path that is not `/word` or longer.
    """

    def __init__(
        self, settings: Settings, path: str = "/argo", *, templates: Path | None = None, pages: bool = True
    ) -> None:
        if not path.startswith("/") or path.endswith("/"):
            raise ConfigError(f"path {path!r} must begin with a slash and not end with one, for instance /argo")
        self._settings, self._path = settings, path
        self._templates, self._pages = templates, pages
        self._app: ASGIApp | None = None

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Add the mount and the lifespan to the host."""

        @asgi(self._path, is_mount=True, copy_scope=True)
        async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
            if self._app is None:
                raise ConfigError("the producer is not started: run the host with its lifespan on")
            await self._app(scope, receive, send)

        app_config.route_handlers.append(mounted)
        app_config.lifespan.append(self._running)
        return app_config

    @asynccontextmanager
    async def _running(self, _: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            services = await stack.enter_async_context(open_services(self._settings))
            await stack.enter_async_context(working(services, by_signal=False))
            inner = create_app(services, self._path, self._templates, pages=self._pages)
            await stack.enter_async_context(inner.lifespan())
            self._app = inner
            try:
                yield
            finally:
                self._app = None
