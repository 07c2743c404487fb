"""HTTP with a vendor: each answer complete, within its time and size, or a SourceError that says what went wrong.

One attempt per call: whether to ask again is the path's decision. Redirects are not followed: they would carry the key
to a host that nobody configured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import msgspec

from argo_core.adapters.vendor_path.document import Document
from argo_core.adapters.vendor_path.guarded_loggers import guard_loggers
from argo_core.adapters.vendor_path.refusals import refusal_of
from argo_core.adapters.vendor_path.request_meter import RequestMeter
from argo_core.adapters.vendor_path.secrets import Redacted
from argo_core.errors import ConfigError, SourceError
from argo_core.ports.clock import Clock

_AFTERWARDS = {"GET": "it is asked again", "POST": "it may have been done all the same"}
Refusing = Callable[[Document], SourceError | None]


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """`total_seconds` bounds the whole call, a body that drips in included; `body_bytes` the decompressed body."""

    connect_seconds: float = 3.0
    total_seconds: float = 10.0
    body_bytes: int = 32_000_000


class VendorHttp:
    """Requests to one vendor. Close the client that it was given; the client must not follow redirects.

    `headers` go with every request (keys belong there). `refusing` sees each answer before the rules of `refusals` do,
    successes included, and may return the vendor's own meaning of it; its message is redacted here. `meter` counts and
    times what goes out.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        base_url: str,
        headers: Mapping[str, str],
        secrets: Redacted,
        *,
        clock: Clock,
        name: str | None = None,
        limits: HttpLimits = HttpLimits(),
        refusing: Refusing = lambda _: None,
        meter: RequestMeter | None = None,
    ) -> None:
        """Raises ConfigError for a base URL that is none, or a header that cannot be sent."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{name or 'a vendor'}: its base URL is none: write https://host")
        for field, value in headers.items():
            if not (value.isascii() and value.isprintable() and value == value.strip()):
                raise ConfigError(
                    f"{name or parts.hostname}: {field} has characters that no header takes: copy it anew"
                )
        guard_loggers(secrets)
        self._client, self._base, self._headers, self._secrets = client, base_url.rstrip("/"), dict(headers), secrets
        self._clock, self._limits, self._refusing, self._meter = clock, limits, refusing, meter
        self.name = name or parts.hostname
        self._timeout = httpx.Timeout(limits.total_seconds, connect=limits.connect_seconds)

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, also: Collection[int] = ()) -> Document:
        """The answer to a GET: a success with a JSON body, or one of the statuses `also`.

        Raises SourceError: TIMEOUT, RATE_LIMITED, VENDOR_ERROR, REFUSED_ANSWER, DISABLED; no message shows a secret.
        """
        return await self._answered("GET", path, params, None, also)

    async def post(self, path: str, form: object, *, also: Collection[int] = ()) -> Document:
        """The answer to a POST of JSON, else like `get`. Sent once; after TIMEOUT it may have been done."""
        return await self._answered("POST", path, None, msgspec.json.encode(form), also)

    async def get_json(self, path: str, params: Mapping[str, str] | None = None) -> object:
        """The decoded body of `get`."""
        return self._decoded(await self.get(path, params))

    async def post_json(self, path: str, form: object) -> object:
        """The decoded body of `post`."""
        return self._decoded(await self.post(path, form))

    def _decoded(self, document: Document) -> object:
        try:
            return document.json()
        except SourceError as error:
            raise SourceError(error.reason, f"{self.name}: {error}") from None

    async def _answered(
        self, method: str, path: str, params: Mapping[str, str] | None, content: bytes | None, also: Collection[int]
    ) -> Document:
        outcome = await self._attempt(method, path, params, content)
        if isinstance(outcome, SourceError):  # raised outside any handler: no context carries what was struck out
            raise outcome
        if outcome.status in also:
            return outcome
        meant = self._refusing(outcome)
        if meant is not None:
            raise self._redacted(meant)
        if not 200 <= outcome.status < 300:
            raise refusal_of(self.name, outcome, self._secrets, self._clock.now())
        if not _says_json(outcome.headers.get("content-type")):
            kind = self._secrets.sentence(outcome.headers.get("content-type", ""), 60)
            raise SourceError(
                "REFUSED_ANSWER", f"{self.name}: a success of type {kind} instead of JSON: a page of a proxy?"
            )
        return outcome

    async def _attempt(
        self, method: str, path: str, params: Mapping[str, str] | None, content: bytes | None
    ) -> Document | SourceError:
        headers = self._headers if content is None else {**self._headers, "Content-Type": "application/json"}
        try:
            request = self._client.build_request(
                method, f"{self._base}{path}", params=params, content=content, headers=headers, timeout=self._timeout
            )
            async with asyncio.timeout(self._limits.total_seconds):
                return await self._received(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            why = f"{self.name}: no complete answer to {method} {path} within {self._limits.total_seconds:g} s"
            return self._failure("TIMEOUT", f"{why}: {_AFTERWARDS[method]}", error)
        except httpx.ConnectError as error:
            return self._failure("VENDOR_ERROR", f"{self.name} cannot be reached: is the network up?", error)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            why = f"{self.name}: {method} {path} cannot be sent: check the base URL and the key"
            return self._failure("DISABLED", why, error, permanent=True)
        except httpx.HTTPError as error:
            why = f"{self.name}: {method} {path} broke off ({type(error).__name__}): {_AFTERWARDS[method]}"
            return self._failure("VENDOR_ERROR", why, error)

    async def _received(self, request: httpx.Request) -> Document | SourceError:
        begun = None if self._meter is None else self._meter.begin()
        response = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            parts: list[bytes] = []
            size = 0
            async for part in response.aiter_bytes():
                size += len(part)
                if size > self._limits.body_bytes:
                    why = f"the answer is longer than {self._limits.body_bytes} bytes: ask for less at once"
                    return SourceError("REFUSED_ANSWER", f"{self.name}: {why}")
                parts.append(part)
        finally:
            await response.aclose()
        named = {name.lower(): value for name, value in response.headers.items()}
        if self._meter is not None and begun is not None:
            self._meter.answered(begun, named)
        return Document(response.status_code, named, b"".join(parts))

    def _failure(self, reason: str, message: str, error: Exception, *, permanent: bool = False) -> SourceError:
        failure = SourceError(reason, self._secrets.sentence(message), permanent=permanent)
        failure.__cause__ = self._secrets.cause(error)
        return failure

    def _redacted(self, error: SourceError) -> SourceError:
        return SourceError(
            error.reason,
            self._secrets.sentence(str(error)),
            retry_after=error.retry_after,
            permanent=error.permanent,
        )


def _says_json(content_type: str | None) -> bool:
    """JSON by its name, `application/problem+json` and the like included; without a name the body has to show it."""
    kind = (content_type or "application/json").partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json") or (kind.startswith("application/") and kind.endswith("+json"))
