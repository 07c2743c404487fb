"""xAI's Responses API (`POST /v1/responses`): what is sent, and what its answers mean. Pure.

Source: docs.x.ai, guides on structured outputs, search tools and citations, as of November 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from argo_core.adapters.vendor_path import Document
from argo_core.adapters.vendors.model_reply import (
    ModelReply,
    annotated,
    count,
    dicts,
    model_name,
    money,
    read_body,
    said_text,
)
from argo_core.errors import ConfigError, SourceError
from argo_core.model.opinion_answer import Question, Usage
from argo_core.sources.opinion_prompt import parts_of
from argo_core.sources.opinion_schema import VOTE_SCHEMA

PATH = "/v1/responses"
X_DOMAINS = ("x.com", "twitter.com")
_TICKS_PER_USD = 1e10
_MOST_DOMAINS = 5
_REMOVED = 410


@dataclass(frozen=True, slots=True)
class XaiPolicy:
    """`domains`: where the web search looks, at most 5, everywhere if empty. `x_symbols`: about which symbols X is
    searched, None for all: for small companies few posts make the picture, and posters know it. `x_days`: how old
    posts may be."""

    model: str = "grok-4.7"
    domains: tuple[str, ...] = ()
    web_search: bool = True
    x_symbols: tuple[str, ...] | None = None
    x_handles: tuple[str, ...] = ()
    x_days: int = 1
    max_output_tokens: int = 1200

    def __post_init__(self) -> None:
        if len(self.domains) > _MOST_DOMAINS:
            raise ConfigError(f"xai: {len(self.domains)} search domains: the vendor takes at most {_MOST_DOMAINS}")

    @property
    def cited_domains(self) -> tuple[str, ...]:
        """Where citations may be from."""
        return (*self.domains, *X_DOMAINS) if self.domains else ()


def request_of(question: Question, policy: XaiPolicy, *, search: bool) -> Mapping[str, Any]:
    """The body of the request. Nothing is stored at the vendor."""
    instructions, asked = parts_of(question)
    form: dict[str, Any] = {
        "model": policy.model,
        "store": False,
        "input": [{"role": "system", "content": instructions}, {"role": "user", "content": asked}],
        "max_output_tokens": policy.max_output_tokens,
        "text": {"format": {"type": "json_schema", "name": "vote", "strict": True, "schema": VOTE_SCHEMA}},
    }
    tools = _tools(question, policy) if search else []
    return {**form, "tools": tools} if tools else form


def reply_of(body: bytes, policy: XaiPolicy) -> ModelReply:
    """The answer of a 200. Raises SourceError REFUSED_ANSWER, VENDOR_ERROR."""
    read = read_body("xai", body)
    usage = read.usage if isinstance(read.usage, dict) else {}
    return ModelReply(
        text=said_text(read),
        reported=(*annotated(read), *_all_sources(read.citations)),
        model=model_name(read.model, policy.model),
        usage=Usage(
            input_tokens=count(usage.get("input_tokens")),
            output_tokens=count(usage.get("output_tokens")),
            searches=count(usage.get("num_sources_used")),
            cost_usd=money(usage.get("cost_in_usd_ticks"), _TICKS_PER_USD),
        ),
        raw=body,
    )


def refusing(document: Document) -> SourceError | None:
    """What this vendor says in its own way: a bad key is a 400, a removed interface a 410."""
    if document.status == 400 and "api key" in _error_words(document.body).lower():
        return SourceError("DISABLED", "xai refuses the key (400): check XAI_API_KEY", permanent=True)
    if document.status == _REMOVED:
        why = "xai has removed what was asked for (410): update argo-core, or check XAI_URL"
        return SourceError("DISABLED", why, permanent=True)
    return None


def _tools(question: Question, policy: XaiPolicy) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = []
    if policy.web_search:
        filters = {"filters": {"allowed_domains": list(policy.domains)}} if policy.domains else {}
        tools.append({"type": "web_search", **filters})
    if policy.x_symbols is None or question.symbol in policy.x_symbols:
        handles = {"allowed_x_handles": list(policy.x_handles)} if policy.x_handles else {}
        until = question.as_of.date()
        since = until - timedelta(days=policy.x_days)
        tools.append({"type": "x_search", "from_date": since.isoformat(), "to_date": until.isoformat(), **handles})
    return tools


def _all_sources(citations: object) -> list[str]:
    """The top-level list, of addresses or of objects with one; it may be missing."""
    listed = citations if isinstance(citations, list) else []
    plain = [each for each in listed if isinstance(each, str)]
    return plain + [each["url"] for each in dicts(listed) if isinstance(each.get("url"), str)]


def _error_words(body: bytes) -> str:
    """The error may be a string, an object with a message, or a bare text."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body[:300].decode("utf-8", "replace")
    error = said.get("error") if isinstance(said, dict) else said
    words = error.get("message") if isinstance(error, dict) else error
    return words if isinstance(words, str) else ""
