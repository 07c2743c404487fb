"""What a model says of a symbol, as text of the vote schema, and in each vendor's form."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.argo.peers.quotes import Quotes
from tests.argo.peers.refusals import FOLDER

PAGE = "https://www.reuters.com/x"
GOOD = {
    "direction": "long",
    "confidence": 0.62,
    "rationale": "Raised guidance.",
    "citations": [{"url": PAGE, "claim": "raised FY guidance"}],
}
DAY = 86_400.0
_SYMBOL = re.compile(r"^Symbol: (\S+)", re.MULTILINE)


def vector(vendor: str, name: str) -> Any:
    """A payload as the vendor describes it."""
    return json.loads((FOLDER / vendor / name).read_text())


def vote_text(**changes: Any) -> str:
    """A good vote with some fields changed."""
    return json.dumps({**GOOD, **changes})


def said(vendor: str, text: str, *, reported: tuple[str, ...] = (PAGE,), cost_usd: float = 0.004) -> dict[str, Any]:
    """A success of this vendor in which the model says `text`."""
    message = {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }
    if vendor == "xai":
        body = vector("xai", "responses_response.json")
        usage = {**body["usage"], "cost_in_usd_ticks": round(cost_usd * 1e10)}
        return {**body, "output": [message], "citations": list(reported), "usage": usage}
    body = vector("perplexity", "agent_response.json")
    found = {"type": "search_results", "results": [{"id": n, "url": url} for n, url in enumerate(reported, 1)]}
    usage = {**body["usage"], "cost": {"currency": "USD", "total_cost": cost_usd}}
    return {**body, "output": [found, message], "usage": usage}


def leaning(quotes: Quotes, question: str) -> str | None:
    """A vote on the symbol that the question names: where its price went within a day. None for one unknown."""
    named = _SYMBOL.search(question)
    if named is None or named[1] not in quotes.symbols:
        return None
    now = quotes.last(named[1])
    day = quotes.bars(named[1], 3600, now.at.timestamp() - DAY, now.at.timestamp())
    rose = now.price > day.values[0, 0]
    return vote_text(direction="long" if rose else "short", confidence=0.83, rationale=f"{named[1]} moved for a day.")
