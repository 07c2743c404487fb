"""A request that is not answered for a reason of the web's own: no right to it, too often, from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus


class Refused(Exception):
    """`detail` is one line for the caller and says what to do; `code` is stable and machine-readable."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.headers = status, code, dict(headers or {})
