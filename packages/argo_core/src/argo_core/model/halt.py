"""Why an executor may not trade, and who let it trade again. A record of either is never changed or removed."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class HaltCode(enum.StrEnum):
    """`OPERATOR` a person, `DRILL` an exercise, `BREACH` the prop firm's floor, `DAILY_LOSS` the day's limit,
    `UNRECONCILED` books that differ from the venue's, `ACCOUNT` an account that is not the pinned one."""

    OPERATOR = "operator"
    DRILL = "drill"
    BREACH = "breach"
    DAILY_LOSS = "daily_loss"
    UNRECONCILED = "unreconciled"
    ACCOUNT = "account"


class Halt(msgspec.Struct, frozen=True, kw_only=True):
    """An executor is halted from `at` (wall clock). `until` (market time) only for a halt that a new day's anchor ends;
    None means until an operator resumes. `halt_id` is unique; orders that flatten derive their ids from it."""

    halt_id: str
    executor_id: str
    code: HaltCode
    reason: str
    by: str
    at: datetime
    until: datetime | None = None


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a halt, by a person (`by` names them) or by the anchor that it was set to end at (`by` is anchor)."""

    halt_id: str
    executor_id: str
    reason: str
    by: str
    at: datetime
