"""Accounts over memory, with the parts that a test looks at."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Iterator

import pyotp

from alpine_core.accounts import AccountParts, Attempts, SignedIn, SignIn, Visitor, open_desk
from alpine_core.adapters.pyotp_codes import PyotpCodes
from alpine_core.model import Account, SecurityKind
from alpine_core.ports import Failures
from alpine_core.testing import FixedClock, MemoryAccounts, MemoryFailedSignIns, MemorySessions, PlainHasher
from alpine_core.testing.memory_account_acts import MemoryAccountActs
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_security_log import MemorySecurityLog
from alpine_core.testing.memory_tokens import MemoryTokens
from alpine_core.testing.plain_letters import PlainLetters
from alpine_core.testing.samples import MOMENT

ADA, PASSWORD = "ada@example.com", "correct horse"
GOOD = "several words of my own"
HERE = Visitor(address="192.0.2.7", agent="a browser")


def tokens() -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        yield hashlib.sha256(str(number).encode()).digest()


class SlowFailures(MemoryFailedSignIns):
    """Answers later, as a database does, so that attempts at one moment run into each other."""

    async def of(self, name: str) -> Failures | None:
        found = await super().of(name)
        await asyncio.sleep(0)
        return found


class House:
    def __init__(self, token_bytes: int = 32, idle_seconds: float = 3600.0) -> None:
        self.accounts, self.sessions, self.failures = MemoryAccounts(), MemorySessions(), SlowFailures()
        self.hasher, self.clock = PlainHasher(), FixedClock(MOMENT)
        self.log, self.outbox = MemorySecurityLog(), MemoryOutbox()
        self.acts = MemoryAccountActs(self.accounts, self.sessions, self.log, self.outbox, MemoryTokens(self.log))
        source, numbers = tokens(), itertools.count(1)
        self.parts = AccountParts(
            accounts=self.accounts,
            credentials=self.acts,
            acts=self.acts,
            attempts=Attempts(self.failures),
            hasher=self.hasher,
            codes=PyotpCodes("Alpine"),
            letters=PlainLetters(),
            clock=self.clock,
            new_token=lambda: next(source)[:token_bytes],
            new_id=lambda: f"id-{next(numbers)}",
            idle_seconds=idle_seconds,
        )
        self.sign_in = SignIn(self.parts, self.sessions, session_seconds=3600.0)
        self.desk = open_desk(self.parts)

    async def enter(self, email: str = ADA, password: str = PASSWORD) -> SignedIn:
        found = await self.sign_in.sign_in(email, password, HERE)
        assert isinstance(found, SignedIn)
        return found

    async def account(self, email: str = ADA) -> Account:
        found = await self.accounts.by_email(email)
        assert found is not None
        return found

    def mails(self) -> list[tuple[str, str]]:
        """Recipient and kind of every mail in the outbox, the oldest first."""
        return [(row.mail.recipient, row.mail.subject) for row in self.outbox.rows.values()]

    def mailed_token(self) -> str:
        """What the link of the newest mail carries."""
        return self.outbox.rows[max(self.outbox.rows)].mail.text

    def told(self) -> list[SecurityKind]:
        """What stands in the log, the oldest first."""
        return [one.kind for one in self.log.events]

    async def with_factor(self) -> tuple[str, tuple[str, ...]]:
        """Ada's second factor is in force, the clock a step later; its secret and recovery codes."""
        setup = await self.desk.second_factor.begin(await self.account(), PASSWORD)
        code = self.code(setup.secret)
        codes = await self.desk.second_factor.confirm(await self.account(), code, "", HERE)
        self.clock.advance(seconds=30)
        return setup.secret, codes

    def code(self, secret: str) -> str:
        """What an app shows now."""
        return pyotp.TOTP(secret).at(self.clock.now())
