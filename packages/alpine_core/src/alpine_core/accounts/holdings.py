"""What accounts, their keys, mails, receipts and the log hold about somebody: each a `ports.PersonalData`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from alpine_core.model.account import Account
from alpine_core.model.security_event import EventQuery
from alpine_core.ports.api_key_store import ApiKeyStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.credentials import Credentials
from alpine_core.ports.outbox import MailShelf
from alpine_core.ports.receipt_store import ReceiptStore
from alpine_core.ports.security_log import SecurityLog

_PAGE = 1000


class AccountHolding:
    """The account itself and what proves who its holder is; all of it goes with the account's row."""

    name = "account"

    def __init__(self, credentials: Credentials, clock: Clock) -> None:
        self._credentials, self._clock = credentials, clock

    async def export(self, account: Account) -> Mapping[str, Any]:
        factor = await self._credentials.second_factor(account.account_id)
        known = msgspec.structs.asdict(account)
        del known["password_hash"]
        sessions = await self._credentials.sessions(account.account_id, self._clock.now())
        return {
            **known,
            "second_factor_since": None if factor is None else factor.confirmed_at,
            "sessions": [_without(each, "token_hash", "account_id") for each in sessions],
        }

    async def erase(self, account: Account) -> None:
        return None


class ApiKeyHolding:
    """Keys of the API, which go with the account's row."""

    name = "api_keys"

    def __init__(self, keys: ApiKeyStore) -> None:
        self._keys = keys

    async def export(self, account: Account) -> Mapping[str, Any]:
        found = await self._keys.of_account(account.account_id)
        return {"keys": [_without(each, "secret_hash", "account_id") for each in found]}

    async def erase(self, account: Account) -> None:
        return None


class ReceiptHolding:
    """Receipts of live readers: when which signal came. `flush` keeps what waits in this process."""

    name = "delivery_receipts"

    def __init__(self, receipts: ReceiptStore, flush: Callable[[], Awaitable[object]]) -> None:
        self._receipts, self._flush = receipts, flush

    async def export(self, account: Account) -> Mapping[str, Any]:
        await self._flush()
        found: list[Any] = []
        beyond = 0
        while page := await self._receipts.of_account(account.account_id, beyond, _PAGE):
            found += [_without(each, "account_id") for each in page]
            beyond = page[-1].alpine_signal_id
        return {"receipts": found}

    async def erase(self, account: Account) -> None:
        await self._flush()
        await self._receipts.forget(account.account_id)


class MailHolding:
    """Mails to the account's address: that they were sent, not what they say, which may hold the key to something.

    They are erased together with the account.
    """

    name = "mails"

    def __init__(self, shelf: MailShelf) -> None:
        self._shelf = shelf

    async def export(self, account: Account) -> Mapping[str, Any]:
        found = await self._shelf.to(account.email)
        return {
            "mails": [
                {"subject": each.mail.subject, "queued_at": each.created_at, "state": each.state.value}
                for each in found
            ]
        }

    async def erase(self, account: Account) -> None:
        return None


class EventHolding:
    """The log of security events, which only grows: after the account is gone it names it by its id alone."""

    name = "security_events"

    def __init__(self, log: SecurityLog) -> None:
        self._log = log

    async def export(self, account: Account) -> Mapping[str, Any]:
        found: list[Any] = []
        query = EventQuery(account_id=account.account_id, limit=_PAGE)
        while True:
            page = await self._log.find(query)
            found += [_without(each, "account_id") for each in page.items]
            if page.next_before is None:
                return {"events": found}
            query = msgspec.structs.replace(query, before=page.next_before)

    async def erase(self, account: Account) -> None:
        return None


def _without(value: msgspec.Struct, *names: str) -> Mapping[str, Any]:
    return {name: each for name, each in msgspec.structs.asdict(value).items() if name not in names}
