"""What is asked of a service, and how its answers are read. Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from alpine_core.client.errors import BadAnswer, NotAllowed, Unreachable
from alpine_core.client.event_stream import SentEvent
from alpine_core.errors import OperatorError, ReaderError, SenderError
from alpine_core.model.position import Position
from alpine_core.wire.json_text import read_object

SIGN_IN, LIST, STREAM = "/api/v1/auth/login", "/api/v1/signals/subscribed", "/stream/signals"
TIMEOUT = httpx.Timeout(10.0)
SILENCE = httpx.Timeout(10.0, read=50.0)  # the service breaks its silence every 15 s
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
Kind = Literal["signal", "outcome"]


def base_of(url: str) -> str:
    """The service's address without a slash at its end. Raises OperatorError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise OperatorError("url: give the service's address as https://host")
    return url.rstrip("/")


def headers_of(api_key: str | None) -> dict[str, str]:
    """What goes with every request. Raises OperatorError for a key that cannot stand in a header."""
    if api_key is None:
        return {"Accept": "application/json"}
    if not api_key.isascii() or not api_key.isprintable() or not api_key or " " in api_key:
        raise OperatorError("api_key: it holds what no key holds: copy it again")
    return {"Accept": "application/json", "Authorization": f"Bearer {api_key}"}


def signal_path(signal_id: str, part: str = "") -> str:
    """The address of one signal, or of what belongs to it."""
    return f"/api/v1/signals/{quote(signal_id, safe='')}{part}"


def stream_headers(last_id: str | None) -> dict[str, str]:
    """Where a stream goes on."""
    resumed = {} if last_id is None else {"Last-Event-ID": last_id}
    return {"Accept": "text/event-stream", "Cache-Control": "no-store", **resumed}


def unreachable(error: httpx.TransportError) -> Unreachable:
    """A failure between client and service."""
    return Unreachable(f"the service did not answer ({type(error).__name__}): try again later")


def require_answered(answer: httpx.Response, kind: str) -> None:
    """Raises Unreachable, NotAllowed, BadAnswer unless the answer is 200 of this media type. Its body is read."""
    status = answer.status_code
    if status in LATER:
        after = answer.headers.get("retry-after", "")
        seconds = float(after) if after.isdecimal() and len(after) < 6 else 0.0
        raise Unreachable(f"the service says {status}: try again later", seconds)
    if status != HTTPStatus.OK:
        problem = _problem(answer)
        detail = f"{problem.get('detail', '')!s:.300}"
        told = "".join(each if each.isprintable() else " " for each in detail)
        code = problem.get("code")
        raise NotAllowed(status, code if isinstance(code, str) else None, f"the service refuses ({status}): {told}")
    if answer.headers.get("content-type", "").partition(";")[0].strip() != kind:
        raise BadAnswer(f"the service does not answer with {kind}: is the address right?")


def object_of(content: bytes) -> dict[str, Any]:
    """The JSON object of an answer. Raises BadAnswer."""
    try:
        return read_object(content)
    except SenderError as error:
        raise BadAnswer(f"the answer is no JSON object: {error}") from None


def page_of(content: bytes) -> tuple[list[dict[str, Any]], int | None]:
    """The claimed signals of a page, and where the next begins. Raises BadAnswer."""
    told = object_of(content)
    items, following = told.get("items"), told.get("next")
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise BadAnswer("the answer has no items: is the address right?")
    if following is not None and not isinstance(following, int):
        raise BadAnswer("the answer does not say where it goes on")
    return items, following


PASSED_OVER = ("sealed", "again")
"""Names of events that bring no signal: one says only that there is one, the other that the stream ends."""


def event_of(sent: SentEvent) -> tuple[Kind, Mapping[str, Any]]:
    """What an event claims. Raises BadAnswer."""
    try:
        Position.parse(sent.event_id)
    except ReaderError:
        raise BadAnswer("an event's id is no position: is this such a service?") from None
    if sent.name == "signal":
        return "signal", object_of(sent.data.encode())
    if sent.name == "outcome":
        return "outcome", object_of(sent.data.encode())
    raise BadAnswer(f"an event is named {sent.name[:40]!a}: use a newer client")


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
