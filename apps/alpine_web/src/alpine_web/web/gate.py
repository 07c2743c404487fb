"""Stands before every request: which names the server answers to, from where a browser may post, what it may do with
the answer."""

from __future__ import annotations

import ipaddress
import re
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from alpine_web.settings import Settings
from alpine_web.settings.shape import LOOPBACK_NAMES

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
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


class Gate:
    """Wraps an application or a part of it. `check_host`: refuse requests for names that are not ours."""

    def __init__(self, app: ASGIApp, settings: Settings, check_host: bool = True) -> None:
        self._app, self._settings, self._check_host = app, settings, check_host
        self._headers = dict(SECURITY_HEADERS)
        if settings.secure_cookies:
            self._headers["Strict-Transport-Security"] = STRICT_TRANSPORT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableScopeHeaders(message)
                for name, value in self._headers.items():
                    answer[name] = value
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_guarded)
        elif scope["type"] == ScopeType.WEBSOCKET:
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            await _refuse(send_guarded, *refusal)

    def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        headers = Headers.from_scope(scope)
        host = headers.get("host", "")
        if self._check_host and not self._knows(host):
            return HTTPStatus.MISDIRECTED_REQUEST, "this server does not answer to that host name"
        if scope["type"] == ScopeType.HTTP and scope["method"] in SAFE_METHODS:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return HTTPStatus.FORBIDDEN, "requests from other sites are not taken: use our own pages or a program"
        return None

    def _knows(self, host: str) -> bool:
        """A rebinding attack comes with a name of the attacker's; an address as such cannot be rebound."""
        found = HOST.fullmatch(host)
        name = (found["address"] or found["name"]).lower() if found else ""
        if name in (*LOOPBACK_NAMES, self._settings.host.lower(), (self._settings.public_host or "").lower()):
            return bool(name)
        own = _address(self._settings.host)
        return own is not None and own.is_unspecified and _address(name) is not None


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
