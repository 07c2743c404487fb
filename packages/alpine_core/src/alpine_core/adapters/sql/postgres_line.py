"""One connection to PostgreSQL that is kept for itself: what belongs to a session does not go through a pool."""

from __future__ import annotations

from typing import Any

import asyncpg

from alpine_core.adapters.sql.address import parse_url

CONNECT_SECONDS = 5.0
ASYNCPG_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # asked while the news of its end comes in
    OSError,
    TimeoutError,
)
"""What a connection that does not answer, or no longer exists, raises."""


async def open_line(url: str, name: str) -> asyncpg.Connection[Any]:
    """Connected, and shown to the server's operator as `name`. Raises ASYNCPG_ERRORS."""
    plain = parse_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return await asyncpg.connect(plain, timeout=CONNECT_SECONDS, server_settings={"application_name": name})
