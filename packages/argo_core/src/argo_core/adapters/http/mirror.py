"""A distributor's mirror as another copy of our log."""

from __future__ import annotations

import httpx
import msgspec

from argo_core.adapters.http.witness import HttpWitness
from argo_core.errors import Unavailable

DEADLINE_SECONDS = 20.0
LARGEST_PAGE = 1_000


class _Page(msgspec.Struct):
    start: int
    entries: tuple[str, ...]


class HttpMirror:
    """`ports.EntrySource` at a distributor's address: its public JSON, and the checkpoints of its witness."""

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._client, self._base_url = client, base_url
        self._witness = HttpWitness(client, f"{base_url}/ledger")

    async def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint that its witness cosigned. Raises Unavailable."""
        return await self._witness.newest(origin)

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """A page of its copy. Raises Unavailable, also for an answer that is no such page."""
        url = f"{self._base_url}/api/v1/ledger/entries"
        asked = {"start": start, "limit": min(limit, LARGEST_PAGE)}
        try:
            answer = await self._client.get(url, params=asked, timeout=DEADLINE_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{url}: {type(error).__name__}: is the mirror running?") from error
        try:
            page = msgspec.json.decode(answer.content, type=_Page)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unavailable(f"{url} answered {answer.status_code} and no entries: is its version ours?") from error
        if answer.status_code != httpx.codes.OK or page.start != start:
            raise Unavailable(f"{url} answered {answer.status_code} and other entries: is its version ours?")
        return tuple(text.encode() for text in page.entries)
