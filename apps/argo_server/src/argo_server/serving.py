"""One process: services, schedule and HTTP server, started in order and stopped in reverse."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from types import FrameType

import structlog
import uvicorn

from argo_core.errors import ConfigError
from argo_core.pipeline.seated_cycle import Seat
from argo_server.jobs import (
    delivering,
    executing,
    keeping_secrets,
    reloading,
    telling,
    working,
)
from argo_server.services import ExecutorServices
from argo_server.settings import ExecutorRole, Settings, own_credential
from argo_server.settings.notice_socket import notice_socket
from argo_server.web.app import create_app
from argo_server.web.executor_app import create_executor_app
from argo_server.wiring.account_rules import check_seconds
from argo_server.wiring.executor import open_executor
from argo_server.wiring.generator import open_services
from argo_server.wiring.notice import ServiceNotice

GRACEFUL_SECONDS = 3

log = structlog.get_logger(__name__)


async def serve_generator(settings: Settings, patience: float = 0.0) -> None:
    """Run until SIGINT or SIGTERM: finish the cycle in flight, end open streams, close the database.

    Waits up to `patience` seconds for another generator on this database to end, with the address held meanwhile: who
    connects is answered as soon as this one works.
    """
    server = settings.file.server
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # who asks for a reload before the settings are watched ends nothing
    with listening(server.host, server.port) as listener:
        await _serve(settings, listener, patience)


async def _serve(settings: Settings, listener: socket.socket, patience: float) -> None:
    server, notice = settings.file.server, ServiceNotice(*notice_socket())
    notice.waiting("until no other generator works on the database")
    async with open_services(settings, patience=patience) as services, notice.alive():
        config = uvicorn.Config(
            create_app(services),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
        app = _AnnouncedServer(config, notice, services.announcements.close)
        async with working(services), _ended_with(services.seat, app):
            symbols = list(settings.file.signal_generation.own_symbols)
            log.info("generator_started", host=server.host, port=server.port, symbols=symbols)
            await app.serve([listener])


@asynccontextmanager
async def _ended_with(seat: Seat, app: _AnnouncedServer) -> AsyncIterator[None]:
    """The server stops with the place of this process; raises StoreError then, which says who has it."""

    async def watch() -> None:
        await seat.lost()
        log.error("place_lost")
        app.handle_exit(signal.SIGTERM, None)

    watching = asyncio.create_task(watch(), name="place")
    try:
        yield
    finally:
        watching.cancel()
    if watching.done():
        seat.require()


async def serve_executor(role: ExecutorRole) -> None:
    """Run until SIGINT or SIGTERM. What is accepted and not traded by then is traded by the next process."""
    server, credential = role.settings.file.server, own_credential(role)
    notice = ServiceNotice(*notice_socket())
    with listening(server.host, server.port) as listener:
        async with open_executor(role, credential) as services:
            config = uvicorn.Config(
                create_executor_app(services, check_seconds(role)),
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=GRACEFUL_SECONDS,
            )
            at_work = executing(services, check_seconds(role))
            app = _AnnouncedServer(config, notice, _nothing_to_end)
            async with AsyncExitStack() as stack:
                for part in (*_beside(services), at_work, notice.alive(), _ended_with(services.seat, app)):
                    await stack.enter_async_context(part)
                log.info("executor_started", host=server.host, port=server.port, executor=role.executor_id)
                await app.serve([listener])


def _beside(services: ExecutorServices) -> tuple[AbstractAsyncContextManager[None], ...]:
    """What runs in an executor's process beside its trading."""
    role, notifier = services.role, services.alerts.notifier
    seconds, source = role.settings.file.secrets.refresh_seconds, f"argo-executor {role.executor_id}"
    return (
        delivering((services.courier,)),
        telling(services.alerts.desk),
        reloading(services.reloader),
        keeping_secrets(services.secrets, notifier, services.clock, seconds, source),
    )


def _nothing_to_end() -> None:
    """An executor has no open streams."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The address, taken before anything else happens. Raises ConfigError, one line, if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = str(error.strerror).partition(" (while")[0]  # the library repeats the address behind it
        raise ConfigError(f"cannot listen on {host}:{port}: {why}: choose another with --port") from error
    with listener:
        # Inherited by each connection. The event loop sets it only where a socket names its protocol, which this one
        # does not; then the second packet of an answer waits for the first one's delayed acknowledgement, 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


class _AnnouncedServer(uvicorn.Server):
    """Ends the live streams as soon as a signal arrives (the server would wait for them otherwise), and does not raise
    the signal again when it is done: being asked to stop is no failure."""

    def __init__(self, config: uvicorn.Config, notice: ServiceNotice, before_exit: Callable[[], None]) -> None:
        super().__init__(config)
        self._notice, self._before_exit = notice, before_exit

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._notice.ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._notice.stopping()
        self._before_exit()
        super().handle_exit(sig, frame)
