"""Routes for other machines: the key that generator and executors share, compared in constant time."""

from __future__ import annotations

import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

from argo_core.pipeline.kept_secret import KeptSecret

BACKTEST = "/api/v1/backtest"
EXECUTE, MARKS, EXECUTIONS = "/api/v1/trading/execute", "/api/v1/trading/marks", "/api/v1/executions"
HALT, RESUME, TEST = "/api/v1/trading/halt", "/api/v1/trading/resume", "/api/v1/trading/test"
STATUS = "/api/v1/trading/status"
OWN_KEY = frozenset(("POST", path) for path in (EXECUTE, MARKS, EXECUTIONS, HALT, RESUME, TEST, BACKTEST))
"""Method and path of the routes that check X-API-Key themselves, and therefore need no console password."""
EITHER_KEY = frozenset({("GET", STATUS)})
"""Routes for people with the password and for machines with the key: who brings a key is asked for the right one."""


def takes_either(method: str, path: str) -> bool:
    """Of these, and of a run of the lab by its id: following it, and cancelling it."""
    return (method, path) in EITHER_KEY or (method in ("GET", "DELETE") and path.startswith(f"{BACKTEST}/"))


HEADER = "x-api-key"
WORDS = "X-API-Key is missing or wrong: install the key that generator and executors share"


def require_key(key: KeptSecret) -> Guard:
    """A guard: 401 without a key that holds now in X-API-Key, and for everybody while no key is configured. Before an
    unknown key is refused the store of secrets is asked, once in a few seconds whoever comes."""

    async def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        await _require(key, connection)

    return check


async def _require(key: KeptSecret, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    given = connection.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
    if given and key.given and not _holds(key, given):
        await key.look()
    if not _holds(key, given):
        raise NotAuthorizedException(WORDS, extra={"code": "wrong_key"})


def _holds(key: KeptSecret, given: bytes) -> bool:
    """Every pair is compared, so that the time tells nothing about which one held."""
    return sum(hmac.compare_digest(given, valid.encode()) for valid in key.valid()) > 0


def require_key_if_given(key: KeptSecret) -> Guard:
    """A guard for `EITHER_KEY`: who brings none has been asked for the console's password."""

    async def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if HEADER in connection.headers:
            await _require(key, connection)

    return check
