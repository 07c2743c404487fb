"""Who runs this server: somebody on this machine, or who holds the token for metrics."""

from __future__ import annotations

import hmac
from typing import Any

from litestar.connection import ASGIConnection

from alpine_web.settings import Settings
from alpine_web.settings.shape import is_loopback
from alpine_web.web.gate import host_name

AnyConnection = ASGIConnection[Any, Any, Any, Any]
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def is_operator(connection: AnyConnection, settings: Settings) -> bool:
    """True for the holder of the token, and for this machine itself where nobody else can seem to be it: behind a
    proxy every request comes from loopback."""
    kind, _, given = connection.headers.get("authorization", "").partition(" ")
    token = settings.metrics_token
    if token is not None and kind.lower() == "bearer":
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), token.encode())
    named_here = settings.public_host is None or is_loopback(settings.public_host)
    return named_here and is_from_here(connection) and is_loopback(host_name(connection.headers.get("host", "")))


def is_from_here(connection: AnyConnection) -> bool:
    """True if the connection comes from this machine and no proxy says that it speaks for another."""
    client = connection.client
    return client is not None and is_loopback(client.host) and not any(name in connection.headers for name in FORWARDED)
