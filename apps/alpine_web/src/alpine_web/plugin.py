"""Alpine inside somebody else's Litestar application, below a prefix, with or without pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from litestar import Litestar, Router
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin
from litestar.types import ASGIApp, Receive, Scope, Send

from alpine_core.errors import OperatorError
from alpine_web.jobs import running_jobs
from alpine_web.services import Services
from alpine_web.settings import Settings
from alpine_web.web.gate import Gate
from alpine_web.web.lines import lines_of
from alpine_web.web.routes import our_router
from alpine_web.web.site import open_site
from alpine_web.wiring.open_services import open_services
from alpine_web.wiring.own_audit import own_audit


class AlpinePlugin(InitPlugin):
    """Mounts routes, live streams, jobs and pages below `path` of the host application.

    `templates`: a folder whose files stand in for ours of the same name, and its `static` folder for ours. `pages`:
    False leaves the API only. The services are opened with the host and closed with it. Raises OperatorError for a
    path that is no prefix.
    """

    def __init__(
        self, settings: Settings, path: str = "/signals", templates: Path | None = None, pages: bool = True
    ) -> None:
        if not path.startswith("/") or "{" in path or (path.endswith("/") and path != "/"):
            raise OperatorError(f"path {path!r} is no prefix: write it as /signals")
        self._settings = settings
        self._site = open_site(path, templates, pages)
        self._services: Services | None = None

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Add our router and our part of the host's life."""
        app_config.route_handlers.append(self._router())
        app_config.lifespan.append(self._opened)
        return app_config

    def services(self) -> Services:
        """The services of the running host. Raises OperatorError before it has started and after it has stopped."""
        if self._services is None:
            raise OperatorError("the host application is not running: ask within its lifespan")
        return self._services

    def _router(self) -> Router:
        def running() -> Services:
            # A function and not the bound method: Litestar copies what it mounts, and would copy the plugin with it.
            return self.services()

        router = our_router(running, self._site)
        settings, prefix = self._settings, self._site.prefix

        def guarded(app: ASGIApp) -> ASGIApp:
            # The host decides which names it answers to; what browsers may do with our answers is ours to say.
            gate = Gate(app, settings, check_host=False, prefix=prefix)

            async def behind_gate(scope: Scope, receive: Receive, send: Send) -> None:
                await gate(scope, receive, send)

            return behind_gate

        router.middleware = [guarded, *router.middleware]
        return router

    @asynccontextmanager
    async def _opened(self, _: Litestar) -> AsyncIterator[None]:
        async with open_services(self._settings, lines_of(self._site)) as opened:
            services = replace(opened, own_audit=own_audit(self._settings))
            async with running_jobs(services):
                self._services = services
                try:
                    yield
                finally:
                    self._services = None
