"""What acts on an account as a whole ask of the database first, and then do."""

from __future__ import annotations

from collections.abc import Sequence

from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import INVOICES, PAYMENT_NOTICES
from alpine_core.adapters.sql.transaction import Question, Row, Statement
from alpine_core.model import account_change as change
from alpine_core.model.account import Role
from alpine_core.wire.moments import optional_moment, write_moment

_KNOWN = "SELECT 1 FROM accounts WHERE account_id = ?"
# The role, whether it is locked, and how many other administrators can sign in.
_STANDING = (
    "SELECT role, locked_at, (SELECT count(*) FROM accounts WHERE role = 'admin' AND locked_at IS NULL "
    "AND account_id <> ?) FROM accounts WHERE account_id = ?"
)
_BOOK = (
    "SELECT 1, coalesce((SELECT version FROM billing_books WHERE account_id = ?), 0) FROM accounts WHERE account_id = ?"
)
_PUT_BOOK = (
    "INSERT INTO billing_books (account_id, version, customer_id) VALUES (?, ?, ?) "
    "ON CONFLICT (account_id) DO UPDATE SET version = excluded.version, customer_id = excluded.customer_id"
)
_PUT_SUBSCRIPTION = (
    "INSERT INTO subscriptions (subscription_id, account_id, tier, state, granted, seen_at, period_end, next_tier, "
    "next_at, failed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (subscription_id) DO UPDATE SET tier = excluded.tier, state = excluded.state, "
    "granted = excluded.granted, seen_at = excluded.seen_at, period_end = excluded.period_end, "
    "next_tier = excluded.next_tier, next_at = excluded.next_at, failed_at = excluded.failed_at"
)
_PUT_INVOICE = f"{insert_into(INVOICES)} ON CONFLICT (invoice_id) DO NOTHING"


def known(account_id: str) -> Question:
    """One row if there is such an account."""
    return Question(_KNOWN, (account_id,))


def standing(account_id: str) -> Question:
    """What `may_go` reads."""
    return Question(_STANDING, (account_id, account_id))


def may_go(rows: Sequence[Row]) -> bool:
    """Whether the account is there and an administrator who can sign in is left without it, or it is none."""
    if not rows:
        return False
    role, locked_at, others = rows[0]
    return bool(role != Role.ADMIN.value or locked_at is not None or others)


def deleted(account_id: str) -> list[Statement]:
    """Sessions have no cascade of their own; everything else that hangs on the row has."""
    return [
        Statement("DELETE FROM sessions WHERE account_id = ?", [(account_id,)]),
        Statement("DELETE FROM accounts WHERE account_id = ?", [(account_id,)]),
    ]


def book_of(one: change.PutSubscription) -> Question:
    """Its version, 0 for none; no row without an account."""
    return Question(_BOOK, (one.account_id, one.account_id))


def kept(one: change.PutSubscription) -> list[Statement]:
    """Book, subscription and invoice."""
    it, invoice = one.subscription, one.invoice
    words = (it.tier and it.tier.value, it.state.value, it.granted.value, write_moment(it.seen_at))
    later = (
        optional_moment(it.period_end),
        it.next_tier and it.next_tier.value,
        *map(optional_moment, (it.next_at, it.failed_at)),
    )
    paid = (
        []
        if invoice is None
        else [
            (invoice.invoice_id, one.account_id, invoice.amount_cents, invoice.currency, write_moment(invoice.paid_at))
        ]
    )
    return [
        Statement(_PUT_BOOK, [(one.account_id, one.version + 1, one.customer_id)]),
        Statement(_PUT_SUBSCRIPTION, [(it.subscription_id, one.account_id, *words, *later)]),
        Statement(_PUT_INVOICE, paid),
    ]


def noticed(one: change.TakeNotice) -> tuple[Question, list[Statement]]:
    """Whether it was taken, and the row that says so."""
    asked = Question("SELECT 1 FROM payment_notices WHERE notice_id = ?", (one.notice_id,))
    row = (one.notice_id, one.kind, write_moment(one.at))
    return asked, [Statement(insert_into(PAYMENT_NOTICES), [row])]
