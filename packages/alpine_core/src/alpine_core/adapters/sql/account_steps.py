"""What each change of an account asks of the database first, and then does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql import admin_steps
from alpine_core.adapters.sql.accounts import account_row
from alpine_core.adapters.sql.mail_rows import QUEUE_MAIL, mail_row
from alpine_core.adapters.sql.security_log import INSERT_EVENT, LAST_EVENT, event_row
from alpine_core.adapters.sql.sessions import INSERT_SESSION, session_row
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import RECOVERY_CODES, SECOND_FACTORS
from alpine_core.adapters.sql.transaction import Question, Row, Statement
from alpine_core.model import account_change as change
from alpine_core.model.account import Role
from alpine_core.wire.moments import optional_moment, write_moment

Planned = list[Statement] | None
"""None calls the act off."""

_NOTHING = Question("SELECT 1")
_CREATE = (
    "INSERT INTO accounts "
    "(account_id, email, password_hash, tier, role, created_at, email_verified, display_name, locked_at) "
    "SELECT ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ? WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE email = ?)"
)
_ISSUE = (
    "INSERT INTO single_use_tokens (token_hash, account_id, purpose, expires_at, detail) "
    "SELECT ?, ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM accounts WHERE account_id = ?)"
)
_IN_FORCE = "SELECT last_step FROM second_factors WHERE account_id = ? AND confirmed_at IS NOT NULL"
_STATE = (
    "SELECT password_hash, (SELECT count(*) FROM second_factors AS held "
    "WHERE held.account_id = accounts.account_id AND held.confirmed_at IS NOT NULL) FROM accounts WHERE account_id = ?"
)
_INSERT_CODE = insert_into(RECOVERY_CODES)


class Step(NamedTuple):
    """`plan` takes the rows that answer the question."""

    question: Question
    plan: Callable[[Sequence[Row]], Planned]


class AccountSteps:
    """The steps of one act."""

    def __init__(self, box: SecretBox) -> None:
        self._box = box
        self._events = 0

    def steps(self, changes: Sequence[change.AccountChange]) -> list[Step]:
        """One for each change, in their order."""
        return [getattr(self, _NAMES[type(each)])(each) for each in changes]

    def create(self, one: change.CreateAccount) -> Step:
        row = (*account_row(one.account), one.account.email)
        held = Question("SELECT account_id FROM accounts WHERE email = ?", (one.account.email,))
        return Step(held, lambda rows: None if rows and one.must else [Statement(_CREATE, [row])])

    def set_password(self, one: change.SetPassword) -> Step:
        known = Question("SELECT password_hash FROM accounts WHERE account_id = ?", (one.account_id,))
        sql = "UPDATE accounts SET password_hash = ? WHERE account_id = ?"
        return _if(known, one.before, Statement(sql, [(one.after, one.account_id)]))

    def set_email(self, one: change.SetEmail) -> Step:
        known = Question(
            "SELECT account_id, email FROM accounts WHERE account_id = ? OR email = ?", (one.account_id, one.after)
        )
        sql = "UPDATE accounts SET email = ?, email_verified = 1 WHERE account_id = ?"
        done = [Statement(sql, [(one.after, one.account_id)])]
        return Step(
            known, lambda rows: done if [tuple(row) for row in rows] == [(one.account_id, one.before)] else None
        )

    def mark_verified(self, one: change.MarkVerified) -> Step:
        return _always("UPDATE accounts SET email_verified = 1 WHERE account_id = ?", one.account_id)

    def rename(self, one: change.SetDisplayName) -> Step:
        return _always("UPDATE accounts SET display_name = ? WHERE account_id = ?", one.display_name, one.account_id)

    def issue(self, one: change.IssueToken) -> Step:
        token = one.token
        row = (token.token_hash, token.account_id, token.purpose.value, write_moment(token.expires_at), token.detail)
        ended = Statement(
            "DELETE FROM single_use_tokens WHERE account_id = ? AND purpose = ?",
            [] if one.beside else [(token.account_id, token.purpose.value)],
        )
        return Step(_NOTHING, lambda _rows: [ended, Statement(_ISSUE, [(*row, token.account_id)])])

    def spend_token(self, one: change.SpendToken) -> Step:
        known = Question(
            "SELECT 1 FROM single_use_tokens WHERE token_hash = ? AND expires_at > ?",
            (one.token_hash, write_moment(one.at)),
        )
        spent = Statement("DELETE FROM single_use_tokens WHERE token_hash = ?", [(one.token_hash,)])
        return Step(known, lambda rows: [spent] if rows else None)

    def end_tokens(self, one: change.EndTokens) -> Step:
        return _always("DELETE FROM single_use_tokens WHERE account_id = ?", one.account_id)

    def put_factor(self, one: change.PutSecondFactor) -> Step:
        factor = one.factor
        confirmed = None if factor.confirmed_at is None else write_moment(factor.confirmed_at)
        sealed = self._box.seal(factor.secret, f"second factor of {factor.account_id}")
        row = (factor.account_id, sealed, write_moment(factor.created_at), confirmed, factor.last_step)
        done = [*_dropped(factor.account_id), Statement(insert_into(SECOND_FACTORS), [row])]
        return Step(Question(_IN_FORCE, (factor.account_id,)), lambda rows: None if rows else done)

    def confirm_factor(self, one: change.ConfirmSecondFactor) -> Step:
        sql = "SELECT 1 FROM second_factors WHERE account_id = ? AND confirmed_at IS NULL"
        update = "UPDATE second_factors SET confirmed_at = ?, last_step = ? WHERE account_id = ?"
        done = [
            Statement(update, [(write_moment(one.at), one.step, one.account_id)]),
            *_codes(one.account_id, one.code_hashes),
        ]
        return Step(Question(sql, (one.account_id,)), lambda rows: done if rows else None)

    def spend_step(self, one: change.SpendStep) -> Step:
        spent = Statement("UPDATE second_factors SET last_step = ? WHERE account_id = ?", [(one.step, one.account_id)])
        return Step(
            Question(_IN_FORCE, (one.account_id,)), lambda rows: [spent] if rows and rows[0][0] < one.step else None
        )

    def spend_code(self, one: change.SpendRecoveryCode) -> Step:
        known = Question(
            "SELECT 1 FROM recovery_codes WHERE code_hash = ? AND account_id = ?", (one.code_hash, one.account_id)
        )
        spent = Statement("DELETE FROM recovery_codes WHERE code_hash = ?", [(one.code_hash,)])
        return Step(known, lambda rows: [spent] if rows else None)

    def replace_codes(self, one: change.ReplaceRecoveryCodes) -> Step:
        done = _codes(one.account_id, one.code_hashes)
        return Step(Question(_IN_FORCE, (one.account_id,)), lambda rows: done if rows else None)

    def drop_factor(self, one: change.DropSecondFactor) -> Step:
        return Step(_NOTHING, lambda _rows: _dropped(one.account_id))

    def add_session(self, one: change.AddSession) -> Step:
        return _always(INSERT_SESSION, *session_row(one.session))

    def end_session(self, one: change.EndSession) -> Step:
        sql = "DELETE FROM sessions WHERE token_hash = ? AND account_id = ?"
        return _always(sql, one.token_hash, one.account_id)

    def end_sessions(self, one: change.EndSessions) -> Step:
        ended = [
            Statement("DELETE FROM sessions WHERE account_id = ? AND token_hash <> ?", [(one.account_id, one.keep)]),
            Statement("DELETE FROM api_tokens WHERE account_id = ?", [(one.account_id,)]),
        ]
        return Step(_NOTHING, lambda _rows: ended)

    def unchanged(self, one: change.Unchanged) -> Step:
        seen = (one.password_hash, int(one.has_factor))
        return Step(Question(_STATE, (one.account_id,)), lambda rows: [] if rows and tuple(rows[0]) == seen else None)

    def seen(self, one: change.SeenSession) -> Step:
        return _always("UPDATE sessions SET seen_at = ? WHERE token_hash = ?", write_moment(one.at), one.token_hash)

    def queue(self, one: change.QueueMail) -> Step:
        return _always(QUEUE_MAIL, *mail_row(self._box, one.mail, one.at, really=one.really))

    def record(self, one: change.RecordEvent) -> Step:
        self._events += 1
        place = self._events

        def plan(rows: Sequence[Row]) -> Planned:
            numbered = msgspec.structs.replace(one.event, event_id=rows[0][0] + place)
            return [Statement(INSERT_EVENT, [event_row(numbered)])]

        return Step(LAST_EVENT, plan)

    def set_tier(self, one: change.SetTier) -> Step:
        done = Statement("UPDATE accounts SET tier = ? WHERE account_id = ?", [(one.tier.value, one.account_id)])
        return Step(admin_steps.known(one.account_id), lambda rows: [done] if rows else None)

    def set_role(self, one: change.SetRole) -> Step:
        done = Statement("UPDATE accounts SET role = ? WHERE account_id = ?", [(one.role.value, one.account_id)])
        if one.role is Role.ADMIN:
            return Step(admin_steps.known(one.account_id), lambda rows: [done] if rows else None)
        return _unless_last(one.account_id, [done])

    def set_lock(self, one: change.SetLock) -> Step:
        row = (optional_moment(one.at), one.account_id)
        done = Statement("UPDATE accounts SET locked_at = ? WHERE account_id = ?", [row])
        if one.at is None:
            return Step(admin_steps.known(one.account_id), lambda rows: [done] if rows else None)
        return _unless_last(one.account_id, [done])

    def delete(self, one: change.DeleteAccount) -> Step:
        return _unless_last(one.account_id, admin_steps.deleted(one.account_id))

    def erase_mails(self, one: change.EraseMails) -> Step:
        return _always("DELETE FROM mails WHERE recipient = ?", one.recipient)

    def put_subscription(self, one: change.PutSubscription) -> Step:
        def plan(rows: Sequence[Row]) -> Planned:
            return admin_steps.kept(one) if rows and rows[0][1] == one.version else None

        return Step(admin_steps.book_of(one), plan)

    def take_notice(self, one: change.TakeNotice) -> Step:
        asked, done = admin_steps.noticed(one)
        return Step(asked, lambda rows: None if rows else done)


_NAMES: dict[type[Any], str] = {
    change.CreateAccount: "create",
    change.SetPassword: "set_password",
    change.SetEmail: "set_email",
    change.MarkVerified: "mark_verified",
    change.SetDisplayName: "rename",
    change.IssueToken: "issue",
    change.SpendToken: "spend_token",
    change.EndTokens: "end_tokens",
    change.PutSecondFactor: "put_factor",
    change.ConfirmSecondFactor: "confirm_factor",
    change.SpendStep: "spend_step",
    change.SpendRecoveryCode: "spend_code",
    change.ReplaceRecoveryCodes: "replace_codes",
    change.DropSecondFactor: "drop_factor",
    change.AddSession: "add_session",
    change.Unchanged: "unchanged",
    change.EndSession: "end_session",
    change.EndSessions: "end_sessions",
    change.SeenSession: "seen",
    change.QueueMail: "queue",
    change.RecordEvent: "record",
    change.SetTier: "set_tier",
    change.SetRole: "set_role",
    change.SetLock: "set_lock",
    change.DeleteAccount: "delete",
    change.EraseMails: "erase_mails",
    change.PutSubscription: "put_subscription",
    change.TakeNotice: "take_notice",
}


def _unless_last(account_id: str, done: list[Statement]) -> Step:
    return Step(admin_steps.standing(account_id), lambda rows: done if admin_steps.may_go(rows) else None)


def _always(sql: str, *row: object) -> Step:
    return Step(_NOTHING, lambda _rows: [Statement(sql, [row])])


def _if(known: Question, before: str, done: Statement) -> Step:
    return Step(known, lambda rows: [done] if rows and rows[0][0] == before else None)


def _dropped(account_id: str) -> list[Statement]:
    return [
        Statement("DELETE FROM recovery_codes WHERE account_id = ?", [(account_id,)]),
        Statement("DELETE FROM second_factors WHERE account_id = ?", [(account_id,)]),
    ]


def _codes(account_id: str, hashes: Sequence[str]) -> list[Statement]:
    return [
        Statement("DELETE FROM recovery_codes WHERE account_id = ?", [(account_id,)]),
        Statement(_INSERT_CODE, [(code_hash, account_id) for code_hash in hashes]),
    ]
