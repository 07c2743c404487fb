"""The one form in which a language model may vote, as JSON schema for vendors and as a type for us.

Vendors keep length and range only as well as they can, so each answer is checked here again, strictly: whatever is
missing, unknown, doubled, out of range or no JSON at all refuses the whole answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from argo_core.errors import DataError

RATIONALE_LENGTH = 1200
CITATIONS = 8
ANSWER_LENGTH = 40_000
"""Characters. Eight citations and a rationale are far shorter; what is longer is something else."""

VOTE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["direction", "confidence", "rationale", "citations"],
    "properties": {
        "direction": {"type": "string", "enum": ["long", "short", "flat"]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "rationale": {"type": "string", "maxLength": RATIONALE_LENGTH},
        "citations": {
            "type": "array",
            "maxItems": CITATIONS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["url", "claim"],
                "properties": {"url": {"type": "string"}, "claim": {"type": "string"}},
            },
        },
    },
}


class CitedPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model says it rests on; nobody has checked it yet."""

    url: str
    claim: str


class ModelVote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer of the schema's form. `confidence` 0–1, as the model says it."""

    direction: Literal["long", "short", "flat"]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    rationale: Annotated[str, msgspec.Meta(max_length=RATIONALE_LENGTH)]
    citations: Annotated[tuple[CitedPage, ...], msgspec.Meta(max_length=CITATIONS)]


_DECODER = msgspec.json.Decoder(ModelVote, strict=True)


def read_vote(text: str) -> ModelVote:
    """The vote that `text` is, and nothing but is. Raises DataError `off_schema`, which does not quote it."""
    if len(text) > ANSWER_LENGTH:
        raise DataError("off_schema", f"the answer has {len(text)} characters: a vote has at most {ANSWER_LENGTH}")
    try:
        content = text.encode()
        json.loads(content, object_pairs_hook=_without_repeats)
        return _DECODER.decode(content)
    except msgspec.ValidationError as error:
        raise DataError("off_schema", f"the answer breaks the vote schema: {_rule_of(error)}") from None
    except (ValueError, RecursionError):
        raise DataError("off_schema", "the answer is no JSON object that says each thing once") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field is said twice: which one counts is anybody's guess")


def _rule_of(error: msgspec.ValidationError) -> str:
    """The field and the rule. What the model itself wrote is in these words only as the name of an unknown field and
    as a direction that is none, so those are left out."""
    words = str(error)
    if "unknown field" in words:
        return "an unknown field"
    return "a direction that is none" if "Invalid enum value" in words else words
