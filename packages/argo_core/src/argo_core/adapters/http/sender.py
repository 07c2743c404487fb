"""Authenticated JSON over one kept connection, and what its answers mean."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from argo_core.adapters.http.signature import Signer
from argo_core.errors import Disputed, StoreError, Unavailable
from argo_core.model.trace import TRACEPARENT, TraceContext, traceparent_of
from argo_core.ports.publisher import Published
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.tracer import Tracer

DEADLINE_SECONDS = 10.0
CREATED = (200, 201, 202)
CONFLICT = 409
# What may pass another time: a body that did not arrive as it was sent, a signature that is made anew with each
# attempt (and may be set up meanwhile), a clock that runs ahead of the receiver's.
TRANSIENT_CODES = frozenset(
    {"digest_mismatch", "bad_signature", "signature_expired", "replayed", "timestamp_in_future"}
)
# The receiver does not follow our log. That says nothing about one message: delivery stops until somebody has looked.
HALTING_CODES = frozenset({"split_view", "bad_log_signature", "unknown_origin"})
FINAL_STATUSES = frozenset({400, CONFLICT, 413, 422})
PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where messages go: `base_url` without a slash at its end, `key` for X-API-Key."""

    base_url: str
    key: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that was understood: `document` is its JSON object, {} for anything else."""

    status: int
    document: dict[str, Any]

    @property
    def code(self) -> str:
        """The receiver's stable word for what is wrong; the status where it gives none."""
        code = self.document.get("code")
        return code[:64] if isinstance(code, str) else f"http_{self.status}"

    def published(self, key: str, *, confirmed: bool) -> Published:
        """The answer to one message that was sent alone; `confirmed`: a success that says what was taken.

        Raises Unavailable for a success that does not: a proxy's page is no receipt.
        """
        if self.status in CREATED:
            if not confirmed:
                raise Unavailable(
                    f"{key}: the answer {self.status} does not confirm it: is the address the receiver's?"
                )
            return Published(key=key, status="accepted")
        if self.status == CONFLICT and self.code == "duplicate":
            return Published(key=key, status="duplicate")
        return Published(key=key, status="refused", code=self.code)


class Sender:
    """Posts to one receiver. Close the client that it was given. What is traced says so to the receiver in a header
    (W3C Trace Context), beside the body and in no signature."""

    def __init__(
        self, client: httpx.AsyncClient, receiver: Receiver, signer: Signer | None = None, tracer: Tracer = SILENT
    ) -> None:
        self._client, self._receiver, self._signer, self._tracer = client, receiver, signer, tracer

    async def post(self, path: str, body: bytes) -> Answer:
        """The answer, if it is one: accepted, known already, or refused for good.

        Raises Unavailable (a StoreError) when nobody answers, the key is refused, or the receiver asks to wait: the
        message stays where it is. The digest (RFC 9530) lets the receiver see that a byte was flipped on the way.
        """
        with self._tracer.span("send", path=path) as span:
            answer = await self._posted(path, body, span.context)
            span.note(status=answer.status)
            return answer

    async def _posted(self, path: str, body: bytes, context: TraceContext | None) -> Answer:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        headers = {
            "Content-Type": "application/json",
            "Content-Digest": f"sha-256=:{digest}:",
            "X-API-Key": self._receiver.key,
            **({} if self._signer is None else self._signer.headers(body)),
            **({} if context is None else {TRACEPARENT: traceparent_of(context)}),
        }
        url = f"{self._receiver.base_url}{path}"
        try:
            response = await self._client.post(url, content=body, headers=headers, timeout=DEADLINE_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{url}: {type(error).__name__}: is the receiver running?") from error
        answer = Answer(status=response.status_code, document=_object(response.content))
        if answer.code in HALTING_CODES:
            raise disputed(answer.code)
        if answer.status in CREATED or _is_final(answer, response.headers.get("content-type", "")):
            return answer
        raise Unavailable(f"{url}: {_explained(answer)}", retry_after=_seconds(response.headers.get("retry-after")))


def disputed(code: str) -> Disputed:
    """The error for one of `HALTING_CODES`."""
    why = {
        "split_view": "has seen another history of our log: compare the two, then run alpine ledger repin there",
        "bad_log_signature": "does not know our log's key: pin the key of argo ledger checkpoint there",
        "unknown_origin": "does not know our log: pin the key of argo ledger checkpoint there",
    }
    return Disputed(code, f"the receiver {why[code]}")


def _is_final(answer: Answer, content_type: str) -> bool:
    """True for the receiver's own verdict on this content: a problem with a code that the content cannot outlive.

    Anything else, a proxy's page for one, says nothing about the message.
    """
    named = content_type.partition(";")[0].strip().lower() == PROBLEM_TYPE and "code" in answer.document
    return named and answer.status in FINAL_STATUSES and answer.code not in TRANSIENT_CODES


def _object(content: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _explained(answer: Answer) -> str:
    if answer.status in (401, 403):
        return f"{answer.status}: the key is refused: run argo sync setup, or install the receiver's key"
    if answer.code in ("bad_signature", "signature_expired", "replayed"):
        return f"{answer.status} {answer.code}: install the receiver's ALPINE_WEBHOOK_SECRET and set the clock right"
    return f"{answer.status} {answer.code}"


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def require_results(answer: Answer, count: int) -> list[dict[str, Any]]:
    """The per-item results of a batch. Raises StoreError if the receiver did not answer each item."""
    if answer.status not in CREATED:
        raise StoreError(f"the receiver refused the batch: {_explained(answer)}")
    results = answer.document.get("results")
    if not isinstance(results, list) or len(results) != count:
        raise StoreError(f"the receiver answered a batch of {count} without {count} results: is its version ours?")
    return [result if isinstance(result, dict) else {} for result in results]
