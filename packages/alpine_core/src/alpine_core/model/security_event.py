"""What happened around accounts, for the people whom it concerns and for operators."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec

LONGEST_DETAIL = 200


class SecurityKind(StrEnum):
    """What happened. The words are stored: none is ever renamed."""

    SIGNED_UP = "signed_up"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SESSION_REVOKED = "session_revoked"
    EMAIL_VERIFIED = "email_verified"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET_ASKED = "password_reset_asked"
    PASSWORD_RESET = "password_reset"
    SECOND_FACTOR_ENABLED = "second_factor_enabled"
    SECOND_FACTOR_DISABLED = "second_factor_disabled"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    TOKEN_ISSUED = "token_issued"
    TOKEN_REFRESHED = "token_refreshed"
    TOKEN_REUSED = "token_reused"
    API_KEY_CREATED = "api_key_created"
    API_KEY_REVOKED = "api_key_revoked"
    TIER_CHANGED = "tier_changed"
    ROLE_CHANGED = "role_changed"
    TERMS_CHANGED = "terms_changed"
    WEBHOOK_CHANGED = "webhook_changed"
    DATA_EXPORTED = "data_exported"
    ACCOUNT_DELETED = "account_deleted"
    ADMIN_ACT = "admin_act"


class SecurityEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`account_id` is whom it concerns, None where no account is known; `actor_id` who did it, None for nobody signed
    in or a job. `detail` says more in at most 200 characters, and never holds a secret nor an address of e-mail: the
    log only grows, also when an account is deleted. `address` is the client's, `agent` its own name for itself.

    `event_id` counts from 1; 0 before the event is stored.
    """

    account_id: str | None
    actor_id: str | None
    kind: SecurityKind
    at: datetime
    detail: Annotated[str, msgspec.Meta(max_length=LONGEST_DETAIL)] = ""
    address: Annotated[str, msgspec.Meta(max_length=64)] = ""
    agent: Annotated[str, msgspec.Meta(max_length=LONGEST_DETAIL)] = ""
    event_id: int = 0


class EventQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which events, newest first. None: all. `before` is the number that the last page gave, exclusive."""

    account_id: str | None = None
    actor_id: str | None = None
    kind: SecurityKind | None = None
    before: int | None = None
    limit: int = 50
