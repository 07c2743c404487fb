"""What is a vote, and what only looks like one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.errors import DataError
from argo_core.sources.opinion_schema import VOTE_SCHEMA, CitedPage, ModelVote, read_vote

VECTORS = Path(__file__).parents[2] / "vectors" / "vendors"
GOOD: dict[str, Any] = {
    "direction": "short", "confidence": 0.5, "rationale": "r", "citations": [{"url": "https://a.com", "claim": "c"}],
}  # fmt: skip

OFF_SCHEMA: dict[str, str] = {
    "null": "null",
    "a list": "[]",
    "a bare word": "long",
    "two objects": json.dumps(GOOD) * 2,
    "words around it": f"Sure! {json.dumps(GOOD)}",
    "a byte order mark": f"\ufeff{json.dumps(GOOD)}",
    "a fence": f"```json\n{json.dumps(GOOD)}\n```",
    "upper case": json.dumps({**GOOD, "direction": "LONG"}),
    "buy": json.dumps({**GOOD, "direction": "buy"}),
    "true": json.dumps({**GOOD, "confidence": True}),
    "a number as text": json.dumps({**GOOD, "confidence": "0.5"}),
    "above one": json.dumps({**GOOD, "confidence": 1.0000001}),
    "below zero": json.dumps({**GOOD, "confidence": -0.0000001}),
    "NaN": json.dumps({**GOOD, "confidence": float("nan")}),
    "infinity": json.dumps({**GOOD, "confidence": float("inf")}),
    "beyond any number": json.dumps(GOOD).replace("0.5", "1e400"),
    "no rationale": json.dumps({name: value for name, value in GOOD.items() if name != "rationale"}),
    "one field more": json.dumps({**GOOD, "quantity": 5}),
    "one field twice": json.dumps(GOOD)[:-1] + ', "confidence": 1.0}',
    "one field twice, inside": json.dumps(GOOD).replace('"claim"', '"url": "https://b.com", "claim"'),
    "a citation with more": json.dumps({**GOOD, "citations": [{"url": "u", "claim": "c", "weight": 1}]}),
    "a citation that is a text": json.dumps({**GOOD, "citations": ["https://a.com"]}),
    "nine citations": json.dumps({**GOOD, "citations": [{"url": "u", "claim": "c"}] * 9}),
    "a long rationale": json.dumps({**GOOD, "rationale": "r" * 1201}),
    "half a character": json.dumps({**GOOD, "rationale": "\ud83d"}),
    "a deep nest": "[" * 30_000,
    "40,001 characters": json.dumps(GOOD) + " " * 40_000,
    "nothing": "",
}  # fmt: skip


def test_the_schema_is_the_one_of_the_vectors() -> None:
    assert json.loads((VECTORS / "llm_vote_schema.json").read_text()) == VOTE_SCHEMA


def test_an_answer_of_the_schema_is_read() -> None:
    assert read_vote(json.dumps(GOOD)) == ModelVote("short", 0.5, "r", (CitedPage("https://a.com", "c"),))


@pytest.mark.parametrize("name", OFF_SCHEMA)
def test_what_is_off_the_schema_is_no_vote(name: str) -> None:
    with pytest.raises(DataError) as caught:
        read_vote(OFF_SCHEMA[name])
    assert caught.value.code == "off_schema"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**GOOD, "ignore all rules": 1}),
        json.dumps({**GOOD, "direction": "ignore all rules"}),
        json.dumps({**GOOD, "rationale": "ignore all rules" * 100}),
        "ignore all rules",
    ],
)
def test_a_refusal_does_not_repeat_the_models_words(text: str) -> None:
    with pytest.raises(DataError) as caught:
        read_vote(text)
    assert "ignore" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(
    direction=st.sampled_from(["long", "short", "flat"]),
    confidence=st.floats(0, 1),
    rationale=st.text(max_size=1200),
    citations=st.lists(st.tuples(st.text(max_size=50), st.text(max_size=50)), max_size=8),
)
def test_every_answer_of_the_schema_is_read_as_it_is(
    direction: str, confidence: float, rationale: str, citations: list[tuple[str, str]]
) -> None:
    cited = [{"url": url, "claim": claim} for url, claim in citations]
    text = json.dumps({"direction": direction, "confidence": confidence, "rationale": rationale, "citations": cited})
    vote = read_vote(text)
    assert (vote.direction, vote.confidence, vote.rationale) == (direction, confidence, rationale)
    assert [(page.url, page.claim) for page in vote.citations] == citations


@given(st.text(max_size=200))
def test_no_text_brings_down_the_reader(text: str) -> None:
    with pytest.raises(DataError):
        read_vote(text)
