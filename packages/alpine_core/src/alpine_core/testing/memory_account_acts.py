"""Changes of accounts, and reading what proves who somebody is, over stores that end with the process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from alpine_core.model import account_change as change
from alpine_core.model.account import Account, Role, Session
from alpine_core.model.credential import SecondFactor, SingleUseToken, TokenPurpose
from alpine_core.testing.memory_accounts import MemoryAccounts, MemorySessions
from alpine_core.testing.memory_billing import MemoryBilling
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_security_log import MemorySecurityLog
from alpine_core.testing.memory_tokens import MemoryTokens


class MemoryAccountActs:
    """`ports.AccountActs` and `ports.Credentials` in dicts; `commits` counts the acts."""

    def __init__(
        self,
        accounts: MemoryAccounts,
        sessions: MemorySessions,
        log: MemorySecurityLog,
        outbox: MemoryOutbox,
        api_tokens: MemoryTokens,
        billing: MemoryBilling | None = None,
    ) -> None:
        self._api_tokens = api_tokens
        self.billing = billing or MemoryBilling()
        self._accounts, self._sessions, self._log, self._outbox = accounts, sessions, log, outbox
        self.tokens: dict[str, SingleUseToken] = {}
        self.factors: dict[str, SecondFactor] = {}
        self.recovery: dict[str, str] = {}
        self.commits = 0

    async def commit(self, changes: Sequence[change.AccountChange]) -> bool:
        self.commits += 1
        if not all(self._may(each) for each in changes):
            return False
        for each in changes:
            self._do(each)
        return True

    async def second_factor(self, account_id: str) -> SecondFactor | None:
        found = self.factors.get(account_id)
        left = sum(1 for whose in self.recovery.values() if whose == account_id)
        return None if found is None else msgspec.structs.replace(found, recovery_codes=left)

    async def token(self, token_hash: str, purpose: TokenPurpose) -> SingleUseToken | None:
        found = self.tokens.get(token_hash)
        return found if found is not None and found.purpose is purpose else None

    async def sessions(self, account_id: str, now: datetime) -> tuple[Session, ...]:
        live = [one for one in self._sessions.rows.values() if one.account_id == account_id and one.expires_at > now]
        return tuple(sorted(live, key=lambda one: (-one.created_at.timestamp(), one.token_hash)))

    async def remove_expired(self, now: datetime) -> int:
        expired = [name for name, token in self.tokens.items() if token.expires_at <= now]
        for name in expired:
            del self.tokens[name]
        return len(expired)

    def _may(self, one: change.AccountChange) -> bool:
        match one:
            case change.CreateAccount(account=account, must=must):
                may = not must or self._holder(account.email) is None
            case change.SetPassword(account_id=whose, before=before):
                may = whose in self._accounts.rows and self._accounts.rows[whose].password_hash == before
            case change.SetEmail(account_id=whose, before=before, after=after):
                free = self._holder(after) is None or before == after
                may = free and whose in self._accounts.rows and self._accounts.rows[whose].email == before
            case change.SpendToken(token_hash=name, at=at):
                may = name in self.tokens and self.tokens[name].expires_at > at
            case change.Unchanged(account_id=whose, password_hash=seen, has_factor=has):
                held = self._accounts.rows.get(whose)
                may = held is not None and held.password_hash == seen and self._in_force(whose) is has
            case change.SpendRecoveryCode(account_id=whose, code_hash=code_hash):
                may = self.recovery.get(code_hash) == whose
            case _:
                may = self._may_with_factor(one)
        return may

    def _may_with_factor(self, one: change.AccountChange) -> bool:
        match one:
            case change.PutSecondFactor(factor=factor):
                may = not self._in_force(factor.account_id)
            case change.ConfirmSecondFactor(account_id=whose):
                may = whose in self.factors and not self._in_force(whose)
            case change.SpendStep(account_id=whose, step=step):
                may = self._in_force(whose) and self.factors[whose].last_step < step
            case change.ReplaceRecoveryCodes(account_id=whose):
                may = self._in_force(whose)
            case _:
                may = self._may_whole(one)
        return may

    def _may_whole(self, one: change.AccountChange) -> bool:
        match one:
            case change.SetTier(account_id=whose) | change.SetRole(account_id=whose, role=Role.ADMIN):
                may = whose in self._accounts.rows
            case change.SetLock(account_id=whose, at=None):
                may = whose in self._accounts.rows
            case change.SetRole(account_id=whose) | change.SetLock(account_id=whose):
                may = self._may_go(whose)
            case change.DeleteAccount(account_id=whose):
                may = self._may_go(whose)
            case change.PutSubscription(account_id=whose, version=version):
                may = whose in self._accounts.rows and self.billing.version(whose) == version
            case change.TakeNotice(notice_id=name):
                may = name not in self.billing.notices
            case _:
                may = True
        return may

    def _may_go(self, account_id: str) -> bool:
        found = self._accounts.rows.get(account_id)
        if found is None:
            return False
        admins = [row for row in self._accounts.rows.values() if row.role is Role.ADMIN and row.locked_at is None]
        return found not in admins or len(admins) > 1

    def _do(self, one: change.AccountChange) -> None:
        match one:
            case change.CreateAccount(account=account):
                if self._holder(account.email) is None:
                    self._accounts.rows[account.account_id] = account
            case change.SetPassword(account_id=whose, after=after):
                self._set(whose, password_hash=after)
            case change.SetEmail(account_id=whose, after=after):
                self._set(whose, email=after, email_verified=True)
            case change.MarkVerified(account_id=whose):
                self._set(whose, email_verified=True)
            case change.SetDisplayName(account_id=whose, display_name=name):
                self._set(whose, display_name=name)
            case change.QueueMail(mail=mail, at=at, really=really):
                if really:
                    self._outbox.add(mail, at)
            case change.RecordEvent(event=event):
                self._log.add(event)
            case _:
                self._do_with_credentials(one)

    def _do_with_credentials(self, one: change.AccountChange) -> None:
        match one:
            case change.IssueToken(token=token, beside=beside):
                self._issue(token, beside=beside)
            case change.SpendToken(token_hash=name):
                del self.tokens[name]
            case change.EndTokens(account_id=whose):
                self.tokens = {name: one for name, one in self.tokens.items() if one.account_id != whose}
            case change.PutSecondFactor(factor=factor):
                self._drop_codes(factor.account_id)
                self.factors[factor.account_id] = factor
            case change.ConfirmSecondFactor(account_id=whose, at=at, step=step, code_hashes=hashes):
                self.factors[whose] = msgspec.structs.replace(self.factors[whose], confirmed_at=at, last_step=step)
                self._replace_codes(whose, hashes)
            case change.SpendStep(account_id=whose, step=step):
                self.factors[whose] = msgspec.structs.replace(self.factors[whose], last_step=step)
            case change.SpendRecoveryCode(code_hash=code_hash):
                del self.recovery[code_hash]
            case change.ReplaceRecoveryCodes(account_id=whose, code_hashes=hashes):
                self._replace_codes(whose, hashes)
            case change.DropSecondFactor(account_id=whose):
                self.factors.pop(whose, None)
                self._drop_codes(whose)
            case _:
                self._do_with_sessions(one)

    def _do_with_sessions(self, one: change.AccountChange) -> None:
        rows = self._sessions.rows
        match one:
            case change.AddSession(session=session):
                rows[session.token_hash] = session
            case change.EndSession(account_id=whose, token_hash=name):
                if name in rows and rows[name].account_id == whose:
                    del rows[name]
            case change.EndSessions(account_id=whose, keep=keep):
                for name in [name for name, row in rows.items() if row.account_id == whose and name != keep]:
                    del rows[name]
                self._api_tokens.end_of(whose)
            case change.Unchanged():
                pass
            case change.SeenSession(token_hash=name, at=at):
                if name in rows:
                    rows[name] = msgspec.structs.replace(rows[name], seen_at=at)
            case _:
                self._do_whole(one)

    def _do_whole(self, one: change.AccountChange) -> None:
        match one:
            case change.SetTier(account_id=whose, tier=tier):
                self._set(whose, tier=tier)
            case change.SetRole(account_id=whose, role=role):
                self._set(whose, role=role)
            case change.SetLock(account_id=whose, at=at):
                self._set(whose, locked_at=at)
            case change.DeleteAccount(account_id=whose):
                self._delete(whose)
            case change.EraseMails(recipient=recipient):
                for number in [number for number, row in self._outbox.rows.items() if row.mail.recipient == recipient]:
                    del self._outbox.rows[number]
            case change.PutSubscription():
                self.billing.put(one)
            case change.TakeNotice(notice_id=name):
                self.billing.notices.add(name)
            case _:
                raise AssertionError(f"a change that this fake does not know: {one!r}")

    def _delete(self, account_id: str) -> None:
        del self._accounts.rows[account_id]
        self._do_with_sessions(change.EndSessions(account_id=account_id))
        self.tokens = {name: token for name, token in self.tokens.items() if token.account_id != account_id}
        self.factors.pop(account_id, None)
        self._drop_codes(account_id)
        self.billing.books.pop(account_id, None)

    def _issue(self, token: SingleUseToken, *, beside: bool) -> None:
        if not beside:
            for name, other in list(self.tokens.items()):
                if (other.account_id, other.purpose) == (token.account_id, token.purpose):
                    del self.tokens[name]
        if token.account_id in self._accounts.rows:
            self.tokens[token.token_hash] = token

    def _holder(self, email: str) -> Account | None:
        return next((row for row in self._accounts.rows.values() if row.email == email), None)

    def _set(self, account_id: str, **changed: object) -> None:
        if account_id in self._accounts.rows:
            self._accounts.rows[account_id] = msgspec.structs.replace(self._accounts.rows[account_id], **changed)

    def _in_force(self, account_id: str) -> bool:
        found = self.factors.get(account_id)
        return found is not None and found.confirmed_at is not None

    def _drop_codes(self, account_id: str) -> None:
        self.recovery = {name: whose for name, whose in self.recovery.items() if whose != account_id}

    def _replace_codes(self, account_id: str, hashes: Sequence[str]) -> None:
        self._drop_codes(account_id)
        self.recovery |= dict.fromkeys(hashes, account_id)
