"""Stands before every request: the names we answer to, whence a browser may post, what it may do with the answer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from alpine_web.settings import Settings
from alpine_web.settings.shape import LOOPBACK_NAMES
from alpine_web.web.cors import Cors
from alpine_web.web.packing import packing
from alpine_web.web.rate_headers import rate_headers
from alpine_web.web.rest import expect_rest

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "object-src 'none'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]+))(?::[0-9]*)?")


log = structlog.get_logger(__name__)


class Gate:
    """Wraps an application or a part of it. `check_host`: refuse requests for names that are not ours."""

    def __init__(self, app: ASGIApp, settings: Settings, check_host: bool = True, prefix: str = "") -> None:
        self._app, self._settings, self._check_host = app, settings, check_host
        self._cors = Cors(settings.cors_origins, prefix)
        ours = dict(SECURITY_HEADERS)
        if settings.secure_cookies:
            ours["Strict-Transport-Security"] = STRICT_TRANSPORT
        self._headers = [(name.lower().encode(), value.encode()) for name, value in ours.items()]
        self._names = frozenset(name for name, _ in self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        rest = expect_rest(scope)
        await self._answer(scope, receive, send)
        if rest and not _is_head(scope):
            # What goes on for hours goes on from here: the frames and objects of the application are gone then.
            await rest[0](scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [*rate_headers(scope.get("state")), *self._cors.headers(scope)]
                message["headers"] = [*self._completed(message["headers"]), *more]
            await send(message)

        told = _first_of_each(scope)
        refusal = self._refusal(scope, told)
        scope = self._cors.without_cookies(scope)
        if refusal is None and self._cors.is_preflight(scope):
            await send_guarded({"type": "http.response.start", "status": 204, "headers": []})
            await send_guarded({"type": "http.response.body", "body": b"", "more_body": False})
        elif refusal is None and _is_head(scope):
            await self._app(
                cast("Scope", {**scope, "method": "GET"}), receive, packing(told, scope, bodiless(send_guarded))
            )
        elif refusal is None:
            await self._app(scope, receive, packing(told, scope, send_guarded))
        elif scope["type"] == ScopeType.WEBSOCKET:
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            log.warning("turned_away", status=refusal[0].value, code="gate", path=scope["path"], **_sender(scope))
            await _refuse(send_guarded, *refusal)

    def _completed(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The answer's headers with ours; ours stand in for those of the same name."""
        answer = [(name, value) for name, value in headers if name.lower() not in self._names]
        if not any(name.lower() == b"cache-control" for name, _ in answer):
            answer.append((b"cache-control", b"no-store"))
        return [*answer, *self._headers]

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> tuple[HTTPStatus, str] | None:
        host = headers.get("host", "")
        if self._check_host and not self._knows(host):
            return HTTPStatus.MISDIRECTED_REQUEST, "this server does not answer to that host name"
        if scope["type"] == ScopeType.HTTP and scope["method"] in SAFE_METHODS:
            return None
        origin = headers.get("origin")
        if self._cors.allows(scope):
            return None
        foreign = origin is not None and _host_of(origin) != host.lower()
        if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return HTTPStatus.FORBIDDEN, "requests from other sites are not taken: use our own pages or a program"
        return None

    def _knows(self, host: str) -> bool:
        """A rebinding attack comes with a name of the attacker's; an address as such cannot be rebound."""
        name = host_name(host)
        if name in (*LOOPBACK_NAMES, self._settings.host.lower(), (self._settings.public_host or "").lower()):
            return bool(name)
        own = _address(self._settings.host)
        return own is not None and own.is_unspecified and _address(name) is not None


def _is_head(scope: Scope) -> bool:
    return scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD"


def bodiless(send: Send) -> Send:
    """`send` for the answer to HEAD (RFC 9110, section 9.3.2): what GET would answer, ended where the body begins."""
    ended = False

    async def send_head(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return send_head


def host_name(host: str) -> str:
    """The name or address of a Host header, in lower case and without port; empty if it has none."""
    found = HOST.fullmatch(host)
    return (found["address"] or found["name"]).lower() if found else ""


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None  # no browser writes such an origin


def _first_of_each(scope: Scope) -> dict[str, str]:
    # Litestar would keep its own form of the headers with the connection, for as long as that lasts.
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(list(scope["headers"]))}


def _sender(scope: Scope) -> dict[str, str | None]:
    client = scope.get("client")
    return {"address": client[0] if client else "", "origin": _first_of_each(scope).get("origin")}


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


async def _refuse(send: Send, status: HTTPStatus, detail: str) -> None:
    problem = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    body = msgspec.json.encode(problem)
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
