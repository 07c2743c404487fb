"""Requests that carry the secrets of now, from parts that were made with those of the start."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

import httpx

from argo_core.pipeline.keep_secrets import SecretKeeper

REFUSED = frozenset({401, 403})
BODY_BYTES = 65_536
LENGTH = "content-length"


class RotatingSecrets(httpx.Auth):
    """Give it to a client. What was rotated since the start is exchanged in headers, address and small bodies on the
    way out. Where the receiver refuses a secret that we keep (401, 403), the store is asked, and the request goes out a
    second time if there is another value: it was refused, so nothing is done twice."""

    def __init__(self, keeper: SecretKeeper) -> None:
        self._keeper = keeper

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        sent = _with(_logged_in(request), self._keeper.exchanged())
        response = yield sent
        if response.status_code not in REFUSED:
            return
        carried = [value for value in self._keeper.values() if _carries(sent, value)]
        others = {value: other for value in carried if (other := await self._keeper.refused(value)) is not None}
        if not others:
            return
        response = yield _with(sent, others)
        if response.status_code not in REFUSED:
            for value in others.values():
                self._keeper.works(value)


def _logged_in(request: httpx.Request) -> httpx.Request:
    """A login in the address is sent as httpx does it for a client without an `auth`."""
    if request.url.userinfo and "authorization" not in request.headers:
        next(httpx.BasicAuth(request.url.username, request.url.password).auth_flow(request))
    return request


def _with(request: httpx.Request, others: Mapping[str, str]) -> httpx.Request:
    """The request itself where none of them is in it."""
    held = {old: new for old, new in others.items() if _carries(request, old)}
    if not held:
        return request
    headers = [(name, _exchanged(value, held)) for name, value in request.headers.items() if name != LENGTH]
    body = _body(request)
    content = None if body is None else _exchanged(body.decode("utf-8", "surrogateescape"), held)
    return httpx.Request(
        request.method,
        _exchanged(str(request.url), held),
        headers=headers,
        content=None if content is None else content.encode("utf-8", "surrogateescape"),
        stream=request.stream if content is None else None,
        extensions=request.extensions,
    )


def _carries(request: httpx.Request, value: str) -> bool:
    body = _body(request)
    in_head = value in str(request.url) or any(value in text for text in request.headers.values())
    return in_head or (body is not None and value.encode() in body)


def _body(request: httpx.Request) -> bytes | None:
    """What is small and held whole; None for anything else, which goes as it is."""
    try:
        return request.content if len(request.content) <= BODY_BYTES else None
    except httpx.RequestNotRead:
        return None


def _exchanged(text: str, others: Mapping[str, str]) -> str:
    for old, new in others.items():
        text = text.replace(old, new)
    return text
