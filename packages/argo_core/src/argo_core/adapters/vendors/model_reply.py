"""What a vendor of language models answered, read but not yet believed."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from argo_core.errors import SourceError
from argo_core.model.opinion_answer import Usage
from argo_core.sources.opinion_text import cut, visible

_WORDS_LENGTH = 200
_MODEL_LENGTH = 80


class ModelReply(msgspec.Struct, frozen=True, kw_only=True):
    """`text`: what the model said, None if it said nothing whole. `reported`: addresses that the vendor says were
    read. `raw`: the vendor's body, in which no secret is left."""

    text: str | None
    reported: tuple[str, ...]
    model: str
    usage: Usage
    raw: bytes


class ReplyItem(msgspec.Struct, frozen=True):
    """One step of an answer. What it holds depends on the vendor's mood, so it is looked at piece by piece."""

    type: Any = None
    content: Any = None
    results: Any = None


class ReplyBody(msgspec.Struct, frozen=True):
    """The parts of a Responses-like body that matter here; unknown ones are left alone."""

    status: str | None = None
    model: str | None = None
    output: list[ReplyItem] | None = None
    citations: Any = None
    usage: Any = None
    error: Any = None


_DECODER = msgspec.json.Decoder(ReplyBody)


def read_body(vendor: str, body: bytes) -> ReplyBody:
    """A success's body, complete or cut short by the model's own limit.

    Raises SourceError: REFUSED_ANSWER for another form, VENDOR_ERROR if the vendor says inside that it failed.
    """
    try:
        read = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SourceError("REFUSED_ANSWER", f"{vendor}: the answer has another form than its description") from None
    if read.status in ("failed", "cancelled") or read.error:
        said = cut(" ".join(visible(_words(read.error)).split()), _WORDS_LENGTH)
        raise SourceError("VENDOR_ERROR", f"{vendor}: the answer says that it failed ({said}): it is asked again later")
    if read.status not in ("completed", "incomplete"):
        raise SourceError("REFUSED_ANSWER", f"{vendor}: the answer does not say that it is complete")
    return read


def said_text(body: ReplyBody) -> str | None:
    """The text of the last message; None if the answer was cut short, refused, or has none."""
    messages = [item for item in body.output or () if item.type == "message"]
    if body.status != "completed" or not messages:
        return None
    parts = dicts(messages[-1].content)
    if any(part.get("type") == "refusal" for part in parts):
        return None
    texts = [part["text"] for part in parts if part.get("type") == "output_text" and isinstance(part.get("text"), str)]
    return "".join(texts) or None


def annotated(body: ReplyBody) -> list[str]:
    """Addresses in the annotations of the messages."""
    parts = [part for item in body.output or () if item.type == "message" for part in dicts(item.content)]
    marks = [mark for part in parts for mark in dicts(part.get("annotations")) if mark.get("type") == "url_citation"]
    return [mark["url"] for mark in marks if isinstance(mark.get("url"), str)]


def dicts(value: object) -> list[dict[str, Any]]:
    """The objects of a list; nothing if it is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def count(value: object) -> int | None:
    """A number of things, None for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def money(value: object, per_dollar: float = 1.0) -> float | None:
    """An amount in US dollars, finite and not negative; None for what is none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        amount = float(value) / per_dollar
    except OverflowError:
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None


def model_name(said: str | None, asked: str) -> str:
    """The model that answered, as the vendor names it: names of models move to other models."""
    return cut(" ".join(visible(said or asked).split()), _MODEL_LENGTH)


def _words(error: object) -> str:
    if isinstance(error, dict):
        error = error.get("message") or error.get("error") or error.get("code")
    return error if isinstance(error, str) else "no reason given"
