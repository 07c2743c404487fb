"""What a verification ends in: lines for a person, members for a program, a status for a shell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from alpine_core.errors import NotProven
from alpine_core.model.witness import Cosignature
from alpine_core.offline.sentences import sentence_of

VERIFIED, NOT_VERIFIED, NOT_READ = 0, 1, 2
OWN_WORD = "The keys are the file's own word: give --policy or --vkey from a source that you trust."


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`ok`: everything held. `lines` say what was checked; `told` is the same for programs."""

    ok: bool
    lines: tuple[str, ...]
    told: dict[str, Any]

    @property
    def status(self) -> int:
        """0 or 1."""
        return VERIFIED if self.ok else NOT_VERIFIED


def refused(error: NotProven, warnings: Sequence[str] = ()) -> Verdict:
    """The verdict of a check that failed."""
    told = {"verified": False, "code": error.code, "message": str(error), "warnings": list(warnings)}
    return Verdict(ok=False, lines=(f"NOT VERIFIED. {sentence_of(error)}", *warnings), told=told)


def witness_lines(cosignatures: Sequence[Cosignature]) -> list[str]:
    """Who has seen the log in this state, and when."""
    if not cosignatures:
        return ["no trusted witness has signed: only the provider's own signature stands"]
    return [f"witnessed by {each.name} at {_utc(each.time)}" for each in sorted(cosignatures, key=lambda one: one.time)]


def _utc(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
