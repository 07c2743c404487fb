"""Perplexity's Agent API: an unknown field is refused, the older interface is gone, a vote with its search results."""

from __future__ import annotations

import json

from tests.argo.peers.http_peer import Reply, Replying, Request
from tests.argo.peers.opinion import leaning, said
from tests.argo.peers.quotes import Quotes
from tests.argo.peers.refusals import refused

PATHS = ("/v1/agent", "/v1/responses")
FIELDS = frozenset(
    "model models preset input instructions tools tool_choice response_format max_output_tokens max_steps store".split()
)


def perplexity(quotes: Quotes, key: str) -> Replying:
    """Votes on what the question names."""

    def reply(request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {key}":
            return refused("perplexity", "bad_key")
        if request.path not in PATHS:
            return Reply({"error": {"message": "not found", "type": "not_found", "code": 404}}, 404)
        form = json.loads(request.body or b"{}")
        if not form.keys() <= FIELDS or "input" not in form:
            return refused("perplexity", "unknown_field")
        text = leaning(quotes, form["input"])
        return Reply(said("perplexity", text or "I do not know this symbol."))

    return reply
