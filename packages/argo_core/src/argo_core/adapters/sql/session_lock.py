"""A lock that a PostgreSQL session holds, watched: a server that was started again remembers no session."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from argo_core.adapters.sql.database import GROWN, take_writer_lock
from argo_core.adapters.sql.failures import store_errors
from argo_core.errors import StoreError

Claim = Callable[[AsyncConnection], Awaitable[str | None]]
"""Takes what is wanted for the session and answers None, or takes nothing and says who is in the way."""

LOOK_AGAIN_SECONDS, PING_SECONDS, PING_LIMIT_SECONDS, GHOST_SECONDS = 0.05, 0.25, 3.0, 1.0
_HOLDS = """SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND a.application_name = $1"""
_AWAY = "the database has forgotten that this process works here, and it asks for its place again: wait"


class SessionLock:
    """Held by one session of its own. Each session has a name that never comes twice: the server says whose a lock is.

    Where the session ends, the lock is asked for again by itself; if somebody else has it by then, it is lost.
    """

    def __init__(self, url: URL, claim: Claim) -> None:
        self._url, self._claim = url, claim
        self._session: AsyncConnection | None = None
        self._name = ""
        self._held, self._taken = False, 0
        self._lost = asyncio.Event()
        self._words = _AWAY
        self._heard: Callable[[], None] | None = None

    def require(self) -> int:
        """How often it was taken again so far. Raises StoreError while it is not held."""
        if not self._held:
            raise StoreError(self._words)
        return self._taken

    def give_up(self, words: str) -> None:
        """Not held any more, for good, because of `words`."""
        self._held, self._words = False, words
        self._lost.set()

    async def lost(self) -> None:
        """Returns when the lock is another's, or was given up."""
        await self._lost.wait()

    def on_growth(self, call: Callable[[], None]) -> None:
        """`call` whenever a turn at the log has ended, in whatever process; from the next session on."""
        self._heard = call

    async def fence(self, connection: AsyncConnection) -> None:
        """For a writing transaction that keeps all others out: raises StoreError unless the lock is held now.

        Whoever takes the lock next waits for such a transaction to end, and reads what it left.
        """
        self.require()
        found = await connection.exec_driver_sql(_HOLDS, (self._name,))
        if not found.scalar():
            self._held = False
            raise StoreError(self._words)

    @asynccontextmanager
    async def held(self, patience: float, look_again: float = LOOK_AGAIN_SECONDS) -> AsyncIterator[None]:
        """Held, and watched, while the block runs; waits `patience` seconds for it. Raises StoreError."""
        watching: asyncio.Task[None] | None = None
        try:
            await self._take(patience, look_again)
            watching = asyncio.create_task(self._watch(), name="session lock")
            yield
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
            self._held = False
            await self._leave()

    async def _take(self, patience: float, look_again: float) -> None:
        """Asks again and again: who waits in a queue of the system could not be told to stop waiting. Who has patience
        outlasts a server that is started again, too."""
        until = time.monotonic() + patience
        while True:
            try:
                with store_errors("taking the lock"):
                    in_the_way = await self._try()
            except StoreError as error:
                await self._leave()
                in_the_way = str(error)
            if in_the_way is None:
                return
            if time.monotonic() >= until:
                raise StoreError(in_the_way)
            await asyncio.sleep(look_again)

    async def _try(self) -> str | None:
        session = await self._open()
        in_the_way = await self._claim(session)
        await session.commit()  # the lock is the session's; an open transaction would hold back vacuum
        if in_the_way is None:
            await take_writer_lock(session)  # what the last holder was writing is there, or never will be
            await session.commit()
            self._held = True
        return in_the_way

    async def _open(self) -> AsyncConnection:
        if self._session is None:
            self._name = f"argo-lock-{secrets.token_hex(8)}"
            self._session = await _engine(self._url, self._name).connect()
            if self._heard is not None:
                await self._listen(self._session, self._heard)
        return self._session

    async def _listen(self, session: AsyncConnection, heard: Callable[[], None]) -> None:
        raw = (await session.get_raw_connection()).driver_connection
        if raw is not None:
            await raw.add_listener(GROWN, lambda *_: heard())

    async def _watch(self) -> None:
        while not self._lost.is_set():
            await asyncio.sleep(PING_SECONDS)
            try:
                await self._ping()
            except Exception:  # noqa: BLE001  whatever it was: the place is not known to be ours until it is taken again
                self._held = False
                await self._take_again()

    async def _ping(self) -> None:
        with store_errors("asking after the lock"):
            async with asyncio.timeout(PING_LIMIT_SECONDS):
                session = self._session
                if session is None or not self._held:
                    raise StoreError(_AWAY)
                await session.exec_driver_sql("SELECT 1")
                await session.commit()

    async def _take_again(self) -> None:
        """Until it is held, or another has it. The server says that a session ends before its locks are free: what is
        in the way for a second only was ourselves."""
        refused_since: float | None = None
        while not self._held and not self._lost.is_set():
            await self._leave()
            try:
                with store_errors("taking the lock again"):
                    async with asyncio.timeout(PING_LIMIT_SECONDS):
                        in_the_way = await self._try()
            except Exception:  # noqa: BLE001  the server is away, or the driver confused by that: it is asked again
                await asyncio.sleep(PING_SECONDS)
                continue
            if in_the_way is None:
                self._taken += 1
                return
            refused_since = refused_since or time.monotonic()
            if time.monotonic() - refused_since > GHOST_SECONDS:
                self.give_up(in_the_way)
            await asyncio.sleep(PING_SECONDS)

    async def _leave(self) -> None:
        """Whatever state the session is in: the server ends it, and its locks with it."""
        session, self._session = self._session, None
        if session is None:
            return
        with contextlib.suppress(Exception):
            async with asyncio.timeout(PING_LIMIT_SECONDS):
                await session.invalidate()
        with contextlib.suppress(Exception):
            await session.close()
            await session.engine.dispose()


def _engine(url: URL, name: str) -> AsyncEngine:
    settings = {"application_name": name}
    return create_async_engine(url, poolclass=NullPool, connect_args={"timeout": 10, "server_settings": settings})
