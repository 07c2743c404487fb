"""The cookies that we set, and reading them back: under names that only this host can have set, where browsers see to
that."""

from __future__ import annotations

from typing import NamedTuple

from litestar.datastructures import Cookie

from alpine_web.settings import Settings
from alpine_web.settings.shape import is_loopback
from alpine_web.web.gate import host_name
from alpine_web.web.operator import AnyConnection

SECONDS_PER_HOUR = 3600
COOKIE_PATH = "cookie_path"
PLAIN = ("http", "ws")


class Cookies(NamedTuple):
    """What the browser of this connection keeps for us below our prefix, which our router tells each of its routes.

    A name with `__Host-` is set by this very host over https for all its paths, one with `__Secure-` over https at
    least (RFC 6265bis, section 4.1.3): a neighbour below the same domain cannot plant another. Browsers take neither
    over plain http, where only this machine reaches the server: there the names are plain.
    """

    connection: AnyConnection
    settings: Settings

    @property
    def session(self) -> str | None:
        """The token of the session; None or empty without one."""
        return self.connection.cookies.get(self._name("alpine_session"))

    @property
    def form(self) -> str | None:
        """What a form for those not signed in is bound to."""
        return self.connection.cookies.get(self._name("alpine_form"))

    @property
    def view(self) -> str | None:
        """The ticket of an administrator who looks as a tier."""
        return self.connection.cookies.get(self._name("alpine_view_as"))

    def with_session(self, token: str | None) -> Cookie:
        """The cookie that carries a session's token; without a token, one that takes the cookie away."""
        kept = round(self.settings.session_hours * SECONDS_PER_HOUR) if token else 0
        return self._cookie("alpine_session", token or "", kept)

    def with_view(self, ticket: str) -> Cookie:
        """The cookie of an administrator who looks as a tier; without a ticket, one that takes the cookie away."""
        return self._cookie("alpine_view_as", ticket, SECONDS_PER_HOUR if ticket else 0)

    def with_form(self, value: str) -> Cookie:
        """The cookie that a form is bound to, for as long as the browser is open."""
        return self._cookie("alpine_form", value, None)

    def _cookie(self, name: str, value: str, max_age: int | None) -> Cookie:
        return Cookie(
            key=self._name(name),
            value=value,
            path=self._path,
            max_age=max_age,
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    def _name(self, plain: str) -> str:
        if not self._secure:
            return plain
        return f"__Host-{plain}" if self._path == "/" else f"__Secure-{plain}"

    @property
    def _path(self) -> str:
        path: str = self.connection.scope["route_handler"].opt[COOKIE_PATH]
        return path

    @property
    def _secure(self) -> bool:
        # Within a host application our settings do not know where it listens: only the request tells.
        host = host_name(self.connection.headers.get("host", ""))
        plain = self.connection.scope["scheme"] in PLAIN and is_loopback(host)
        return self.settings.secure_cookies or not plain
