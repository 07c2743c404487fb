"""One process or several: services, live streams and HTTP server, started in order and stopped in reverse."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import structlog
import uvicorn

from alpine_core.errors import AlpineError, OperatorError
from alpine_web.crew import Crew, parents_end
from alpine_web.jobs import running_jobs
from alpine_web.settings import Settings
from alpine_web.settings.notice_socket import notice_socket
from alpine_web.web.app import create_app
from alpine_web.web.lines import lines_of
from alpine_web.web.site import open_site
from alpine_web.wiring.notice import ServiceNotice
from alpine_web.wiring.open_services import open_services
from alpine_web.wiring.own_audit import own_audit
from alpine_web.wiring.shared_counts import counts_folder, counts_in

GRACEFUL_SECONDS = 3
QUEUED_CONNECTIONS = 4096
COLLECTING_AFTER = (2_000, 50, 200)
"""The youngest objects often, before what errors leave behind fills memory that is never given back; all of them as
seldom as thousands of readers want it."""

log = structlog.get_logger(__name__)


def serve(settings: Settings, workers: int = 1) -> None:
    """Run until SIGINT or SIGTERM: end the live streams, answer what was asked, close the database.

    Several workers share the address. Raises OperatorError, one line, for what does not allow several, or if none
    could start.
    """
    require_shared(settings, workers)
    # The address first: a second server of the same settings must not touch the database before it fails.
    with listening(settings.host, settings.port) as listener:
        if workers == 1:
            asyncio.run(serve_on(settings, listener))
            return
        settle_memory()
        with counts_folder(Path(tempfile.gettempdir())) as counts:

            def work(number: int, started: Callable[[], None]) -> int:
                try:
                    asyncio.run(serve_on(settings, listener, number, started, counts))
                except AlpineError as error:
                    log.error("worker_failed", worker=number, error=str(error))
                    return 1
                return 0

            if not Crew(work, workers).run():
                raise OperatorError("no worker could start: the line before says why")


def require_shared(settings: Settings, workers: int) -> None:
    """Raise OperatorError unless so many workers can share the database and hear of each other."""
    if workers > 1 and not settings.on_postgresql:
        raise OperatorError("several workers need PostgreSQL: set ALPINE_DATABASE_URL to postgresql+asyncpg://...")
    if workers > 1 and settings.channel_in_use == "memory":
        raise OperatorError("ALPINE_CHANNEL memory is for one worker: unset it, or write redis or postgresql")


async def serve_on(
    settings: Settings,
    listener: socket.socket,
    number: int = 1,
    started: Callable[[], None] = lambda: None,
    counts: Path | None = None,
) -> None:
    """One worker on an address that is held already; `started` is called when it answers; `counts` is the folder in
    which the workers share what they count, None for one alone."""
    site, notice, shared = open_site(), ServiceNotice(*notice_socket()), counts_in(counts, number)
    async with AsyncExitStack() as opened:
        services = await opened.enter_async_context(open_services(settings, lines_of(site)))
        services = replace(services, counts=shared, own_audit=own_audit(settings))
        await opened.enter_async_context(running_jobs(services))
        await opened.enter_async_context(notice.alive())
        config = uvicorn.Config(
            create_app(services, site),
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=65_536,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
        settle_memory()
        log.info("alpine_started", host=settings.host, port=listener.getsockname()[1], worker=number)

        def answering() -> None:
            notice.ready()
            started()

        await StreamEndingServer(config, services.live.close, answering).serve([listener])
        notice.stopping()


def settle_memory() -> None:
    """Keep the garbage collector's long pauses off the pushes: what start has made stays, and is not looked at again;
    what comes and goes with thousands of readers is looked at as a whole less often than small programs need."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING_AFTER)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The address, held. Raises OperatorError, one line, if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        held = socket.create_server((host, port), family=family, backlog=QUEUED_CONNECTIONS)
    except OSError as error:
        why = str(error.strerror).partition(" (while")[0]  # the library repeats the address behind it
        raise OperatorError(f"cannot listen on {host}:{port}: {why}: set ALPINE_PORT or --port") from error
    with held:
        # Connections inherit it. Without, an answer's second packet waits 40 ms for the reader to confirm the first:
        # the event loop sets it only on sockets that were made for TCP by number.
        held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield held


class StreamEndingServer(uvicorn.Server):
    """Ends live streams when it stops, since it would wait for them, and does not raise the signal that stopped it
    again: to be asked to stop is no failure."""

    def __init__(
        self,
        config: uvicorn.Config,
        end_streams: Callable[[], Awaitable[None]],
        started: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._end_streams, self._tell_started = end_streams, started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        orphaned = parents_end()
        if orphaned is not None:
            asyncio.get_running_loop().add_reader(orphaned, self._end_orphaned, orphaned)
        self._tell_started()

    def _end_orphaned(self, sentinel: int) -> None:
        asyncio.get_running_loop().remove_reader(sentinel)
        self.handle_exit(signal.SIGTERM, None)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._end_streams()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        numbers = (signal.SIGINT, signal.SIGTERM)
        former = [signal.signal(number, self.handle_exit) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, former, strict=True):
                signal.signal(number, handler)
