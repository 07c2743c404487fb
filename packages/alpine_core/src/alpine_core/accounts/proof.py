"""Proving anew who is there, before an act that a stolen session must not do."""

from __future__ import annotations

from datetime import datetime

from alpine_core.accounts.parts import AccountParts, event
from alpine_core.accounts.password_rules import LONGEST_PASSWORD
from alpine_core.accounts.tokens import recovery_hash
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import ProofMissing, TooManyAttempts
from alpine_core.model.account import Account
from alpine_core.model.account_change import AccountChange, SpendRecoveryCode, SpendStep
from alpine_core.model.credential import SecondFactor
from alpine_core.model.security_event import SecurityKind

WRONG_PASSWORD = "the present password does not match: type it again"
WRONG_CODE = "the code does not fit, or was used before: wait for the next one"


class Proof:
    """Guesses are counted for each account apart from sign-ins: a stolen session cannot lock its owner out.

    Raises ProofMissing, TooManyAttempts, StoreError.
    """

    def __init__(self, parts: AccountParts) -> None:
        self._parts = parts

    async def password(self, account: Account, password: str) -> None:
        """The present password holds."""
        name = f"proof\0{account.account_id}"
        await self._begin(name)
        stored = account.password_hash if len(password) <= LONGEST_PASSWORD else None
        if not await self._parts.hasher.verify(password[:LONGEST_PASSWORD], stored):
            raise ProofMissing("wrong_password", WRONG_PASSWORD)
        await self._parts.attempts.clear(name)

    async def code(self, factor: SecondFactor, code: str) -> AccountChange:
        """A code of the app or a recovery code holds; the change that uses it up, to be part of the act."""
        name = code_name(factor.account_id)
        now = await self._begin(name)
        spent = code_change(self._parts, factor, code, now)
        if spent is None:
            raise ProofMissing("wrong_code", WRONG_CODE)
        return spent

    async def whole(self, account: Account, password: str, code: str, visitor: Visitor) -> None:
        """The password holds and, where a second factor is in force, a code too, which is used up."""
        await self.password(account, password)
        factor = await self._parts.credentials.second_factor(account.account_id)
        if factor is None or factor.confirmed_at is None:
            return
        spent = await self.code(factor, code)
        now = self._parts.clock.now()
        used = event(SecurityKind.RECOVERY_CODE_USED, account.account_id, now, visitor)
        if not await self._parts.acts.commit([spent, used] if isinstance(spent, SpendRecoveryCode) else [spent]):
            raise ProofMissing("wrong_code", WRONG_CODE)
        await self._parts.attempts.clear(code_name(account.account_id))

    async def _begin(self, name: str) -> datetime:
        now = self._parts.clock.now()
        wait = await self._parts.attempts.count(name, now)
        if wait:
            raise TooManyAttempts(wait)
        return now


def code_name(account_id: str) -> str:
    """Under which name wrong codes of an account are counted, at sign-in and elsewhere."""
    return f"code\0{account_id}"


def code_change(parts: AccountParts, factor: SecondFactor, code: str, now: datetime) -> AccountChange | None:
    """How the code is used up; None for one that cannot be of this factor. Whether it was used before, and whether a
    recovery code is one, the store says when the change is committed."""
    plain = "".join(code.split())
    if plain.isascii() and plain.isdecimal():
        step = parts.codes.step(factor.secret, plain, now)
        return None if step is None else SpendStep(account_id=factor.account_id, step=step)
    if not plain:
        return None
    return SpendRecoveryCode(account_id=factor.account_id, code_hash=recovery_hash(factor.account_id, plain))
