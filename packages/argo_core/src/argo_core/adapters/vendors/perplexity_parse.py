"""Perplexity's Agent API (`POST /v1/agent`): what is sent, and what its answers mean. Pure.

Source: docs.perplexity.ai, Agent API, as of November 2026. The older Sonar endpoint has ended and is not used. An
unknown field is a 400 here, so nothing is shared with other vendors' requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from argo_core.adapters.vendor_path import Document
from argo_core.adapters.vendors.model_reply import (
    ModelReply,
    ReplyBody,
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

PATH = "/v1/agent"
BAD_GATEWAY = 502
_MOST_DOMAINS = 20
_FAILED_DEPENDENCY = 424


@dataclass(frozen=True, slots=True)
class PerplexityPolicy:
    """`domains`: where the search looks, at most 20, without a scheme, everywhere if empty."""

    model: str = "perplexity/sonar"
    domains: tuple[str, ...] = ()
    recency: Literal["hour", "day", "week", "month", "year"] = "day"
    context_size: Literal["low", "medium", "high"] = "low"
    max_results: int = 6
    max_steps: int = 3
    max_output_tokens: int = 1200

    def __post_init__(self) -> None:
        if len(self.domains) > _MOST_DOMAINS:
            raise ConfigError(f"perplexity: {len(self.domains)} search domains: the vendor takes {_MOST_DOMAINS}")
        if any("/" in domain for domain in self.domains):
            raise ConfigError("perplexity: write search domains without scheme and path, for instance reuters.com")


def request_of(question: Question, policy: PerplexityPolicy, *, search: bool) -> Mapping[str, Any]:
    """The body of the request. Nothing is stored at the vendor."""
    instructions, asked = parts_of(question)
    schema = {"name": "vote", "strict": True, "schema": VOTE_SCHEMA}
    form: dict[str, Any] = {
        "model": policy.model,
        "instructions": instructions,
        "input": asked,
        "max_output_tokens": policy.max_output_tokens,
        "store": False,
        "response_format": {"type": "json_schema", "json_schema": schema},
    }
    if not search:
        return form
    domains = {"search_domain_filter": list(policy.domains)} if policy.domains else {}
    tool = {
        "type": "web_search",
        "search_context_size": policy.context_size,
        "max_results": policy.max_results,
        "filters": {**domains, "search_recency_filter": policy.recency},
    }
    return {**form, "tools": [tool], "tool_choice": {"type": "web_search"}, "max_steps": policy.max_steps}


def reply_of(body: bytes, policy: PerplexityPolicy) -> ModelReply:
    """The answer of a 200. Raises SourceError REFUSED_ANSWER, VENDOR_ERROR."""
    read = read_body("perplexity", body)
    return ModelReply(
        text=said_text(read),
        reported=(*annotated(read), *_found(read)),
        model=model_name(read.model, policy.model),
        usage=_usage_of(read.usage),
        raw=body,
    )


def unstructured_reply(document: Document, policy: PerplexityPolicy) -> ModelReply | None:
    """A 502 that says that the model could not keep to the schema is an answer without text; None for another 502."""
    if document.status != BAD_GATEWAY or _error_type(document.body) != "upstream_structured_output_failed":
        return None
    return ModelReply(text=None, reported=(), model=policy.model, usage=Usage(), raw=b"")


def refusing(document: Document) -> SourceError | None:
    """What this vendor says in its own way: a 424 is a fault of somebody behind it, which passes."""
    if document.status == _FAILED_DEPENDENCY:
        return SourceError("VENDOR_ERROR", "perplexity cannot reach what it depends on (424): it is asked again later")
    return None


def _found(body: ReplyBody) -> list[str]:
    pages = [page for item in body.output or () if item.type == "search_results" for page in dicts(item.results)]
    return [page["url"] for page in pages if isinstance(page.get("url"), str)]


def _usage_of(usage: object) -> Usage:
    said = usage if isinstance(usage, dict) else {}
    cost, tools = said.get("cost"), said.get("tool_calls_details")
    searched = tools.get("search_web") if isinstance(tools, dict) else None
    in_dollars = isinstance(cost, dict) and cost.get("currency", "USD") == "USD"
    return Usage(
        input_tokens=count(said.get("input_tokens")),
        output_tokens=count(said.get("output_tokens")),
        searches=count(searched.get("invocation")) if isinstance(searched, dict) else None,
        cost_usd=money(cost.get("total_cost")) if isinstance(cost, dict) and in_dollars else None,
    )


def _error_type(body: bytes) -> str | None:
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    error = said.get("error") if isinstance(said, dict) else None
    return error.get("type") if isinstance(error, dict) else None
