"""The words of mails."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from alpine_core.model.mail import Mail


class LetterKind(StrEnum):
    """What a mail about an account says."""

    VERIFY_EMAIL = "verify_email"
    ADDRESS_TAKEN = "address_taken"
    RESET_PASSWORD = "reset_password"
    CHANGE_EMAIL = "change_email"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"
    SECOND_FACTOR_ENABLED = "second_factor_enabled"
    SECOND_FACTOR_DISABLED = "second_factor_disabled"
    RECOVERY_CODE_USED = "recovery_code_used"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """`token` is what its link carries, empty for a notice; `address` is whose request it was, as far as known."""

    kind: LetterKind
    recipient: str
    at: datetime
    token: str = ""
    address: str = ""


class Letters(Protocol):
    """Promise: every kind has its words; each mail has a message id of its own."""

    def write(self, letter: Letter) -> Mail: ...
