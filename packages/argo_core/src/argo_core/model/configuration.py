"""Settings that were accepted, as they are kept."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class Cause(enum.StrEnum):
    """Why a configuration was looked at: a process began with it, its file changed, or somebody went back to it."""

    START = "start"
    CHANGE = "change"
    ROLLBACK = "rollback"


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """`document`: what the file said, JSON with sorted keys, secrets masked; `sha256` of it, in hex. `changed`: dotted
    keys that differ from the one before of the same `file`, secrets excepted. `by`: who did it, else who owns the file.
    `number`: its place in the log, 0 before it is kept."""

    file: str
    accepted_at: datetime
    cause: Cause
    by: str
    sha256: str
    changed: tuple[str, ...]
    document: str
    number: int = 0
