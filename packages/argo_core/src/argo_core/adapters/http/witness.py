"""A witness over HTTP, exactly as c2sp.org/tlog-witness 1.0.0 writes it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import httpx

from argo_core.adapters.http.sender import disputed
from argo_core.errors import Unavailable
from argo_core.ledger.base64_text import base64_of
from argo_core.ledger.decimal_text import decimal_of
from argo_core.ports.witness import WitnessAnswer

DEADLINE_SECONDS = 10.0
_MOST_BYTES = 1_000_000
_REFUSALS = {
    httpx.codes.FORBIDDEN: "bad_log_signature",
    httpx.codes.NOT_FOUND: "unknown_origin",
    httpx.codes.UNPROCESSABLE_ENTITY: "split_view",
}


class HttpWitness:
    """`ports.Witness` below `base_url` (without a slash at its end). Close the client that it was given."""

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._client, self._base_url = client, base_url

    @property
    def name(self) -> str:
        """Its address."""
        return self._base_url

    async def submit(self, old: int, proof: Sequence[bytes], note: bytes, size: int) -> WitnessAnswer:
        """POST add-checkpoint. Raises Unavailable, Disputed."""
        steps = "".join(f"{base64_of(step)}\n" for step in proof)
        body = f"old {old}\n{steps}\n".encode() + note
        answer = await self._ask("POST", "add-checkpoint", body)
        if answer.status_code == httpx.codes.OK:
            return WitnessAnswer(size=size, lines=_lines(answer))
        if answer.status_code == httpx.codes.CONFLICT:
            stands = decimal_of(_text(answer).removesuffix("\n"))
            if stands is not None:
                return WitnessAnswer(size=stands)
        code = _REFUSALS.get(httpx.codes(answer.status_code)) if answer.status_code in _REFUSALS else None
        if code is not None:
            raise disputed(code)
        raise Unavailable(f"{self._base_url} answered {answer.status_code}: is it a witness?")

    async def newest(self, origin: str) -> bytes | None:
        """GET the newest checkpoint of the log. Raises Unavailable."""
        answer = await self._ask("GET", f"{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint", b"")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx.codes.OK or len(answer.content) > _MOST_BYTES:
            raise Unavailable(f"{self._base_url} answered {answer.status_code}: is it a witness?")
        return answer.content

    async def _ask(self, method: str, path: str, body: bytes) -> httpx.Response:
        url = f"{self._base_url}/{path}"
        try:
            return await self._client.request(method, url, content=body, timeout=DEADLINE_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{url}: {type(error).__name__}: is the witness running?") from error


def _lines(answer: httpx.Response) -> tuple[str, ...]:
    return tuple(f"{line}\n" for line in _text(answer).split("\n") if line)


def _text(answer: httpx.Response) -> str:
    return answer.content[:_MOST_BYTES].decode("utf-8", "replace")
