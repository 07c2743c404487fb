"""Stands before every request: which names the server answers to, who may ask, what browsers may do with the answer."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from http import HTTPStatus

import msgspec
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from argo_core.errors import ConfigError
from argo_server.settings.shape import Server
from argo_server.web.problems import PROBLEM_TYPE, Problem

CONTENT_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; img-src 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Argo console", charset="UTF-8"'}
LIVENESS = "/health"


class Gate:
    """Wraps the application. Raises ConfigError for an address beyond loopback without a password."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        if not is_loopback(server.host) and not server.console_password:
            raise ConfigError(f"server.host {server.host} is beyond loopback: set server.console_password")
        self._app, self._server = app, server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders(message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers.from_scope(scope)
        if not self._knows(headers.get("host", "")):
            detail = "this server does not answer to that host name"
            await _refuse(send_guarded, HTTPStatus.MISDIRECTED_REQUEST, detail, {})
        elif scope["path"] != LIVENESS and not self._admits(headers.get("authorization", "")):
            await _refuse(send_guarded, HTTPStatus.UNAUTHORIZED, "give the console's password", CHALLENGE)
        else:
            await self._app(scope, receive, send_guarded)

    def _knows(self, host: str) -> bool:
        """Rebinding attacks come with a name of the attacker's; an address as such cannot be rebound."""
        name = host_name(host)
        if name in ("localhost", "127.0.0.1", "::1", self._server.host.lower()):
            return True
        return is_wildcard(self._server.host) and _address(name) is not None

    def _admits(self, authorization: str) -> bool:
        """The user's name is free, the password is compared in constant time."""
        wanted = self._server.console_password
        if not wanted:
            return True
        kind, _, credentials = authorization.partition(" ")
        try:
            _, _, password = base64.b64decode(credentials, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "basic" and hmac.compare_digest(password, wanted.encode())


def host_name(host: str) -> str:
    """The name of a Host header, lower case, without port and brackets; empty if it has no such form."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        port = port.removeprefix(":") if port.startswith(":") or not port else "refused"
        return name.lower() if bracket and (not port or port.isdecimal()) else ""
    name, colon, port = host.partition(":")
    return name.lower() if not colon or port.isdecimal() else ""


def is_loopback(host: str) -> bool:
    """True for `localhost` and addresses that only this machine reaches."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def is_wildcard(host: str) -> bool:
    """True for addresses that mean every interface."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


async def _refuse(send: Send, status: HTTPStatus, detail: str, headers: dict[str, str]) -> None:
    body = msgspec.json.encode(Problem(title=status.phrase, status=status.value, detail=detail))
    wire = {"Content-Type": PROBLEM_TYPE, "Content-Length": str(len(body)), **headers}
    encoded = [(name.lower().encode(), value.encode()) for name, value in wire.items()]
    await send({"type": "http.response.start", "status": status.value, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})
