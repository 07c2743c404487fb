"""Changes of accounts as values: what one act changes together."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.account import Account, Role, Session
from alpine_core.model.billing import PaidInvoice, Subscription
from alpine_core.model.credential import SecondFactor, SingleUseToken
from alpine_core.model.mail import Mail
from alpine_core.model.security_event import SecurityEvent
from alpine_core.model.tier import Tier


class CreateAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Create it if its address is free. `must`: the whole act is off if it is not; else only this change is."""

    account: Account
    must: bool


class SetPassword(msgspec.Struct, frozen=True, kw_only=True):
    """The act is off if the stored hash is no longer `before`."""

    account_id: str
    before: str
    after: str


class SetEmail(msgspec.Struct, frozen=True, kw_only=True):
    """`after` counts as verified. The act is off if the address is no longer `before`, or `after` is another's."""

    account_id: str
    before: str
    after: str


class MarkVerified(msgspec.Struct, frozen=True, kw_only=True):
    """The address belongs to the account's holder."""

    account_id: str


class SetDisplayName(msgspec.Struct, frozen=True, kw_only=True):
    """What pages call the holder."""

    account_id: str
    display_name: str


class IssueToken(msgspec.Struct, frozen=True, kw_only=True):
    """Store it. Unless `beside`, earlier ones of the same account and purpose end.

    If there is no account of its `account_id`, nothing is stored and the act goes on.
    """

    token: SingleUseToken
    beside: bool = False


class SpendToken(msgspec.Struct, frozen=True, kw_only=True):
    """Use it up. The act is off if it is not there, or expired at `at`."""

    token_hash: str
    at: datetime


class EndTokens(msgspec.Struct, frozen=True, kw_only=True):
    """Every link and ticket of the account that has not been used is void."""

    account_id: str


class PutSecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """Store it in place of the one before. The act is off if one is in force."""

    factor: SecondFactor


class ConfirmSecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """From now on it is asked for. The act is off if none waits for that. `code_hashes` are the recovery codes'."""

    account_id: str
    at: datetime
    step: int
    code_hashes: tuple[str, ...]


class SpendStep(msgspec.Struct, frozen=True, kw_only=True):
    """The act is off if a code of this time step or of a later one was taken before."""

    account_id: str
    step: int


class SpendRecoveryCode(msgspec.Struct, frozen=True, kw_only=True):
    """The act is off if there is no such code left."""

    account_id: str
    code_hash: str


class ReplaceRecoveryCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Those before are void. The act is off if no second factor is in force."""

    account_id: str
    code_hashes: tuple[str, ...]


class DropSecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """With its recovery codes. One that is not there changes nothing."""

    account_id: str


class AddSession(msgspec.Struct, frozen=True, kw_only=True):
    """Begin it."""

    session: Session


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """The act is off if the stored hash is no longer `password_hash`, or `has_factor` is not whether a second factor is
    in force: what was proven before the act has to hold when it is done."""

    account_id: str
    password_hash: str
    has_factor: bool


class EndSession(msgspec.Struct, frozen=True, kw_only=True):
    """End one session of this account, if it is there."""

    account_id: str
    token_hash: str


class EndSessions(msgspec.Struct, frozen=True, kw_only=True):
    """End every session of the account but the one whose token has the hash `keep`, an empty text keeps none; and every
    token of the API: each came from a session."""

    account_id: str
    keep: str = ""


class SeenSession(msgspec.Struct, frozen=True, kw_only=True):
    """The session was used at `at`."""

    token_hash: str
    at: datetime


class QueueMail(msgspec.Struct, frozen=True, kw_only=True):
    """Put it into the outbox. `really`: False asks the store the same work and leaves no mail, so that the time of an
    answer does not tell whether one goes out."""

    mail: Mail
    at: datetime
    really: bool = True


class RecordEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Append it to the log of security events."""

    event: SecurityEvent


class SetTier(msgspec.Struct, frozen=True, kw_only=True):
    """What the account sees from now on. The act is off if there is no such account."""

    account_id: str
    tier: Tier


class SetRole(msgspec.Struct, frozen=True, kw_only=True):
    """The act is off if there is no such account, or no administrator who can sign in would be left."""

    account_id: str
    role: Role


class SetLock(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody signs in to it from `at` on; None opens it again. The act is off as for `SetRole`."""

    account_id: str
    at: datetime | None


class DeleteAccount(msgspec.Struct, frozen=True, kw_only=True):
    """With everything that hangs on it; events of security, receipts, mails and invoices have no such hold.

    The act is off as for `SetRole`.
    """

    account_id: str


class EraseMails(msgspec.Struct, frozen=True, kw_only=True):
    """Every mail to the address, sent or not."""

    recipient: str


class PutSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """Keep it in the account's book, and its paid invoice for good. The act is off if there is no such account, or its
    book has another `version`, which grows by one."""

    account_id: str
    version: int
    customer_id: str
    subscription: Subscription
    invoice: PaidInvoice | None = None


class TakeNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice of the payment house is dealt with. The act is off if it was before."""

    notice_id: str
    kind: str
    at: datetime


AccountChange = (
    CreateAccount
    | SetPassword
    | SetEmail
    | MarkVerified
    | SetDisplayName
    | IssueToken
    | SpendToken
    | EndTokens
    | PutSecondFactor
    | ConfirmSecondFactor
    | SpendStep
    | SpendRecoveryCode
    | ReplaceRecoveryCodes
    | DropSecondFactor
    | AddSession
    | Unchanged
    | EndSession
    | EndSessions
    | SeenSession
    | QueueMail
    | RecordEvent
    | SetTier
    | SetRole
    | SetLock
    | DeleteAccount
    | EraseMails
    | PutSubscription
    | TakeNotice
)
