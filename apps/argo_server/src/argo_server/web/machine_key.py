"""Routes for other machines: the key that generator and executors share, compared in constant time."""

from __future__ import annotations

import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Guard

EXECUTE, MARKS, EXECUTIONS = "/api/v1/trading/execute", "/api/v1/trading/marks", "/api/v1/executions"
OWN_KEY = frozenset({("POST", EXECUTE), ("POST", MARKS), ("POST", EXECUTIONS)})
"""Method and path of the routes that check X-API-Key themselves, and therefore need no console password."""


WORDS = "X-API-Key is missing or wrong: install the key that generator and executors share"


def require_key(key: str) -> Guard:
    """A guard: 401 without the key in X-API-Key, and for everybody while no key is configured."""

    def check(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        given = connection.headers.get("x-api-key", "")
        if not (key and hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())):
            raise NotAuthorizedException(WORDS, extra={"code": "wrong_key"})

    return check
