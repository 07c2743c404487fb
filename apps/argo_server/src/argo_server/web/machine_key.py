"""Routes for other machines: the key that generator and executors share, compared in constant time."""

from __future__ import annotations

import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

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


def require_key(key: str) -> Guard:
    """A guard: 401 without the key in X-API-Key, and for everybody while no key is configured."""

    def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        given = connection.headers.get(HEADER, "")
        if not (key and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())):
            raise NotAuthorizedException(WORDS, extra={"code": "wrong_key"})

    return check


def require_key_if_given(key: str) -> Guard:
    """A guard for `EITHER_KEY`: who brings none has been asked for the console's password."""
    require = require_key(key)

    def check(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if HEADER in connection.headers:
            require(connection, handler)

    return check
