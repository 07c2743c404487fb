"""What every act around accounts is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alpine_core.accounts.attempts import Attempts
from alpine_core.accounts.tokens import token_hash, token_text
from alpine_core.accounts.visitor import Visitor
from alpine_core.model.account import Session
from alpine_core.model.account_change import IssueToken, QueueMail, RecordEvent
from alpine_core.model.credential import SingleUseToken, TokenPurpose
from alpine_core.model.security_event import SecurityEvent, SecurityKind
from alpine_core.ports.account_acts import AccountActs
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.credentials import Credentials
from alpine_core.ports.letters import Letter, LetterKind, Letters
from alpine_core.ports.one_time_codes import OneTimeCodes
from alpine_core.ports.password_hasher import PasswordHasher

ONE_HOUR = 3600.0
NOBODY = ""
"""The account of a token that is not stored: the same work is done for addresses without an account."""


@dataclass(frozen=True, slots=True)
class AccountParts:
    """`new_token` gives 32 random bytes at each call, `new_id` a fresh text. `idle_seconds`: a session that nobody used
    for so long has ended."""

    accounts: AccountStore
    credentials: Credentials
    acts: AccountActs
    attempts: Attempts
    hasher: PasswordHasher
    codes: OneTimeCodes
    letters: Letters
    clock: Clock
    new_token: Callable[[], bytes]
    new_id: Callable[[], str]
    idle_seconds: float = ONE_HOUR

    def issue(
        self, account_id: str, purpose: TokenPurpose, expires_at: datetime, detail: str = ""
    ) -> tuple[str, IssueToken]:
        """A fresh token's text, the only copy, and the change that stores its hash."""
        text = token_text(self.new_token())
        token = SingleUseToken(
            token_hash=token_hash(text), account_id=account_id, purpose=purpose, expires_at=expires_at, detail=detail
        )
        # A second browser may be between its two steps as well.
        return text, IssueToken(token=token, beside=purpose is TokenPurpose.SECOND_STEP)

    def is_idle(self, session: Session, now: datetime) -> bool:
        """Whether nobody used it for too long."""
        return now - (session.seen_at or session.created_at) >= timedelta(seconds=self.idle_seconds)

    def mail(
        self,
        kind: LetterKind,
        recipient: str,
        at: datetime,
        visitor: Visitor,
        token: str = "",
        *,
        really: bool = True,
    ) -> QueueMail:
        """The mail of this kind, into the outbox."""
        letter = Letter(kind=kind, recipient=recipient, at=at, token=token, address=visitor.address)
        return QueueMail(mail=self.letters.write(letter), at=at, really=really)


def event(
    kind: SecurityKind, account_id: str | None, at: datetime, visitor: Visitor, detail: str = "", *, by: str | None = ""
) -> RecordEvent:
    """The event, done by the account itself unless `by` names another or, as None, nobody who is signed in."""
    actor_id = account_id if by == "" else by
    return RecordEvent(
        event=SecurityEvent(
            account_id=account_id,
            actor_id=actor_id,
            kind=kind,
            at=at,
            detail=detail,
            address=visitor.address,
            agent=visitor.agent,
        )
    )


def later(now: datetime, *, minutes: int) -> datetime:
    """So many minutes after now."""
    return now + timedelta(minutes=minutes)
