"""Calls to subscribers' programs by httpx: extra `webhooks`. Nobody reaches our own network through it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence

import httpx

from alpine_core.errors import DeliveryError, ReaderError
from alpine_core.model.webhook import WebhookAnswer
from alpine_core.notices.target import check_target, is_public

CONNECT_SECONDS = 5.0
STEP_SECONDS = 10.0
WHOLE_SECONDS = 20.0
AGENT = "Alpine-Webhooks/1"
_LONGEST_HEADER = 200

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host's name and a port to its IP addresses as text. Raises OSError."""


class HttpWebhooks:
    """`ports.WebhookSender`. A name is looked up once for each call, every address that it leads to is judged, and the
    connection goes to the one that was judged: no second look-up can lead elsewhere. Certificates are checked for the
    name. Neither proxies nor redirects are followed, no cookie is kept, and of the answer only the head is read.

    `allow_private`: plain http and every address are taken. `context`: which authorities are trusted, None: the usual.
    """

    def __init__(
        self, *, allow_private: bool = False, resolve: Resolve | None = None, context: ssl.SSLContext | None = None
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve or _look_up
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            verify=context or True,
            timeout=httpx.Timeout(STEP_SECONDS, connect=CONNECT_SECONDS),
            # A kept connection would be found by its address alone, whatever name it was opened for.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        try:
            check_target(url, allow_private=self._allow_private)
            target = httpx.URL(url)
        except (ReaderError, httpx.InvalidURL) as error:
            raise DeliveryError(f"the address will not do: {error}", retry=False) from error
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._post(target, headers, body)
        except (httpx.HTTPError, OSError, ssl.SSLError) as error:  # TimeoutError is an OSError
            raise DeliveryError(_words(error), retry=True) from error

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def _post(self, target: httpx.URL, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        port = target.port or (443 if target.scheme == "https" else 80)
        address = await self._address(target.host, port)
        named = {"Host": target.netloc.decode("ascii"), "User-Agent": AGENT, "Accept-Encoding": "identity"}
        # The address as such, so that nothing is looked up again; the name is for TLS and the other side.
        pinned = target.copy_with(host=address)
        extensions = {"sni_hostname": target.host}
        request = self._client.build_request(
            "POST", pinned, content=body, headers={**headers, **named}, extensions=extensions
        )
        answer = await self._client.send(request, stream=True)
        try:
            return WebhookAnswer(status=answer.status_code, retry_after=_header(answer, "retry-after"))
        finally:
            self._client.cookies.clear()
            await answer.aclose()

    async def _address(self, host: str, port: int) -> str:
        found = await self._resolve(host, port)
        if not found:
            raise DeliveryError("the name leads to no address", retry=True)
        if not self._allow_private and not all(is_public(address) for address in found):
            raise DeliveryError("the name leads into a private network", retry=False)
        return found[0]


async def _look_up(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return [str(each[4][0]) for each in found]


def _header(answer: httpx.Response, name: str) -> str | None:
    found: str | None = answer.headers.get(name)
    return None if found is None else found[:_LONGEST_HEADER]


def _words(error: Exception) -> str:
    """What went wrong, without the address: it may hold a secret."""
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return "it did not answer in time"
    if isinstance(error, socket.gaierror):
        return "its name is unknown"
    return f"no connection: {type(error).__name__}"
