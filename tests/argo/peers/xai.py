"""xAI's Responses API: keys checked, what it has removed refused, a vote in the form it documents."""

from __future__ import annotations

import json
from typing import Any

from tests.argo.peers.http_peer import Reply, Replying, Request
from tests.argo.peers.opinion import leaning, said
from tests.argo.peers.quotes import Quotes
from tests.argo.peers.refusals import refused

PATH = "/v1/responses"
TOOLS = {"web_search", "x_search"}
MOST_DOMAINS = 5


def xai(quotes: Quotes, key: str) -> Replying:
    """Votes on what the question names."""

    def reply(request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {key}":
            return refused("xai", "bad_key")
        form = json.loads(request.body or b"{}")
        if request.path != PATH or "search_parameters" in form:
            return refused("xai", "live_search_removed")
        if not ({"model", "input"} <= form.keys() and _tools_fit(form.get("tools", []))):
            return refused("xai", "bad_body")
        asked = form["input"] if isinstance(form["input"], str) else form["input"][-1]["content"]
        text = leaning(quotes, asked)
        return Reply({**said("xai", text or "I do not know this symbol."), "model": form["model"]})

    return reply


def _tools_fit(tools: list[dict[str, Any]]) -> bool:
    domains = [tool.get("filters", {}).get("allowed_domains", []) for tool in tools]
    return all(tool.get("type") in TOOLS for tool in tools) and all(len(each) <= MOST_DOMAINS for each in domains)
