"""Which other sites' scripts may ask the API: those that an operator names, with a key and never with cookies."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from litestar.enums import ScopeType
from litestar.types import Scope

Headers = list[tuple[bytes, bytes]]

METHODS = b"GET, POST, PUT, PATCH, DELETE"
ASKED = b"authorization, content-type"
READABLE = b"retry-after, ratelimit, ratelimit-policy"
MAX_AGE = b"600"


class Cors:
    """The Fetch standard's CORS protocol for addresses below `/api/` of ours. No credentials: cookies that come all
    the same, from a neighbour of the same site, are taken away before anything looks at them."""

    def __init__(self, origins: Collection[str], prefix: str) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._below = f"{prefix}/api/"

    def allows(self, scope: Scope) -> bool:
        """Whether the request is for the API and from a site that is named."""
        return _header(scope, b"origin") in self._origins and self._is_ours(scope)

    def is_preflight(self, scope: Scope) -> bool:
        """Whether a browser asks before it asks."""
        return (
            self.allows(scope)
            and scope.get("method") == "OPTIONS"
            and _header(scope, b"access-control-request-method") is not None
        )

    def without_cookies(self, scope: Scope) -> Scope:
        """The same request as a site that is named may send it."""
        if not self.allows(scope):
            return scope
        kept = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        return cast("Scope", {**scope, "headers": kept})

    def headers(self, scope: Scope) -> Headers:
        """What the answer says: nothing without named sites; `Vary` wherever the answer depends on who asks."""
        if not self._origins or not self._is_ours(scope):
            return []
        origin, vary = _header(scope, b"origin"), (b"vary", b"Origin")
        if origin is None or origin not in self._origins:
            return [vary]
        told = [vary, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", READABLE)]
        if not self.is_preflight(scope):
            return told
        allow = (b"access-control-allow-methods", METHODS), (b"access-control-allow-headers", ASKED)
        return [*told, *allow, (b"access-control-max-age", MAX_AGE)]

    def _is_ours(self, scope: Scope) -> bool:
        return scope["type"] == ScopeType.HTTP and scope["path"].startswith(self._below)


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == wanted), None)
