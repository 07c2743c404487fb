"""Stands before every request: which names the server answers to, who may ask, what browsers may do with the answer."""

from __future__ import annotations

import base64
import hmac
import ipaddress
import re
import time
from collections.abc import Callable
from http import HTTPStatus

import msgspec
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from argo_core.errors import ConfigError
from argo_server.settings.shape import Server
from argo_server.web.guesses import Guesses
from argo_server.web.head import answer_head
from argo_server.web.ledger_paths import is_public
from argo_server.web.machine_key import HEADER, OWN_KEY, takes_either
from argo_server.web.problems import PROBLEM_TYPE, Problem
from argo_server.web.sandbox import ALONE, POLICY

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Argo console", charset="UTF-8"'}
LIVENESS = "/health"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^:\[\]]+))(?::[0-9]*)?")


class Gate:
    """Wraps the application. Raises ConfigError for an address beyond loopback without a password."""

    def __init__(self, app: ASGIApp, server: Server, ticks: Callable[[], float] = time.monotonic) -> None:
        if not server.console_password and not is_loopback(server.host):
            raise ConfigError(f"server.host {server.host} is beyond loopback: set server.console_password")
        self._app, self._server, self._guesses = app, server, Guesses(ticks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableScopeHeaders(message)
                for name, value in SECURITY_HEADERS.items():
                    if not (name == POLICY and answer.get(name) == ALONE):
                        answer[name] = value
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers.from_scope(scope)
        if not self._knows(headers.get("host", "")):
            detail = "this server does not answer to that host name"
            await _refuse(send_guarded, HTTPStatus.MISDIRECTED_REQUEST, detail, {})
        elif not _is_open(scope, headers) and not await self._admitted(scope, headers, send_guarded):
            return
        elif scope["method"] == "HEAD":
            await answer_head(self._app, scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)

    async def _admitted(self, scope: HTTPScope, headers: Headers, send: Send) -> bool:
        """True for the password's owner; else the refusal has been sent. A client that guesses on must wait."""
        authorization, client = headers.get("authorization", ""), (scope["client"] or ("unknown", 0))[0]
        if self._server.console_password and (wait := self._guesses.wait_seconds(client)):
            detail = f"too many wrong passwords: try again in {wait} s"
            await _refuse(send, HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(wait)})
            return False
        if self._admits(authorization):
            return True
        if authorization:
            self._guesses.note_wrong(client)
        await _refuse(send, HTTPStatus.UNAUTHORIZED, "give the console's password", CHALLENGE)
        return False

    def _knows(self, host: str) -> bool:
        """A rebinding attack comes with a name of the attacker's; an address as such cannot be rebound."""
        found = HOST.fullmatch(host)
        name = (found["address"] or found["name"]).lower() if found else ""
        if name in (*LOOPBACK_NAMES, self._server.host.lower()):
            return True
        every_interface = _address(self._server.host)
        return every_interface is not None and every_interface.is_unspecified and _address(name) is not None

    def _admits(self, authorization: str) -> bool:
        """Without a password everyone on this machine; else any user's name with it, compared in constant time."""
        if not self._server.console_password:
            return True
        kind, _, credentials = authorization.partition(" ")
        try:
            _, _, given = base64.b64decode(credentials, validate=True).partition(b":")
        except ValueError:
            return False
        return kind.lower() == "basic" and hmac.compare_digest(given, self._server.console_password.encode())


def _is_open(scope: HTTPScope, headers: Headers) -> bool:
    """Liveness tells next to nothing; the log is for strangers; machines come with a key that their route checks."""
    method, path = scope["method"], scope["path"]
    keyed = (method, path) in OWN_KEY or (takes_either(method, path) and HEADER in headers)
    return path == LIVENESS or is_public(method, path) or keyed


def is_loopback(host: str) -> bool:
    """True for `localhost` and addresses that only this machine reaches."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


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
