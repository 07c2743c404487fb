"""Logging in to Redis with the password that stands when a connection is made: extra `redis`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from redis.credentials import CredentialProvider

AddressNow = Callable[[], str | None]


class _Login(CredentialProvider):
    def __init__(self, user: str, password: str, now: AddressNow) -> None:
        self._user, self._password, self._now = user, password, now

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        said = urlsplit(self._now() or "")
        user, password = self._user, self._password
        if said.password is not None:
            user, password = unquote(said.username or ""), unquote(said.password)
        return (user, password) if user else (password,)


def log_in_as_of_now(client: Any, now: AddressNow | None) -> None:
    """From the next connection on, with user and password of the address that `now` tells; the place stays the one that
    the client was made with. Nothing for a client that was made without a password."""
    known = client.connection_pool.connection_kwargs
    if now is None or not known.get("password"):
        return
    user, password = known.pop("username", None) or "", known.pop("password")
    known["credential_provider"] = _Login(user, password, now)
