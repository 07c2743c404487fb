"""A client whose requests carry the secrets of now, though their makers know those of the start."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus

import httpx

from alpine_core.intake.kept_secrets import KeptSecrets

MOST_BODY = 65_536
KEY_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class RotatingClient(httpx.Auth):
    """For `httpx.AsyncClient(auth=…)`. What was refused with a secret of ours was not done: it is sent once more if the
    store has another one."""

    def __init__(self, secrets: KeptSecrets) -> None:
        self._secrets = secrets

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        first = _rewritten(request, self._secrets.changed())
        answer = yield first
        if answer.status_code not in KEY_REFUSED:
            return
        others: dict[str, str] = {}
        for text in filter(lambda each: _holds(first, each), self._secrets.texts()):
            name = self._secrets.name_of(text)
            if name is not None:
                await self._secrets.look_for(name)
            other = self._secrets.other_than(text)
            if other is not None:
                others[text] = other
        if others:
            yield _rewritten(first, others)


def _rewritten(request: httpx.Request, texts: Mapping[str, str]) -> httpx.Request:
    for old, new in texts.items():
        if _holds(request, old):
            request = httpx.Request(
                request.method,
                str(request.url).replace(old, new),
                headers=[(k, v.replace(old, new)) for k, v in request.headers.items() if k != "content-length"],
                content=_content(request).replace(old.encode(), new.encode()),
                extensions=request.extensions,
            )
    return request


def _holds(request: httpx.Request, text: str) -> bool:
    """Not in a body that is long or not held whole: no secret of ours travels in one."""
    places = (str(request.url), *request.headers.values())
    return len(_content(request)) <= MOST_BODY and (
        any(text in place for place in places) or text.encode() in _content(request)
    )


def _content(request: httpx.Request) -> bytes:
    try:
        return request.content
    except httpx.RequestNotRead:
        return b" " * (MOST_BODY + 1)
