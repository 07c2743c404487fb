"""Setting up a second factor, and taking it away."""

from __future__ import annotations

import msgspec

from alpine_core.accounts.parts import AccountParts, event
from alpine_core.accounts.proof import WRONG_CODE, Proof, code_name
from alpine_core.accounts.tokens import RECOVERY_CODES, recovery_code, recovery_hash, token_hash
from alpine_core.accounts.visitor import Visitor
from alpine_core.errors import AccountRefused, OperatorError, ProofMissing, TooManyAttempts
from alpine_core.model.account import Account
from alpine_core.model.account_change import (
    ConfirmSecondFactor,
    DropSecondFactor,
    EndSessions,
    PutSecondFactor,
    ReplaceRecoveryCodes,
)
from alpine_core.model.credential import SecondFactor
from alpine_core.model.security_event import SecurityKind
from alpine_core.ports.letters import LetterKind

_SECRET_BYTES = 20


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What an authenticator app needs: the address for a QR code, or the secret to be typed."""

    secret: str
    uri: str


class SecondFactors:
    """Raises ProofMissing and TooManyAttempts where a password or code does not hold, StoreError."""

    def __init__(self, parts: AccountParts, proof: Proof) -> None:
        self._parts = parts
        self._proof = proof

    async def state(self, account: Account) -> SecondFactor | None:
        """In force, waiting for its first code, or None."""
        return await self._parts.credentials.second_factor(account.account_id)

    async def begin(self, account: Account, password: str) -> Setup:
        """A fresh secret, which is in force once a code of it was shown. Raises AccountRefused `in_force`."""
        await self._proof.password(account, password)
        secret = self._parts.codes.secret(self._parts.new_token()[:_SECRET_BYTES])
        factor = SecondFactor(account_id=account.account_id, secret=secret, created_at=self._parts.clock.now())
        if not await self._parts.acts.commit([PutSecondFactor(factor=factor)]):
            raise AccountRefused("in_force", "a second factor is in force: disable it before setting up another")
        return self.setup(account, factor)

    def setup(self, account: Account, factor: SecondFactor) -> Setup:
        """What to show for a factor that waits for its first code."""
        return Setup(secret=factor.secret, uri=self._parts.codes.uri(factor.secret, account.email))

    async def confirm(self, account: Account, code: str, session: str, visitor: Visitor) -> tuple[str, ...]:
        """The app shows the right codes: from now on one is asked for at sign-in.

        The session of the token `session` stays, others end.
        Ten recovery codes, each good once; this is the only time that they are told..
        """
        now = self._parts.clock.now()
        wait = await self._parts.attempts.count(code_name(account.account_id), now)
        if wait:
            raise TooManyAttempts(wait)
        factor = await self._parts.credentials.second_factor(account.account_id)
        if factor is None or factor.confirmed_at is not None:
            raise AccountRefused("not_begun", "no second factor waits for a code: begin with setting one up")
        step = self._parts.codes.step(factor.secret, "".join(code.split()), now)
        if step is None:
            raise ProofMissing("wrong_code", WRONG_CODE)
        codes, hashes = self._codes(account)
        confirmed = ConfirmSecondFactor(account_id=account.account_id, at=now, step=step, code_hashes=hashes)
        done = await self._parts.acts.commit(
            [
                confirmed,
                EndSessions(account_id=account.account_id, keep=token_hash(session)),
                event(SecurityKind.SECOND_FACTOR_ENABLED, account.account_id, now, visitor),
                self._parts.mail(LetterKind.SECOND_FACTOR_ENABLED, account.email, now, visitor),
            ]
        )
        if not done:
            raise AccountRefused("not_begun", "no second factor waits for a code: begin with setting one up")
        await self._parts.attempts.clear(code_name(account.account_id))
        return codes

    async def disable(self, account: Account, password: str, code: str, visitor: Visitor) -> None:
        """With password and code. Raises AccountRefused `not_in_force`."""
        await self._proof.password(account, password)
        spent = await self._proof.code(await self._in_force(account), code)
        now = self._parts.clock.now()
        done = await self._parts.acts.commit(
            [
                spent,
                DropSecondFactor(account_id=account.account_id),
                event(SecurityKind.SECOND_FACTOR_DISABLED, account.account_id, now, visitor),
                self._parts.mail(LetterKind.SECOND_FACTOR_DISABLED, account.email, now, visitor),
            ]
        )
        await self._settled(account, done=done)

    async def renew_codes(self, account: Account, password: str, code: str, visitor: Visitor) -> tuple[str, ...]:
        """Ten new recovery codes; those before are void. Raises AccountRefused `not_in_force`."""
        await self._proof.password(account, password)
        spent = await self._proof.code(await self._in_force(account), code)
        now = self._parts.clock.now()
        codes, hashes = self._codes(account)
        renewed = ReplaceRecoveryCodes(account_id=account.account_id, code_hashes=hashes)
        told = event(SecurityKind.RECOVERY_CODES_RENEWED, account.account_id, now, visitor)
        await self._settled(account, done=await self._parts.acts.commit([spent, renewed, told]))
        return codes

    async def reset(self, email: str) -> Account:
        """An operator takes it away from somebody who lost app and codes; every session ends.

        Raises OperatorError if there is no such account.
        """
        account = await self._parts.accounts.by_email(email.strip().lower())
        if account is None:
            raise OperatorError(f"there is no account {email[:64]!a}: list them with: alpine users list")
        now, nobody = self._parts.clock.now(), Visitor()
        told = event(SecurityKind.SECOND_FACTOR_DISABLED, account.account_id, now, nobody, "by an operator", by=None)
        await self._parts.acts.commit(
            [
                DropSecondFactor(account_id=account.account_id),
                EndSessions(account_id=account.account_id),
                told,
                self._parts.mail(LetterKind.SECOND_FACTOR_DISABLED, account.email, now, nobody),
            ]
        )
        await self._parts.attempts.clear(code_name(account.account_id))
        return account

    async def _in_force(self, account: Account) -> SecondFactor:
        factor = await self._parts.credentials.second_factor(account.account_id)
        if factor is None or factor.confirmed_at is None:
            raise AccountRefused("not_in_force", "no second factor is in force: there is nothing to change")
        return factor

    async def _settled(self, account: Account, *, done: bool) -> None:
        if not done:
            raise ProofMissing("wrong_code", WRONG_CODE)
        await self._parts.attempts.clear(code_name(account.account_id))

    def _codes(self, account: Account) -> tuple[tuple[str, ...], tuple[str, ...]]:
        codes = tuple(recovery_code(self._parts.new_token()) for _ in range(RECOVERY_CODES))
        return codes, tuple(recovery_hash(account.account_id, code) for code in codes)
